import { crc16X25 } from '../crc16-x25.ts'

/** Begins and ends a frame of HDLC; what lies between is delimited by its length, so the byte may occur there. */
export const HDLC_FLAG = 0x7e
/** Bytes of a frame at most: eleven bits of length, and both flags. */
export const HDLC_BYTES_MAX = 0x7_ff + 2

/** A frame whose check is right. */
export interface HdlcFrame {
  /** True when the next frame goes on where this one ends. */
  readonly isSegmented: boolean
  /** Destination and source, as they were sent. */
  readonly addresses: Uint8Array
  readonly control: number
  readonly information: Uint8Array
}

/** What begins at a flag. `bytes` is how many bytes it takes, both flags included. */
export type HdlcReading =
  | { readonly is: 'frame'; readonly frame: HdlcFrame; readonly bytes: number }
  | { readonly is: 'broken'; readonly problem: 'fcs-mismatch' | 'hcs-mismatch'; readonly bytes: number }
  | { readonly is: 'incomplete' }
  | { readonly is: 'none' }

const FORMAT_TYPE_3 = 0xa0
const SEGMENTED = 0x08
const CHECK_BYTES = 2
const FORMAT_BYTES = 2
/** Format, two addresses of a byte, control, check. */
const LENGTH_MIN = FORMAT_BYTES + 3 + CHECK_BYTES
const ADDRESS_BYTES_MAX = 4

/**
 * Reads the frame that begins with the flag at the first of `bytes`.
 *
 * @see IEC 62056-46 (frame format type 3, addresses of 1, 2 or 4 bytes, HCS and FCS are CRC-16/X-25, low byte first)
 */
export function hdlcFrameFrom(bytes: Uint8Array): HdlcReading {
  if (bytes.length < 1 + FORMAT_BYTES) return mayBegin(bytes) ? { is: 'incomplete' } : { is: 'none' }
  const format = bytes[1] ?? 0
  const length = ((format & 7) << 8) | (bytes[2] ?? 0)
  if (!mayBegin(bytes) || length < LENGTH_MIN) return { is: 'none' }
  const sourceAt = afterAddress(bytes, 1 + FORMAT_BYTES)
  const controlAt = sourceAt === undefined ? undefined : afterAddress(bytes, sourceAt)
  const informationAt = (controlAt ?? 0) + 1 + CHECK_BYTES
  const end = 1 + length
  if (controlAt === undefined || informationAt > end)
    return bytes.length < LENGTH_MIN + 2 * ADDRESS_BYTES_MAX && bytes.length < end
      ? { is: 'incomplete' }
      : broken(bytes, end, 'hcs-mismatch')
  if (bytes.length < informationAt) return { is: 'incomplete' }
  // Without information the header's check is the check of the frame.
  if (informationAt < end && !isChecked(bytes, informationAt)) return broken(bytes, end, 'hcs-mismatch')
  if (bytes.length <= end) return { is: 'incomplete' }
  if (bytes[end] !== HDLC_FLAG || !isChecked(bytes, end)) return broken(bytes, end, 'fcs-mismatch')
  const information = informationAt < end ? bytes.slice(informationAt, end - CHECK_BYTES) : new Uint8Array()
  const frame = {
    isSegmented: (format & SEGMENTED) !== 0,
    addresses: bytes.slice(1 + FORMAT_BYTES, controlAt),
    control: bytes[controlAt] ?? 0,
    information,
  }
  return { is: 'frame', frame, bytes: end + 1 }
}

function mayBegin(bytes: Uint8Array): boolean {
  const format = bytes[1]
  return bytes[0] === HDLC_FLAG && (format === undefined || (format & 0xf0) === FORMAT_TYPE_3)
}

/** Where an address ends: its last byte is the first odd one. */
function afterAddress(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < from + ADDRESS_BYTES_MAX; at++) if (((bytes[at] ?? 0) & 1) === 1) return at + 1
  return undefined
}

/** True when the two bytes before `until` are the CRC of all before them, flag left out. */
function isChecked(bytes: Uint8Array, until: number): boolean {
  const sent = (bytes[until - 2] ?? 0) | ((bytes[until - 1] ?? 0) << 8)
  return sent === crc16X25(bytes, 1, until - CHECK_BYTES)
}

// Where the length itself may be wrong, the broken frame is taken to end at the next flag, which may begin a good one.
function broken(bytes: Uint8Array, end: number, problem: 'fcs-mismatch' | 'hcs-mismatch'): HdlcReading {
  if (problem === 'fcs-mismatch' && bytes[end] === HDLC_FLAG) return { is: 'broken', problem, bytes: end + 1 }
  const flag = bytes.subarray(0, end + 1).indexOf(HDLC_FLAG, 1)
  if (flag >= 0) return { is: 'broken', problem, bytes: flag + 1 }
  return bytes.length <= end ? { is: 'incomplete' } : { is: 'broken', problem, bytes: end + 1 }
}
