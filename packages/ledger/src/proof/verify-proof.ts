import { accept, refuse, type EpochMs, type Outcome } from '@tri/units'

import { epochMsOf } from '../chain/block-time.ts'
import { headerHash } from '../chain/header-hash.ts'
import type { LightBlock, Primitives } from '../chain/light-block.ts'
import { sameBytes } from '../chain/merkle.ts'
import { flaw, signersOf, trustAfter, type Flaw, type Trust } from '../chain/trust.ts'
import { genesisFrom, genesisTextFrom, trustOf, type Genesis } from '../genesis.ts'
import { provedMeter, type ProvedMeter } from './meter-columns.ts'
import { proofFrom, type Epoch, type Proof } from './proof-bytes.ts'
import { familyOf, provedRecord, type ProvedRecord } from './proved-record.ts'
import { refoundingBelieved } from './refounding.ts'
import { stateRootAlong } from './state-walk.ts'
import { read } from './unreadable.ts'

/** What a proof proves: a record of the book, in the state that the stewards signed. */
export interface Proved {
  readonly community: string
  readonly record: ProvedRecord
  /** With a settlement's record: one meter's columns, where the proof shows them. */
  readonly meter: ProvedMeter | undefined
  /** The height after which the record stood in the book. */
  readonly height: number
  /** When the block that carries the state was made. */
  readonly time: EpochMs
  /** Hash of that block's header. */
  readonly block: Uint8Array
  /** Keys of the stewards who signed it. */
  readonly signedBy: readonly Uint8Array[]
  /** Stewards there were then. */
  readonly stewards: number
  /** Changes of the stewards, and foundings anew, that the proof led through. */
  readonly setChanges: number
  readonly refoundings: number
}

/**
 * Checks a proof with nothing but the text of a genesis: no clock, no network, no node that would have to be trusted.
 *
 * @param bytes a proof, from anybody
 * @param text  `tri:<community>:<digest>`, from paper or a QR code
 * @returns     what is proved, or why not, with the part that is wrong: `header.appHash`, `commit.signature[2]`,
 *              `path.step[4]`, `set-change[1].validators`
 * @see         docs/proofs.md: the same by hand
 */
export function verifyProof(bytes: Uint8Array, text: string, primitives: Primitives): Outcome<Proved, Flaw> {
  const known = genesisTextFrom(text)
  if (!known.ok) return known
  const parsed = read(() => proofFrom(primitives, bytes))
  if (!parsed.ok) return parsed
  const proof = parsed.value
  const [first] = proof.epochs
  if (first === undefined || !sameBytes(primitives.sha256(first.genesis), known.value.digest))
    return flaw('genesis-differs', 'genesis')
  const chain = chainBelieved(primitives, proof)
  if (!chain.ok) return chain
  if (chain.value.genesis.community !== known.value.community) return flaw('genesis-differs', 'genesis.text')
  return recordBelieved(primitives, proof, chain.value)
}

interface BelievedChain {
  readonly genesis: Genesis
  /** The block whose state is proved. */
  readonly newest: LightBlock
}

function chainBelieved(primitives: Primitives, proof: Proof): Outcome<BelievedChain, Flaw> {
  let before: { readonly genesis: Genesis; readonly last: LightBlock; readonly epoch: Epoch } | undefined
  for (const [i, epoch] of proof.epochs.entries()) {
    const place = proof.epochs.length === 1 ? '' : `epoch[${i}].`
    const genesis = read(() => genesisFrom(epoch.genesis, `${place}genesis`))
    if (!genesis.ok) return genesis
    if (before !== undefined) {
      const { last, epoch: earlier, genesis: founded } = before
      const agreed = succeeds(
        primitives,
        { genesis: genesis.value, founded, last, earlier },
        `epoch[${i - 1}].`,
      )
      if (!agreed.ok) return agreed
    }
    const last = epochBelieved(primitives, trustOf(primitives, genesis.value), epoch, place)
    if (!last.ok)
      return i === proof.epochs.length - 1 ? refuse(narrowed(primitives, proof, last.refusal)) : last
    before = { genesis: genesis.value, last: last.value, epoch }
  }
  if (before === undefined || before.epoch.succession !== undefined) return flaw('chain-differs', 'epoch')
  return accept({ genesis: before.genesis, newest: before.last })
}

