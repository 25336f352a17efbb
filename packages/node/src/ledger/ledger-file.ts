import { readFile, rename, writeFile } from 'node:fs/promises'

import type { Genesis } from '@tri/ledger'
import { Fault } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'
import { z } from 'zod'

const OWNER_ONLY = 0o600
const STEWARDS_MAX = 13
const bytes32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(fromHex)

const genesisShape = z.strictObject({
  community: z.string().min(1).max(64),
  founding: bytes32,
  stewards: z.array(bytes32).min(1).max(STEWARDS_MAX),
  previous: z.strictObject({ genesis: bytes32, height: z.int().min(1), block: bytes32 }).optional(),
})

const fileShape = z.discriminatedUnion('engine', [
  z.strictObject({
    format: z.literal('tri/ledger-file/1'),
    engine: z.literal('single'),
    /** Only where the first operation of the book does not tell it: after a refounding. */
    genesis: genesisShape.optional(),
  }),
  z.strictObject({
    format: z.literal('tri/ledger-file/1'),
    engine: z.literal('cometbft'),
    genesis: genesisShape.optional(),
    /** The key with which this box votes. */
    me: z.string().regex(/^[0-9a-f]{64}$/),
    /** Where the engine listens for the other stewards, host:port. */
    listen: z.string().min(3).max(128),
    /** By a steward's key, where her engine is dialled instead of where the book says: she stands behind a relay. */
    dial: z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().min(3).max(128)).optional(),
    /** Where the engine's own chain begins: what its stewards agreed on when it was started. */
    begins: z.strictObject({
      height: z.int().min(1),
      stateRoot: bytes32,
      at: z.int(),
      stewards: z.array(bytes32).min(1).max(STEWARDS_MAX),
      protocol: z.int().min(1),
    }),
  }),
])

/** Which engine keeps the book of a data folder, and what it is opened with. */
export type LedgerFile = z.output<typeof fileShape>

const SOLE: LedgerFile = { format: 'tri/ledger-file/1', engine: 'single' }

/**
 * Reads `ledger.json`; a folder without it has one steward.
 *
 * @throws Fault `ledger-file-unusable`
 */
export async function readLedgerFile(path: string): Promise<LedgerFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return SOLE
    throw new Fault('ledger-file-unusable', { path, reason: String(cause) }, { cause })
  }
  try {
    return fileShape.parse(JSON.parse(text))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON'
    throw new Fault('ledger-file-unusable', { path, reason }, { cause })
  }
}

/** Writes `ledger.json` in one step: a node that starts finds the old one or the new one. */
export async function writeLedgerFile(path: string, file: LedgerFile): Promise<void> {
  const json = JSON.stringify(
    file,
    (_, value: unknown) => (value instanceof Uint8Array ? hex(value) : value),
    2,
  )
  await writeFile(`${path}.new`, `${json}\n`, { mode: OWNER_ONLY })
  await rename(`${path}.new`, path)
}

/** The genesis that a file names, as the ledger has it. */
export function genesisIn({ genesis }: LedgerFile): Genesis | undefined {
  if (genesis === undefined) return undefined
  const { community, founding, stewards, previous } = genesis
  return { community, founding, stewards, ...(previous === undefined ? {} : { previous }) }
}
