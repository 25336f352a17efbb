import { readFile, writeFile } from 'node:fs/promises'

import { flawSentence, PROOF_BYTES_MAX, verifyProof, type Flaw, type Proved } from '@tri/ledger/proof'
import { Fault } from '@tri/units'
import { hex, isPlainlySignedBy, sha256 } from '@tri/units/crypto'
import type { Command } from 'commander'
import encodeQr from 'qr'

import type { Context } from '../context.ts'
import { connectOwner } from '../owner-client.ts'
import type { CommandKit } from '../program.ts'
import { provedLines } from './proof-lines.ts'

interface ProofOptions {
  readonly member: string
  readonly posting?: string
  readonly slot?: string
  readonly meter?: string
  readonly out: string
}

/** What checking a proof on this machine needs of it; the verifier itself runs in a browser too. */
const PRIMITIVES = { sha256: (bytes: Uint8Array) => sha256(bytes), isEd25519: isPlainlySignedBy }

/** `tri credit proof` and `tri credit genesis`: what a member takes home, and the text it is checked against. */
export function addProofCommands(credit: Command, kit: CommandKit): void {
  credit
    .command('proof')
    .description('write the proof of a balance, of a posting, or of a quarter hour, to check anywhere')
    .requiredOption('--member <member>', 'whose')
    .option('--posting <operation>', 'a posting of this operation instead of the balance')
    .option('--slot <time>', 'a settled quarter hour instead of the balance, such as 2026-05-01T10:15Z')
    .option('--meter <meter>', 'which of her meters, with --slot (default: her first)')
    .requiredOption('-o, --out <file>', 'where to write it')
    .addHelpText('after', '\nExample:\n  tri credit proof --member ada --out ada.tri')
    .action(async ({ out, ...wish }: ProofOptions, command: Command) => {
      const context = kit.context(command)
      const { member, posting, slot, meter } = wish
      await using owner = await connectOwner(context)
      const { proof, bytes } = await owner.run('make-proof', { member, posting, slot, meter })
      await writeFile(out, Buffer.from(proof, 'base64url'))
      context.answer({ member, file: out, bytes }, [
        `${out}  ${bytes} bytes. Whoever has the text of the genesis checks it: tri credit verify --offline ${out}`,
      ])
    })
  credit
    .command('genesis')
    .description('the text that every proof is checked against, and its QR code: to print and keep')
    .action(async (_: unknown, command: Command) => {
      const context = kit.context(command)
      await using owner = await connectOwner(context)
      const report = await owner.run('genesis', {})
      context.answer(report, [report.text, '', ...encodeQr(report.text, 'ascii', { border: 2 }).split('\n')])
    })
}

/**
 * Checks a proof with nothing but the text of a genesis: no data folder, no node, no network.
 *
 * @returns whether it is believed
 */
export async function verifyOffline(
  context: Context,
  { file, genesis }: { readonly file: string; readonly genesis: string | undefined },
): Promise<boolean> {
  if (genesis === undefined)
    throw new Fault('option-unusable', {
      option: '--genesis',
      value: '',
      choices: ['tri:<community>:<digest>'],
    })
  const outcome = verifyProof(await proofIn(file), genesis, PRIMITIVES)
  if (outcome.ok) {
    context.answer(report(outcome.value), provedLines(outcome.value))
    return true
  }
  if (outcome.refusal.code === 'genesis-text-malformed')
    throw new Fault(outcome.refusal.code, outcome.refusal.details)
  refused(context, outcome.refusal)
  return false
}

function refused(context: Context, flaw: Flaw): void {
  const { code, place } = flaw
  const message = flawSentence(flaw, context.language)
  context.answer({ ok: false, place, code, message }, [`NOT proved: ${place}`, message])
}

function report({ block, signedBy, ...proved }: Proved) {
  return { ok: true, ...proved, block: hex(block), signedBy: signedBy.map(hex) }
}

/** The bytes of a file; no more of them than a proof can have. */
async function proofIn(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new Fault('file-unreadable', { path, reason: String(cause) }, { cause })
  }
  return bytes.subarray(0, PROOF_BYTES_MAX + 1)
}

/** Adds to `tri credit verify` what it needs to check a proof file. */
export function withOfflineFlags(verify: Command): Command {
  return verify
    .option('--offline <file>', 'check this proof file instead, on any machine, with nothing but --genesis')
    .option('--genesis <text>', 'the text of the community’s genesis: tri:<community>:<digest>')
    .addHelpText('after', '\nExit code 7 names what was tampered with.')
}

/** What `tri credit verify` may be told. */
export interface VerifyOptions {
  readonly offline?: string
  readonly genesis?: string
}
