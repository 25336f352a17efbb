import { decode, encode, rfc8949EncodeOptions } from 'cborg'

import { Fault } from './fault.ts'

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
 * @throws Fault `bytes-not-canonical` for a fraction, half a surrogate pair, or a value CBOR cannot hold
 */
export function canonicalBytes(value: Canonical): Uint8Array {
  try {
    return encode(plain(value), rfc8949EncodeOptions)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('bytes-not-canonical', { reason: String(cause) }, { cause })
  }
}

/**
 * The value that canonical bytes hold.
 *
 * @throws Fault `bytes-not-canonical` when they are malformed, or when the same value has another, canonical encoding
 */
export function fromCanonicalBytes(bytes: Uint8Array): Canonical {
  const value = fromOwnBytes(bytes)
  if (!isSame(canonicalBytes(value), bytes)) {
    throw new Fault('bytes-not-canonical', {
      reason: 'the same value has a shorter or differently sorted encoding',
    })
  }
  return value
}

/**
 * The value of canonical bytes that we wrote ourselves: only malformed ones are noticed, and reading takes half as
 * long. What comes from elsewhere goes through `fromCanonicalBytes`.
 *
 * @throws Fault `bytes-not-canonical` when they are malformed
 */
export function fromOwnBytes(bytes: Uint8Array): Canonical {
  try {
    return decode(bytes, {
      rejectDuplicateMapKeys: true,
      allowUndefined: false,
      allowBigInt: false,
    }) as Canonical
  } catch (cause) {
    throw new Fault('bytes-not-canonical', { reason: String(cause) }, { cause })
  }
}

/** A plain loop: a day of statements is a megabyte, and a call for each byte of it would be felt. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function plain(value: Canonical): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new Fault('bytes-not-canonical', { reason: `${value} is not a safe integer` })
  }
  if (typeof value === 'string') return wellFormed(value)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (isList(value)) return value.map(plain)
  const kept = Object.entries(value).filter((entry): entry is [string, Canonical] => entry[1] !== undefined)
  return Object.fromEntries(kept.map(([name, of]) => [wellFormed(name), plain(of)]))
}

// Half a surrogate pair has no UTF-8: it would be written as another character, and two strings as the same bytes.
function wellFormed(text: string): string {
  if (!text.isWellFormed())
    throw new Fault('bytes-not-canonical', { reason: 'a string holds half a surrogate pair' })
  return text
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value)
}
