import { canonicalBytes } from '@tri/units'
import { leafDigest, merkleRoot, sha256 } from '@tri/units/crypto'

import { stepsFrom, type PathStep } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import type { Evidence } from '../ordering.ts'
import { putKey, utf8 } from './bytes.ts'
import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import { STATE_FAMILIES, type StateFamily } from './replica.ts'

/** What stands in each family's leaf: the root of its records, the digest of the history, the bytes of `meta`. */
export type FamilyContents = Readonly<Record<StateFamily, Uint8Array>>

const ZERO = Uint8Array.of(0)
const LENGTH_BYTES = 4
const HISTORY_DOMAIN = utf8('tri/history/1\0')
const EVIDENCE_DOMAIN = utf8('tri/evidence/1\0')
/** Records that are proved in the block that wrote them: postings, versions of settlements, receipts. */
const RECORD_PREFIXES = ['line/', 'settlement-version/', 'certificate/', 'operation/'] as const

/** Whether a key is proved in the block that wrote it. */
export function isBlockRecord(key: string): boolean {
  return RECORD_PREFIXES.some((prefix) => key.startsWith(prefix))
}

/** The root over the five families. */
export function stateRootOf(contents: FamilyContents): Uint8Array {
  return merkleRoot(familyLeaves(contents))
}

/** The steps from a family's leaf to the state root. */
export function familyStepsOf(contents: FamilyContents, family: StateFamily): PathStep[] {
  return stepsFrom(nodePrimitives, familyLeaves(contents), STATE_FAMILIES.indexOf(family))
}

function familyLeaves(contents: FamilyContents): Uint8Array[] {
  return STATE_FAMILIES.map((family) => leafDigest(utf8(family), ZERO, contents[family]))
}

/**
 * The digest of the history after a block: over the digest before it and every write of the block, in key order. Each
 * write is the key and its length, a byte that says whether it was deleted, and the value with its length.
 */
export function nextHistory(previous: Uint8Array, changes: readonly Change[]): Uint8Array {
  const size = changes.reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0) + 9, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  const length = (count: number): void => {
    view.setUint32(at, count)
    at += LENGTH_BYTES
  }
  for (const [key, value] of changes) {
    length(key.length)
    at = putKey(bytes, key, at)
    bytes[at++] = value === undefined ? 0 : 1
    length(value?.length ?? 0)
    if (value === undefined) continue
    bytes.set(value, at)
    at += value.length
  }
  return sha256(HISTORY_DOMAIN, previous, bytes)
}

/** The digest of all evidence after a block that brought some. */
export function nextEvidence(previous: Uint8Array, evidence: readonly Evidence[]): Uint8Array {
  if (evidence.length === 0) return previous
  const told = evidence.map(({ kind, address, height, at }) => ({ kind, address, height, at }))
  return sha256(EVIDENCE_DOMAIN, previous, canonicalBytes(told))
}

/** The content of `meta`: what a checkpoint says of the chain itself. */
export function metaBytes(
  { changedAt, protocol, snapshot, evidence }: Facts,
  { genesis, stewards }: { readonly genesis: Uint8Array; readonly stewards: Uint8Array | undefined },
): Uint8Array {
  return canonicalBytes({
    format: 1,
    height: changedAt,
    genesis,
    stewards: sha256(stewards ?? new Uint8Array()),
    protocol,
    ...(snapshot === undefined ? {} : { snapshot: { height: snapshot.height, root: snapshot.root } }),
    ...(evidence.length === 0 ? {} : { evidence }),
  })
}
