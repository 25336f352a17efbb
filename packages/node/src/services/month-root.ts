import type { SettlementRecord } from '@tri/community'
import { fromHex, hex, merkleRoot } from '@tri/units/crypto'

/** One root for a month that was settled in several periods: a Merkle tree over theirs, in time's order. */
export function rootOfRoots(records: readonly SettlementRecord[]): string {
  return rootOfSettlements(records.map(({ versions }) => versions.at(-1)?.root ?? ''))
}

/** The same over roots in hexadecimal; a single one stands for itself. */
export function rootOfSettlements(roots: readonly string[]): string {
  return roots.length === 1 ? (roots[0] ?? '') : hex(merkleRoot(roots.map(fromHex)))
}
