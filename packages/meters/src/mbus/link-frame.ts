/** What the first bytes of a stretch are. `bytes` is the whole length of what was found. */
export type LinkReading =
  | {
      readonly is: 'long'
      readonly bytes: number
      readonly check: 'valid' | 'checksum-mismatch' | 'stop-missing'
    }
  | { readonly is: 'short'; readonly bytes: number }
  | { readonly is: 'acknowledgement'; readonly bytes: number }
  /** `needs` bytes must be there to tell. */
  | { readonly is: 'incomplete'; readonly needs: number }
  | { readonly is: 'garbage' }

/** Start, length twice, start, then what the length counts, checksum and stop. */
export const LONG_OVERHEAD_BYTES = 6
/** The longest frame: 255 bytes of control, address and data. */
export const LINK_BYTES_MAX = 255 + LONG_OVERHEAD_BYTES
/** Where the control byte of a long frame is; the address and the CI field follow. */
export const LONG_CONTENT_AT = 4

const LONG_START = 0x68
const SHORT_START = 0x10
const SHORT_BYTES = 5
const STOP = 0x16
const ACKNOWLEDGEMENT = 0xe5
const LENGTH_MIN = 3

/** Tells what begins at `at` (EN 13757-2, frame formats FT 1.2). */
export function linkFrame(bytes: Uint8Array, at: number): LinkReading {
  const start = bytes[at]
  if (start === LONG_START) return longFrame(bytes, at)
  if (start === SHORT_START) return shortFrame(bytes, at)
  return start === ACKNOWLEDGEMENT ? { is: 'acknowledgement', bytes: 1 } : { is: 'garbage' }
}

/** The sum of the bytes, of which the last eight bits are sent. */
export function linkChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = (sum + byte) & 0xff
  return sum
}

function longFrame(bytes: Uint8Array, at: number): LinkReading {
  const length = bytes[at + 1]
  if (length === undefined) return { is: 'incomplete', needs: LONG_CONTENT_AT }
  if (length < LENGTH_MIN) return { is: 'garbage' }
  if (at + 2 < bytes.length && bytes[at + 2] !== length) return { is: 'garbage' }
  if (at + 3 < bytes.length && bytes[at + 3] !== LONG_START) return { is: 'garbage' }
  const total = length + LONG_OVERHEAD_BYTES
  if (at + total > bytes.length) return { is: 'incomplete', needs: total }
  const content = bytes.subarray(at + LONG_CONTENT_AT, at + LONG_CONTENT_AT + length)
  if (linkChecksum(content) !== bytes[at + total - 2])
    return { is: 'long', bytes: total, check: 'checksum-mismatch' }
  return { is: 'long', bytes: total, check: bytes[at + total - 1] === STOP ? 'valid' : 'stop-missing' }
}

function shortFrame(bytes: Uint8Array, at: number): LinkReading {
  if (at + SHORT_BYTES > bytes.length) return { is: 'incomplete', needs: SHORT_BYTES }
  const isWhole =
    linkChecksum(bytes.subarray(at + 1, at + 3)) === bytes[at + 3] && bytes[at + SHORT_BYTES - 1] === STOP
  return isWhole ? { is: 'short', bytes: SHORT_BYTES } : { is: 'garbage' }
}
