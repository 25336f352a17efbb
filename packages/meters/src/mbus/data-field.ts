import { shortestOfBinary32 } from '../decimal.ts'

/** What a data field holds. `unreadable` is a field that says itself that it holds no value, or breaks its coding. */
export type DataField =
  | { readonly is: 'none' }
  | { readonly is: 'number'; readonly digits: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  | { readonly is: 'unreadable'; readonly bytes: Uint8Array }

/** Bytes of the data fields of fixed length, by the lower half of the DIF; -1 where the length follows. */
export const FIELD_BYTES = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, -1, 6, 0] as const

const REAL = 5
const BCD_FROM = 9
const LENGTH_VARIABLE = 0xd
const latin = new TextDecoder('latin1')

/** Reads a data field of fixed length; `bytes` have the least significant first. */
export function fixedField(coding: number, bytes: Uint8Array): DataField {
  if (bytes.length === 0) return { is: 'none' }
  if (coding === REAL) return realField(bytes)
  return coding >= BCD_FROM && coding !== LENGTH_VARIABLE ? decimalField(bytes) : integerField(bytes)
}

/** How many bytes follow a length byte; nothing for a reserved one. */
export function variableBytes(length: number): number | undefined {
  if (length < 0xc0) return length
  if (length < 0xca) return length - 0xc0
  if (length >= 0xd0 && length < 0xda) return length - 0xd0
  if (length >= 0xe0 && length < 0xf0) return length - 0xe0
  if (length >= 0xf0 && length < 0xf5) return 4 * (length - 0xec)
  return length === 0xf5 ? 48 : length === 0xf6 ? 64 : undefined
}

/** Reads a data field of variable length (text, decimal digits, a binary number or bytes), by its length byte. */
export function variableField(length: number, bytes: Uint8Array): DataField {
  if (length < 0xc0) return { is: 'text', text: textOf(bytes) }
  if (length < 0xca) return decimalField(bytes)
  if (length < 0xe0) {
    const field = decimalField(bytes)
    return field.is === 'number' ? { is: 'number', digits: -field.digits } : field
  }
  return { is: 'bytes', bytes }
}

/** Text travels with its last letter first. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.length - 1
  const letters = bytes.map((_, index) => bytes[end - index] ?? 0)
  // Controls would leave the line they are shown in.
  return latin
    .decode(letters)
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
}

/** Two's complement. The smallest number stands for a value that is not valid (EN 13757-3, type B). */
export function integerField(bytes: Uint8Array): DataField {
  const last = bytes.length - 1
  let digits = ((bytes[last] ?? 0) << 24) >> 24
  for (let at = last - 1; at >= 0; at--) digits = digits * 256 + (bytes[at] ?? 0)
  const isValid = Number.isSafeInteger(digits) && digits !== -(2 ** (8 * bytes.length - 1))
  return isValid ? { is: 'number', digits } : { is: 'unreadable', bytes }
}

/** The same without a sign, for flags and numbers of devices. */
export function unsignedOf(bytes: Uint8Array): number {
  let digits = 0
  for (let at = bytes.length - 1; at >= 0; at--) digits = digits * 256 + (bytes[at] ?? 0)
  return digits
}

function realField(bytes: Uint8Array): DataField {
  const value = new DataView(Uint8Array.from(bytes).buffer).getFloat32(0, true)
  return Number.isFinite(value)
    ? { is: 'number', digits: shortestOfBinary32(value) }
    : { is: 'unreadable', bytes }
}

/** Decimal digits, two a byte. F in the first place is a minus; any other letter tells of a fault (EN 13757-3, type A). */
export function decimalField(bytes: Uint8Array): DataField {
  let digits = 0
  const last = bytes.length - 1
  const isNegative = (bytes[last] ?? 0) >> 4 === 0xf
  for (let at = last; at >= 0; at--) {
    const byte = bytes[at] ?? 0
    const high = at === last && isNegative ? 0 : byte >> 4
    const low = byte & 0x0f
    if (high > 9 || low > 9) return { is: 'unreadable', bytes }
    digits = digits * 100 + high * 10 + low
  }
  if (!Number.isSafeInteger(digits)) return { is: 'unreadable', bytes }
  return { is: 'number', digits: isNegative ? -digits : digits }
}
