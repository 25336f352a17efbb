import type { CheckVerdict } from '../frame.ts'
import { dataSetsIn, type DataSet } from '../iec62056/data-set.ts'
import { isEndMark } from '../iec62056/identification.ts'
import { crc16Arc } from './crc16-arc.ts'

/** One P1 telegram as it was sent: nothing scaled, nothing renamed. */
export interface DsmrTelegram {
  /** The line behind the slash. */
  readonly identification: string
  /** Every object with its bracket groups, in the order sent; addresses as sent, typing errors and all. */
  readonly objects: readonly DataSet[]
  /** Lines of which nothing could be read. */
  readonly malformedLines: number
  /** The CRC as it was sent; absent where the telegram carries none. */
  readonly crcGiven?: string
  /** CRC-16/ARC from the slash to the exclamation mark; of the whole where that never came. */
  readonly crcComputed: number
  /** What the CRC says: whether one may be absent is told by `crcIsExpected`. */
  readonly check: CheckVerdict
  /** False when the exclamation mark never came. */
  readonly isEnded: boolean
  /** False when the last line before the end of the bytes has no line end. */
  readonly endsWithWholeLine: boolean
}

const LF = 0x0a
const CR = 0x0d
const BANG = 0x21
const SLASH = 0x2f
const CRC_TEXT = /^[0-9A-Fa-f]{1,4}$/

/**
 * Reads one telegram. The codec is made of it; by itself it serves whoever wants the objects as they were sent.
 *
 * @param bytes from the slash on; what follows the CRC is not looked at
 * @see   DSMR P1 companion standard 2.2 to 5.0.2, chapters 5 and 6; e-MUCS P1 2.1; IEC 62056-21 for the lines
 */
export function dsmrTelegram(bytes: Uint8Array): DsmrTelegram {
  return telegramEndingAt(bytes, endMarkIn(bytes))
}

/** The same, where the exclamation mark has been found already: its place, or -1. */
export function telegramEndingAt(bytes: Uint8Array, mark: number): DsmrTelegram {
  const isEnded = mark >= 0
  const until = isEnded ? mark : bytes.length
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const line = endOfLine(bytes, until)
  const { sets, malformedLines } = dataSetsIn(text, line, until)
  const crcComputed = crc16Arc(bytes, 0, isEnded ? mark + 1 : until)
  const given = isEnded ? crcText(text, mark + 1) : ''
  const last = bytes[until - 1]
  const read = {
    identification: text.slice(1, line),
    objects: sets,
    malformedLines,
    crcComputed,
    isEnded,
    endsWithWholeLine: isEnded || last === LF || last === CR,
  }
  if (given === '') return { ...read, check: 'absent' }
  const isValid =
    CRC_TEXT.test(given) && (Number.parseInt(given, 16) === crcComputed || isValidWithCr(bytes, mark, given))
  return { ...read, crcGiven: given, check: isValid ? 'valid' : 'invalid' }
}

function endMarkIn(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(BANG); at >= 0; at = bytes.indexOf(BANG, at + 1))
    if (isEndMark(bytes[at - 1])) return at
  return -1
}

function endOfLine(bytes: Uint8Array, until: number): number {
  for (let at = 0; at < until; at++) if (bytes[at] === LF || bytes[at] === CR) return at
  return until
}

/** What stands behind the mark in its line: at most four digits and what is too much. */
function crcText(text: string, from: number): string {
  let at = from
  for (; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter === LF || letter === CR || letter === SLASH) break
  }
  return text.slice(from, at)
}

// A log or a terminal may have taken the carriage returns out; the meter made the CRC with them in. Only a telegram
// without a single one is tried so, and no bit error takes all of them.
function isValidWithCr(bytes: Uint8Array, mark: number, given: string): boolean {
  if (bytes.subarray(0, mark).includes(CR)) return false
  const cr = Uint8Array.of(CR)
  let crc = 0
  let from = 0
  for (let at = bytes.indexOf(LF); at >= 0 && at < mark; at = bytes.indexOf(LF, at + 1)) {
    crc = crc16Arc(cr, 0, 1, crc16Arc(bytes, from, at, crc))
    from = at
  }
  return crc16Arc(bytes, from, mark + 1, crc) === Number.parseInt(given, 16)
}
