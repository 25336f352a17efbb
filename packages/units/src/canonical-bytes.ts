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
 * @throws Fault `bytes-not-canonical` for a fraction or a value CBOR cannot hold
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
  let value: Canonical
  try {
    value = decode(bytes, { rejectDuplicateMapKeys: true, allowUndefined: false }) as Canonical
  } catch (cause) {
    throw new Fault('bytes-not-canonical', { reason: String(cause) }, { cause })
  }
  const again = canonicalBytes(value)
  if (again.length !== bytes.length || again.some((byte, i) => byte !== bytes[i])) {
    throw new Fault('bytes-not-canonical', {
      reason: 'the same value has a shorter or differently sorted encoding',
    })
  }
  return value
}

function plain(value: Canonical): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new Fault('bytes-not-canonical', { reason: `${value} is not a safe integer` })
  }
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (isList(value)) return value.map(plain)
  const kept = Object.entries(value).filter((entry): entry is [string, Canonical] => entry[1] !== undefined)
  return Object.fromEntries(kept.map(([name, of]) => [name, plain(of)]))
}

function isList(value: object): value is readonly Canonical[] {
  return Array.isArray(value)
}
