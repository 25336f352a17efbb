/** Begins a long frame of M-Bus. */
export const MBUS_START = 0x68
/** Bytes of a long frame at most: start, twice the length, start, 255 bytes, checksum, end. */
export const MBUS_BYTES_MAX = 255 + 6

/** A piece of an APDU that came in a long frame of M-Bus whose checksum is right. */
export interface MbusSegment {
  /** Counts from 0 with each piece of an APDU, modulo 16. */
  readonly number: number
  readonly isLast: boolean
  readonly content: Uint8Array
}

/** What begins at a start byte. */
export type MbusReading =
  | { readonly is: 'segment'; readonly segment: MbusSegment; readonly bytes: number }
  | { readonly is: 'broken'; readonly problem: 'checksum-mismatch'; readonly bytes: number }
  | { readonly is: 'incomplete' }
  | { readonly is: 'none' }

const END = 0x16
const HEADER_BYTES = 4
/** Control, address, CI, and the two transport addresses of DLMS. */
const FIELDS_BYTES = 5
const CI_AT = HEADER_BYTES + 2
/** CI fields from 0x00 to 0x1f carry segments of DLMS; all others are M-Bus proper and not ours. */
const CI_MAX = 0x1f
const LAST = 0x10

/**
 * Reads the long frame that begins at the first of `bytes`, where it carries DLMS.
 *
 * @see EN 13757-2 (long frame, checksum), EN 13757-3 and IEC 62056-7-3 (CI 0x00 to 0x1f: bit 4 is the last segment, bits
 *      0 to 3 its number; then source and destination address of the transport layer)
 */
export function mbusSegmentFrom(bytes: Uint8Array): MbusReading {
  const length = bytes[1] ?? 0
  if (bytes.length >= 2 && length < FIELDS_BYTES) return { is: 'none' }
  if (bytes.length >= 3 && bytes[2] !== length) return { is: 'none' }
  if (bytes.length >= 4 && bytes[3] !== MBUS_START) return { is: 'none' }
  const ci = bytes[CI_AT]
  if (ci !== undefined && ci > CI_MAX) return { is: 'none' }
  const end = HEADER_BYTES + length
  if (ci === undefined || bytes.length < end + 2) return { is: 'incomplete' }
  let sum = 0
  for (let at = HEADER_BYTES; at < end; at++) sum += bytes[at] ?? 0
  if (bytes[end] !== (sum & 0xff) || bytes[end + 1] !== END)
    return { is: 'broken', problem: 'checksum-mismatch', bytes: end + 2 }
  const content = bytes.slice(HEADER_BYTES + FIELDS_BYTES, end)
  return { is: 'segment', segment: { number: ci & 15, isLast: (ci & LAST) !== 0, content }, bytes: end + 2 }
}
