import { decode, encode, rfc8949EncodeOptions } from 'cborg'

import type { Canonical } from '../src/index.ts'

/** What another encoder, kept by others, makes of a value. */
export function othersBytes(value: Canonical): Uint8Array {
  return encode(value, rfc8949EncodeOptions)
}

/** The value that another decoder reads, if the bytes are those that its encoder writes for it. */
export function othersValue(bytes: Uint8Array): Canonical | undefined {
  try {
    const options = { rejectDuplicateMapKeys: true, allowUndefined: false, allowBigInt: false }
    const value: Canonical = decode(bytes, options)
    const again = othersBytes(value)
    return isWhole(value) && Buffer.compare(again, bytes) === 0 ? value : undefined
  } catch {
    return undefined
  }
}

/** Canonical bytes hold no fractions, whatever other encoders do with them. */
function isWhole(value: Canonical): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return true
  return Object.values(value).every((one) => one === undefined || isWhole(one))
}
