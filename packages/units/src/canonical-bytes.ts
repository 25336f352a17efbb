import { canonicallyRead } from './canonical-reader.ts'
import { canonicallyWritten, compareBytes, filledIn } from './canonical-writer.ts'

/** What canonical bytes can hold. Numbers are safe integers: a fraction has more than one decimal reading. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Canonical[]
  | { readonly [name: string]: Canonical | undefined }

/**
 * The one encoding of anything that is signed or hashed: deterministic CBOR (RFC 8949, section 4.2.1). Fields that are
 * undefined are left out.
 *
 * @throws Fault `bytes-not-canonical` for a fraction, half a surrogate pair, a value CBOR cannot hold, or more than
 *               CANONICAL_DEPTH_MAX levels
 */
export function canonicalBytes(value: Canonical): Uint8Array {
  return canonicallyWritten(value)
}

/**
 * The value that canonical bytes hold.
 *
 * @throws Fault `bytes-not-canonical` when they are malformed, or when the same value has another, canonical encoding
 */
export function fromCanonicalBytes(bytes: Uint8Array): Canonical {
  return canonicallyRead(bytes)
}

/**
 * The value of canonical bytes that we wrote ourselves: here a fault means damage, not somebody else's mistake.
 *
 * @throws Fault `bytes-not-canonical` as `fromCanonicalBytes` does
 */
export function fromOwnBytes(bytes: Uint8Array): Canonical {
  return canonicallyRead(bytes)
}

/**
 * The canonical bytes of many maps that differ in a few fields, at the price of those fields: the others are written once.
 *
 * @param fixed the fields that all of them have alike
 * @param open  the names of the others; none of them in `fixed`
 * @returns     for values in the order of `open`, `canonicalBytes` of the map with all fields; none may be undefined
 * @throws Fault `bytes-not-canonical` as `canonicalBytes` does
 */
export function canonicalForm(
  fixed: { readonly [name: string]: Canonical | undefined },
  open: readonly string[],
): (...values: readonly Canonical[]) => Uint8Array {
  const gaps = open.map((name, i) => ({ i, encoded: canonicalBytes(name) }))
  const inOrder = gaps.toSorted((a, b) => compareBytes(a.encoded, b.encoded))
  const whole = canonicalBytes({ ...fixed, ...Object.fromEntries(open.map((name) => [name, null])) })
  const later = Object.entries(fixed).filter(([, value]) => value !== undefined)
  const pieces: Uint8Array[] = []
  let from = 0
  for (const [at, { encoded }] of inOrder.entries()) {
    // What follows a gap: the later fields, and a byte and a name for each later gap.
    const after = later.filter(([name]) => compareBytes(canonicalBytes(name), encoded) > 0)
    const fields = after.reduce((sum, [name, value]) => sum + canonicalBytes({ [name]: value }).length - 1, 0)
    const gapsAfter = inOrder.slice(at + 1).reduce((sum, gap) => sum + gap.encoded.length + 1, 0)
    const until = whole.length - fields - gapsAfter - 1
    pieces.push(whole.subarray(from, until))
    from = until + 1
  }
  pieces.push(whole.subarray(from))
  const isSorted = inOrder.every(({ i }, at) => i === at)
  return (...values) => filledIn(pieces, isSorted ? values : inOrder.map(({ i }) => values[i] ?? null))
}
