import { radioCrc } from './radio-crc.ts'

/** What begins at a place. `length` is how many bytes it takes; `telegram` is without checks, from the length byte on. */
export type RadioReading =
  | { readonly is: 'checked'; readonly telegram: Uint8Array; readonly length: number }
  | { readonly is: 'stripped'; readonly telegram: Uint8Array; readonly length: number }
  /** `hasSync`: a sync word of mode C says beyond doubt that checks were sent. */
  | { readonly is: 'damaged'; readonly length: number; readonly hasSync?: true }
  | { readonly is: 'more' }
  | { readonly is: 'garbage' }

/** Where to look, and what may be assumed. */
export interface RadioPlace {
  readonly bytes: Uint8Array
  readonly at: number
  /** No byte will follow those that are there. */
  readonly isLast: boolean
}

/** Length, control, maker 2, number 4, version, medium: the first block, whose check follows it in format A. */
export const HEADER_BYTES = 10
/** The longest frame: 255 bytes, the length byte, and a check for each of 17 blocks, behind two bytes of sync. */
export const RADIO_BYTES_MAX = 2 + 256 + 2 * 17

const BLOCK_BYTES = 16
const CRC_BYTES = 2
/** Format B has one check for the first 126 bytes and one for the rest. */
const B_FIRST_BYTES = 126
const LENGTH_MIN = HEADER_BYTES
const SYNC = 0x54
const SYNC_A = 0xcd
const SYNC_B = 0x3d

/** Control bytes that a meter or a repeater sends: data unasked, answers, installation, alarms. */
const CONTROLS = new Set([0x06, 0x08, 0x18, 0x28, 0x38, 0x40, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x53, 0x5b])

/**
 * Tells what radio frame begins at a place: format A or B (EN 13757-4) by their checks, with or without the sync word of
 * mode C in front, or a telegram from which the receiver took the checks.
 *
 * A frame in which one check of format A fits and another does not is damaged, not stripped.
 */
export function radioFrame(place: RadioPlace): RadioReading {
  const { bytes, at } = place
  if (bytes[at] === SYNC && (at + 1 < bytes.length || !place.isLast)) {
    if (at + 1 >= bytes.length) return { is: 'more' }
    if (bytes[at + 1] === SYNC_A) return afterSync(place, formatA)
    if (bytes[at + 1] === SYNC_B) return afterSync(place, formatB)
  }
  const header = headerAt(place)
  if (header !== 'plausible') return { is: header }
  const length = bytes[at] ?? 0
  // What tells format A from a stripped telegram: the first two blocks with their checks.
  const needed = Math.max(length + 1 + 2 * CRC_BYTES, HEADER_BYTES + BLOCK_BYTES + 2 * CRC_BYTES)
  if (at + needed > bytes.length && !place.isLast) return { is: 'more' }
  if (hasBlockCheck(bytes, at)) return formatA(place)
  if (at + length + 1 > bytes.length) return { is: 'garbage' }
  const b = formatB(place)
  if (b.is === 'checked') return b
  return { is: 'stripped', telegram: bytes.slice(at, at + length + 1), length: length + 1 }
}

/** Whether a telegram without checks can begin here: its control, maker and length are such as are sent. */
export function headerAt({ bytes, at, isLast }: RadioPlace): 'plausible' | 'garbage' | 'more' {
  const [length, control, low, high] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]
  if (length !== undefined && length < LENGTH_MIN) return 'garbage'
  if (control !== undefined && !CONTROLS.has(control)) return 'garbage'
  if (high === undefined || low === undefined) return isLast ? 'garbage' : 'more'
  const code = ((high & 0x7f) << 8) | low
  const letters = [(code >> 10) & 31, (code >> 5) & 31, code & 31]
  return letters.every((letter) => letter >= 1 && letter <= 26) ? 'plausible' : 'garbage'
}

function afterSync(place: RadioPlace, format: (place: RadioPlace) => RadioReading): RadioReading {
  const reading = format({ ...place, at: place.at + 2 })
  if (reading.is === 'more' || reading.is === 'garbage') return reading
  const whole = { ...reading, length: reading.length + 2 }
  return whole.is === 'damaged' ? { ...whole, hasSync: true } : whole
}

function hasBlockCheck(bytes: Uint8Array, at: number): boolean {
  const rest = (bytes[at] ?? 0) + 1 - HEADER_BYTES
  const second = at + HEADER_BYTES + CRC_BYTES
  return (
    fits(bytes, at, HEADER_BYTES) ||
    fits(bytes, second, BLOCK_BYTES) ||
    (rest < BLOCK_BYTES && fits(bytes, second, rest))
  )
}

function fits(bytes: Uint8Array, from: number, count: number): boolean {
  const end = from + count
  if (count <= 0 || end + CRC_BYTES > bytes.length) return false
  return radioCrc(bytes.subarray(from, end)) === (bytes[end] ?? 0) * 256 + (bytes[end + 1] ?? 0)
}

/** Format A: a check behind the first ten bytes and behind every further sixteen; the length does not count them. */
function formatA({ bytes, at, isLast }: RadioPlace): RadioReading {
  const length = bytes[at]
  if (length === undefined) return isLast ? { is: 'garbage' } : { is: 'more' }
  const rest = length + 1 - HEADER_BYTES
  if (rest <= 0) return { is: 'garbage' }
  const total = length + 1 + CRC_BYTES * (1 + Math.ceil(rest / BLOCK_BYTES))
  if (at + total > bytes.length) return isLast ? { is: 'damaged', length: bytes.length - at } : { is: 'more' }
  const telegram = new Uint8Array(length + 1)
  let isWhole = true
  for (let read = 0, from = at; read < telegram.length;) {
    const count = Math.min(read === 0 ? HEADER_BYTES : BLOCK_BYTES, telegram.length - read)
    isWhole &&= fits(bytes, from, count)
    telegram.set(bytes.subarray(from, from + count), read)
    read += count
    from += count + CRC_BYTES
  }
  return isWhole ? { is: 'checked', telegram, length: total } : { is: 'damaged', length: total }
}

/** Format B: a check behind at most 126 bytes, and one at the end; the length counts them. */
function formatB({ bytes, at, isLast }: RadioPlace): RadioReading {
  const length = bytes[at]
  if (length === undefined) return isLast ? { is: 'garbage' } : { is: 'more' }
  const total = length + 1
  if (total < HEADER_BYTES + CRC_BYTES + 1) return { is: 'garbage' }
  if (at + total > bytes.length) return isLast ? { is: 'damaged', length: bytes.length - at } : { is: 'more' }
  const first = Math.min(total - CRC_BYTES, B_FIRST_BYTES)
  const second = total - first - 2 * CRC_BYTES
  const isWhole =
    fits(bytes, at, first) &&
    (total === first + CRC_BYTES || (second > 0 && fits(bytes, at + first + CRC_BYTES, second)))
  if (!isWhole) return { is: 'damaged', length: total }
  const telegram = new Uint8Array(first + Math.max(0, second))
  telegram.set(bytes.subarray(at, at + first))
  telegram.set(bytes.subarray(at + first + CRC_BYTES, at + first + CRC_BYTES + Math.max(0, second)), first)
  // From here on the length counts as in format A: what follows it, without checks.
  telegram[0] = telegram.length - 1
  return { is: 'checked', telegram, length: total }
}
