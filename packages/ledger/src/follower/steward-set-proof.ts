import { accept, canonicalBytes, fromCanonicalBytes, present, type Outcome } from '@tri/units'

import {
  bytesOf,
  bytesUpTo,
  exactly,
  fieldsAmong,
  listOf,
  optionally,
  row,
  textUpTo,
  wholeFrom,
} from '../chain/canonical-shape.ts'
import { leafOf, nodeOf, sameBytes, type Sha256 } from '../chain/merkle.ts'
import { flaw, type Flaw } from '../chain/trust.ts'
import { read } from '../proof/unreadable.ts'
import type { StatePath } from '../replica/replica.ts'

const FORMAT = 'tri/steward-set/1'
const RECORD_BYTES_MAX = 16_384
const META_BYTES_MAX = 1_024
const STEWARDS_MAX = 13
const ZERO = Uint8Array.of(0)

/** A steward as the book has her: which key votes, and how her door is reached and known. */
export interface ProvedSteward {
  readonly member: string
  readonly key: Uint8Array
  /** Empty for the first steward until the stewards agree on a set. */
  readonly tls: Uint8Array
  readonly addresses: readonly string[]
}

/** The stewards of a certified state. */
export interface ProvedStewards {
  /** Counts the agreements; 0 until the first. */
  readonly version: number
  readonly stewards: readonly ProvedSteward[]
}

const steward = fieldsAmong({
  member: textUpTo(64),
  key: bytesOf(32),
  tls: bytesUpTo(32),
  addresses: listOf(textUpTo(128), 4),
})
const recordPart = fieldsAmong({ version: wholeFrom(0), stewards: listOf(steward, STEWARDS_MAX) })
const metaPart = fieldsAmong({
  stewards: bytesOf(32),
  snapshot: optionally(fieldsAmong({ height: wholeFrom(1), root: bytesOf(32) })),
})
const proofRow = row(
  ['format', 'record', 'meta', 'sibling'],
  exactly(FORMAT),
  bytesUpTo(RECORD_BYTES_MAX),
  bytesUpTo(META_BYTES_MAX),
  bytesOf(32),
)

/**
 * The way from the record of who keeps the book to the state root.
 *
 * @param record the record's bytes
 * @param meta   the path of `meta` in the same state
 */
export function stewardSetProof(record: Uint8Array, meta: StatePath): Uint8Array {
  const step = present(meta.familySteps[0], '`meta` is the last of five leaves, one step below the root')
  return canonicalBytes([FORMAT, record, meta.value, step.sibling])
}

/** Who the stewards are in the state of a root that is believed already. */
export function provedStewards(
  primitives: Sha256,
  bytes: Uint8Array,
  stateRoot: Uint8Array,
): Outcome<ProvedStewards, Flaw> {
  const proved = provedMeta(primitives, bytes, stateRoot)
  if (!proved.ok) return proved
  const { record, meta } = proved.value
  if (!sameBytes(primitives.sha256(record), meta.stewards)) return flaw('root-differs', 'stewards.record')
  const set = read(() => recordPart(fromCanonicalBytes(record), 'stewards.record'))
  return set.ok ? accept(set.value) : set
}

/** The snapshot that a state vouches for, by the same proof; undefined where it vouches for none. */
export function provedSnapshot(
  primitives: Sha256,
  bytes: Uint8Array,
  stateRoot: Uint8Array,
): Outcome<{ readonly height: number; readonly root: Uint8Array } | undefined, Flaw> {
  const proved = provedMeta(primitives, bytes, stateRoot)
  return proved.ok ? accept(proved.value.meta.snapshot) : proved
}

function provedMeta(primitives: Sha256, bytes: Uint8Array, stateRoot: Uint8Array) {
  const parsed = read(() => proofRow(fromCanonicalBytes(bytes), 'stewards'))
  if (!parsed.ok) return parsed
  const [, record, written, sibling] = parsed.value
  const leaf = leafOf(primitives, new TextEncoder().encode('meta'), ZERO, written)
  if (!sameBytes(nodeOf(primitives, sibling, leaf), stateRoot)) return flaw('root-differs', 'stewards.meta')
  const meta = read(() => metaPart(fromCanonicalBytes(written), 'stewards.meta'))
  return meta.ok ? accept({ record, meta: meta.value }) : meta
}