interface Handover {
  readonly genesis: Genesis
  readonly founded: Genesis
  readonly last: LightBlock
  readonly earlier: Epoch
}

function succeeds(
  primitives: Primitives,
  { genesis, founded, last, earlier }: Handover,
  place: string,
): Outcome<Genesis, Flaw> {
  const { succession } = earlier
  if (succession === undefined) return flaw('chain-differs', `${place}refounding`)
  const { members, signatures } = succession
  return refoundingBelieved(primitives, { genesis, signatures }, { before: founded, last, members }, place)
}

/** Believes the blocks of one epoch one after another. @returns the last */
function epochBelieved(
  primitives: Primitives,
  start: Trust,
  { blocks }: Epoch,
  place: string,
): Outcome<LightBlock, Flaw> {
  let trust = start
  for (const [i, block] of blocks.entries()) {
    const at = i === blocks.length - 1 ? place : `${place}set-change[${i}].`
    const next = trustAfter(primitives, trust, block, at)
    if (!next.ok) return next
    trust = next.value
  }
  const last = blocks.at(-1)
  return last === undefined ? flaw('signatures-too-few', `${place}block`) : accept(last)
}

/**
 * A header that is not the signed one does not tell which of its fields is wrong, but a path that is whole in itself does:
 * it leads to another state than the header then names.
 */
function narrowed(primitives: Primitives, proof: Proof, refusal: Flaw): Flaw {
  const newest = proof.epochs.at(-1)?.blocks.at(-1)
  if (refusal.code !== 'hash-differs' || newest === undefined || refusal.place.includes('set-change'))
    return refusal
  const root = rootOfRecord(primitives, proof)
  if (!root.ok || sameBytes(root.value, newest.header.appHash)) return refusal
  const place = `${refusal.place}.appHash`
  return { ...refusal, place, details: { place } }
}

function rootOfRecord(primitives: Primitives, { path, ...record }: Proof): Outcome<Uint8Array, Flaw> {
  const family = familyOf(record.key)
  if (family === undefined) return flaw('root-differs', 'leaf.key')
  return stateRootAlong(primitives, { ...record, family }, path)
}

function recordBelieved(
  primitives: Primitives,
  proof: Proof,
  { genesis, newest }: BelievedChain,
): Outcome<Proved, Flaw> {
  const root = rootOfRecord(primitives, proof)
  if (!root.ok) return root
  if (!sameBytes(root.value, newest.header.appHash)) return flaw('root-differs', 'path')
  const record = read(() => provedRecord(proof.key, proof.value))
  if (!record.ok) return record
  const meter = meterBelieved(primitives, proof, record.value, genesis.community)
  if (!meter.ok) return meter
  const { header } = newest
  const blocks = proof.epochs.reduce((sum, epoch) => sum + epoch.blocks.length - 1, 0)
  return accept({
    community: genesis.community,
    record: record.value,
    meter: meter.value,
    height: header.height - 1,
    time: epochMsOf(header.time),
    block: headerHash(primitives, header),
    signedBy: signersOf(newest),
    stewards: newest.validators.length,
    setChanges: blocks,
    refoundings: proof.epochs.length - 1,
  })
}

function meterBelieved(
  primitives: Primitives,
  { meter }: Proof,
  record: ProvedRecord,
  community: string,
): Outcome<ProvedMeter | undefined, Flaw> {
  if (meter === undefined) return accept(undefined)
  if (record.kind !== 'slot') return flaw('root-differs', 'meter')
  const { firstSlot, slots, root } = record.values
  const proved = read(() => provedMeter(primitives, meter, { community, firstSlot, slots, root }))
  return proved.ok ? proved.value : proved
}
