import { generalCipheredFrom, GENERAL_GLO_CIPHERING } from '../dlms/general-ciphering.ts'
import {
  identificationAt,
  interruptionAt,
  isDigit,
  isEndMark,
  isLetter,
  type Found,
} from '../iec62056/identification.ts'

/**
 * Bytes of a telegram at most. Luxembourg's five messages of 1 024 letters, in hexadecimal, are the longest any standard
 * allows: about 12 KiB with all the rest.
 */
export const TELEGRAM_BYTES_MAX = 32_768

/** A piece of the stream that is one telegram, plain or encrypted. */
export type Piece =
  | { readonly is: 'telegram'; readonly bytes: Uint8Array; readonly mark: number }
  | { readonly is: 'ciphered'; readonly bytes: Uint8Array; readonly isWhole: boolean }

const LF = 0x0a
const CR = 0x0d
const BANG = 0x21
const SLASH = 0x2f
const CRC_DIGITS = 4
/** Mark and digits of a CRC, and one letter too much. */
const END_BYTES = CRC_DIGITS + 2
/** A system title, its length, and a length of up to three bytes stand before the control byte. */
const CONTROL_AT_MAX = 14

/**
 * Finds the telegrams of a stream. It is given all that is held, from where it stopped, and tells how much may be let go:
 * what it looked at once it does not look at again.
 */
export class TelegramCutter {
  /** Of the bytes held, how many have been looked at. */
  #scanned = 0
  #isOpen = false
  /** The next mark and slash of the bytes at hand, as far as they are known: nothing is searched twice. */
  #bangAt = -1
  #slashAt = -1

  /** Takes pieces out of `bytes`; gives how many bytes at the front are done with. */
  cut(bytes: Uint8Array, isLast: boolean, into: Piece[]): number {
    let from = 0
    this.#bangAt = -1
    this.#slashAt = -1
    for (;;) {
      const next = this.#isOpen ? this.#telegram(bytes, from, isLast, into) : this.#start(bytes, isLast, into)
      if (next < 0) break
      from = next
    }
    const done = this.#isOpen ? from : this.#scanned
    if (isLast) {
      if (this.#isOpen && bytes.length > from)
        into.push({ is: 'telegram', bytes: bytes.slice(from), mark: -1 })
      this.#isOpen = false
      this.#scanned = 0
      return bytes.length
    }
    this.#scanned -= done
    return done
  }

  /** Looks for the beginning of a telegram; gives its place, or -1 when more bytes are needed. */
  #start(bytes: Uint8Array, isLast: boolean, into: Piece[]): number {
    for (let at = this.#scanned; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === SLASH) {
        const isStart = identificationAt(bytes, at, isLast)
        if (isStart === 'wait') return this.#waitAt(at)
        if (!isStart) continue
        this.#isOpen = true
        this.#scanned = at + 1
        return at
      }
      if (byte !== GENERAL_GLO_CIPHERING) continue
      const end = cipheredEnd(bytes, at, isLast)
      if (end === 'wait') return this.#waitAt(at)
      if (end <= at) continue
      into.push({ is: 'ciphered', bytes: bytes.slice(at, end), isWhole: end <= bytes.length })
      at = end - 1
    }
    return this.#waitAt(bytes.length)
  }

  /** Reads on in a telegram that began at `from`; gives where the next one may begin, or -1. */
  #telegram(bytes: Uint8Array, from: number, isLast: boolean, into: Piece[]): number {
    const limit = from + TELEGRAM_BYTES_MAX - END_BYTES
    let bang = this.#bang(bytes, this.#scanned)
    let slash = this.#slash(bytes, this.#scanned)
    for (let at = Math.min(bang, slash); at < bytes.length && at <= limit; at = Math.min(bang, slash)) {
      if (at === slash) {
        const isNext = interruptionAt(bytes, at, isLast)
        if (isNext === 'wait') return this.#waitAt(at)
        if (isNext) {
          into.push({ is: 'telegram', bytes: bytes.slice(from, at), mark: -1 })
          this.#scanned = at + 1
          return at
        }
        slash = this.#slash(bytes, at + 1)
      } else {
        if (isEndMark(bytes[at - 1])) return this.#marked(bytes, { from, mark: at, isLast, into })
        bang = this.#bang(bytes, at + 1)
      }
    }
    if (bytes.length <= limit) return this.#waitAt(bytes.length)
    this.#isOpen = false
    this.#scanned = limit + 1
    return limit + 1
  }

  /** Ends the telegram whose exclamation mark was found, when its CRC is there. */
  #marked(
    bytes: Uint8Array,
    {
      from,
      mark,
      isLast,
      into,
    }: { readonly from: number; readonly mark: number; readonly isLast: boolean; readonly into: Piece[] },
  ): number {
    const end = markedEnd(bytes, mark, isLast)
    if (end === 'wait') return this.#waitAt(mark)
    into.push({ is: 'telegram', bytes: bytes.slice(from, end), mark: mark - from })
    this.#isOpen = false
    this.#scanned = end
    return end
  }

  #bang(bytes: Uint8Array, from: number): number {
    if (this.#bangAt < from) this.#bangAt = placeOf(bytes, BANG, from)
    return this.#bangAt
  }

  #slash(bytes: Uint8Array, from: number): number {
    if (this.#slashAt < from) this.#slashAt = placeOf(bytes, SLASH, from)
    return this.#slashAt
  }

  #waitAt(at: number): -1 {
    this.#scanned = at
    return -1
  }
}

function placeOf(bytes: Uint8Array, wanted: number, from: number): number {
  const at = bytes.indexOf(wanted, from)
  return at < 0 ? bytes.length : at
}

/** Where a telegram ends whose exclamation mark is at `mark`: behind the CRC, without its line end. */
function markedEnd(bytes: Uint8Array, mark: number, isLast: boolean): Found<number> {
  for (let at = mark + 1; at <= mark + CRC_DIGITS; at++) {
    const letter = bytes[at]
    if (letter === undefined) return isLast ? at : 'wait'
    if (letter === LF || letter === CR || letter === SLASH) return at
    // What is neither digit nor end is kept, so that a damaged CRC is not taken for an absent one.
    if (!isHexDigit(letter)) return at + 1
  }
  return mark + 1 + CRC_DIGITS
}

/** Where an encrypted telegram ends; `at` when there is none, more than all bytes when the stream ended within it. */
function cipheredEnd(bytes: Uint8Array, at: number, isLast: boolean): Found<number> {
  const rest = bytes.subarray(at, at + TELEGRAM_BYTES_MAX)
  const reading = generalCipheredFrom(rest)
  if (reading.is === 'garbage' || !looksCiphered(rest)) return at
  if (reading.is === 'whole') return at + reading.bytes
  if (reading.needs > TELEGRAM_BYTES_MAX) return at
  if (!isLast) return 'wait'
  return rest.length > CONTROL_AT_MAX ? at + reading.needs : at
}

/** As far as it came: the maker's three letters, and a control byte that protects something with a known suite. */
function looksCiphered(bytes: Uint8Array): boolean {
  for (const letter of bytes.subarray(2, 5)) if (!isLetter(letter)) return false
  const length = bytes[10] ?? 0
  const control = bytes[11 + (length < 0x80 ? 0 : length & 0x7f)]
  return control === undefined || ((control & 0x30) !== 0 && (control & 0x4f) <= 2)
}

function isHexDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
}
