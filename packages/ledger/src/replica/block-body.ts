import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import type { CommunityEvent, CommunityRefusal } from '@tri/community'
import { accept, canonicalBytes, fromOwnBytes, refuse, type Canonical, type EpochMs } from '@tri/units'

import { joined } from '../chain/merkle.ts'
import type { Evidence } from '../ordering.ts'
import type { KeptBlock, KeptOperation, KeptRecord } from './chain-store.ts'
import { STATE_FAMILIES } from './replica.ts'
import type { FamilyContents } from './state-root.ts'

type OperationRow = readonly [bytes: Uint8Array, signature: Uint8Array, sequence: number, result: Canonical]
type EvidenceRow = readonly [kind: Evidence['kind'], address: Uint8Array, height: number, at: number]
type Row = readonly [
  time: number,
  stateRoot: Uint8Array,
  contents: readonly Uint8Array[],
  operations: readonly OperationRow[],
  evidence: readonly EvidenceRow[],
  records: readonly (string | readonly [string, Uint8Array])[],
]

/**
 * A block as a row of a file keeps it, small. Signatures look random: they stand apart from what can be compressed, which
 * gets smaller without them in between.
 */
export function blockBody(block: KeptBlock): Uint8Array {
  const operations = block.operations.map((one) => (isUsual(one) ? { ...one, signature: NOTHING } : one))
  const rest = zstdCompressSync(blockRow({ ...block, operations }))
  return canonicalBytes([joined(...block.operations.filter(isUsual).map(({ signature }) => signature)), rest])
}

const SIGNATURE_BYTES = 64
const NOTHING = new Uint8Array()

function isUsual({ signature }: KeptOperation): boolean {
  return signature.length === SIGNATURE_BYTES
}

/** A block as canonical bytes: the same on every machine. */
export function blockRow({
  time,
  stateRoot,
  contents,
  operations,
  evidence,
  records,
}: KeptBlock): Uint8Array {
  const row: Row = [
    time,
    stateRoot,
    STATE_FAMILIES.map((family) => contents[family]),
    operations.map(operationRow),
    evidence.map(({ kind, address, height, at }) => [kind, address, height, at] as const),
    records.map(({ key, leaf }) => (leaf === undefined ? key : ([key, leaf] as const))),
  ]
  return canonicalBytes(row)
}

/** Where a block stands. */
interface Place {
  readonly height: number
  readonly sequence: number
}

/** The block that a row of our own keeps. */
export function blockFrom({ body, ...place }: Place & { readonly body: Uint8Array }): KeptBlock {
  const [signatures, rest] = fromOwnBytes(body) as unknown as readonly [Uint8Array, Uint8Array]
  const block = blockFromRow(zstdDecompressSync(rest), place)
  let at = 0
  const operations = block.operations.map((one) => {
    if (one.signature.length > 0 || at >= signatures.length) return one
    const signature = signatures.slice(at, (at += SIGNATURE_BYTES))
    return { ...one, signature }
  })
  return { ...block, operations }
}

/** The block that canonical bytes hold. */
export function blockFromRow(bytes: Uint8Array, { height, sequence }: Place): KeptBlock {
  const row = fromOwnBytes(bytes) as unknown as Row
  const [time, stateRoot, contents, operations, evidence, records] = row
  return {
    height,
    sequence,
    time: time as EpochMs,
    stateRoot,
    contents: Object.fromEntries(STATE_FAMILIES.map((family, i) => [family, contents[i]])) as FamilyContents,
    operations: operations.map(operationFrom),
    evidence: evidence.map(([kind, address, height, at]) => ({ kind, address, height, at: at as EpochMs })),
    records: records.map((record): KeptRecord =>
      typeof record === 'string' ? { key: record } : { key: record[0], leaf: record[1] },
    ),
  }
}

// A refusal's details may hold what canonical bytes cannot, such as a fraction: it is kept as text.
function operationRow({ bytes, signature, sequence, result }: KeptOperation): OperationRow {
  const told = result.ok ? (result.value as unknown as Canonical) : JSON.stringify(result.refusal)
  return [bytes, signature, sequence ?? 0, told]
}

function operationFrom([bytes, signature, sequence, told]: OperationRow): KeptOperation {
  const result =
    typeof told === 'string'
      ? refuse(JSON.parse(told) as CommunityRefusal)
      : accept(told as unknown as readonly CommunityEvent[])
  return { bytes, signature, result, ...(sequence === 0 ? {} : { sequence }) }
}
