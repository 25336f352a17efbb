import type { CheckVerdict } from '../frame.ts'
import { dataSetsIn, type DataSet } from './data-set.ts'
import { isEndMark, sevenBits } from './identification.ts'

/** One readout as it was sent: nothing scaled, nothing renamed. */
export interface Readout {
  /** The line behind the slash; absent where the block came alone, after a repeat was asked for. */
  readonly identification?: string
  /** Data sets with their bracket groups, in the order sent. */
  readonly sets: readonly DataSet[]
  /** Lines of which nothing could be read. */
  readonly malformedLines: number
  /** The block check character as it was sent, and as the block gives it; absent where there is none. */
  readonly blockCheck?: { readonly given: number; readonly computed: number }
  readonly check: CheckVerdict
  /** Why the values must not be used; see `iecCodec`. */
  readonly problem?: 'block-check-mismatch' | 'parity-wrong' | 'damaged' | 'truncated' | 'not-a-readout'
}

export const STX = 0x02
export const ETX = 0x03
export const EOT = 0x04
export const ACK = 0x06
export const BANG = 0x21
const LF = 0x0a
const CR = 0x0d
const SLASH = 0x2f
const PRINTABLE = /^[ -~]*$/

/**
 * Reads one readout: identification, and the data block with or without its check character.
 *
 * @param bytes from the slash or from STX to the block check character
 * @param isCut something else began before it ended
 * @see   IEC 62056-21, 6.3 (messages), 6.5 (data block), 8 (block check: exclusive or from behind STX to ETX)
 */
export function iecReadout(bytes: Uint8Array, isCut = false): Readout {
  const text = textOf(bytes)
  const line = text.charCodeAt(0) === SLASH ? endOfLine(text) : 0
  const begin = placeOf(bytes, line, STX)
  const end = placeOfEnd(bytes, Math.max(begin, line))
  const mark = markBefore(bytes, end < 0 ? bytes.length : end, Math.max(begin, line))
  const from = begin < 0 ? afterAcknowledgement(text, line) : begin + 1
  const until = mark >= 0 ? mark : end >= 0 ? end : bytes.length
  const { sets, malformedLines } = dataSetsIn(text, from, until)
  const identification = line === 0 ? {} : { identification: text.slice(1, line) }
  const read = { ...identification, sets, malformedLines }
  if (end >= 0) return { ...read, ...checked(bytes, begin, end) }
  if (isParityWrong(bytes)) return { ...read, check: 'invalid', problem: 'parity-wrong' }
  if (isCut || mark < 0) return { ...read, check: 'invalid', problem: 'truncated' }
  const rest = text.slice(mark + 1)
  if (rest.trim() === '')
    return isSound(read) ? { ...read, check: 'absent' } : { ...read, check: 'absent', problem: 'damaged' }
  // Digits behind the mark are the CRC of a P1 telegram; anything else is what is left of a damaged end.
  return begin < 0
    ? { ...read, check: 'absent', problem: 'not-a-readout' }
    : { ...read, check: 'invalid', problem: 'truncated' }
}

// All that can be asked of a block that has no check: every line is read, and every letter is printable.
function isSound({ sets, malformedLines }: Pick<Readout, 'sets' | 'malformedLines'>): boolean {
  return (
    malformedLines === 0 &&
    sets.every(
      ({ address, groups }) => PRINTABLE.test(address) && groups.every((group) => PRINTABLE.test(group)),
    )
  )
}

function checked(
  bytes: Uint8Array,
  begin: number,
  end: number,
): Pick<Readout, 'blockCheck' | 'check' | 'problem'> {
  const given = bytes[end + 1]
  if (given === undefined) return { check: 'invalid', problem: 'truncated' }
  // An end without a beginning is a block whose STX was damaged.
  if (begin < 0) return { check: 'invalid', problem: 'block-check-mismatch' }
  let computed = 0
  for (let at = begin + 1; at <= end; at++) computed ^= bytes[at] ?? 0
  const blockCheck = { given, computed }
  if (computed !== given) return { blockCheck, check: 'invalid', problem: 'block-check-mismatch' }
  return isParityWrong(bytes)
    ? { blockCheck, check: 'invalid', problem: 'parity-wrong' }
    : { blockCheck, check: 'valid' }
}

function isParityWrong(bytes: Uint8Array): boolean {
  return carriesParity(bytes) && !bytes.every(hasEvenParity)
}

// Slash and STX have an odd number of ones: on a line of 7E1 that is read as 8N1 they carry the parity bit. The exclusive
// or of bytes of even parity has even parity itself, so the block check holds with the parity bits in it.
function carriesParity(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) > 0x7f
}

function textOf(bytes: Uint8Array): string {
  const letters = carriesParity(bytes) ? bytes.map(sevenBits) : bytes
  return Buffer.from(letters.buffer, letters.byteOffset, letters.length).toString('latin1')
}

function hasEvenParity(byte: number): boolean {
  const half = byte ^ (byte >>> 4)
  const quarter = half ^ (half >>> 2)
  return ((quarter ^ (quarter >>> 1)) & 1) === 0
}

function placeOf(bytes: Uint8Array, from: number, wanted: number): number {
  for (let at = from; at < bytes.length; at++) if (sevenBits(bytes[at]) === wanted) return at
  return -1
}

function placeOfEnd(bytes: Uint8Array, from: number): number {
  const etx = placeOf(bytes, from, ETX)
  return etx >= 0 ? etx : placeOf(bytes, from, EOT)
}

function markBefore(bytes: Uint8Array, until: number, from: number): number {
  for (let at = until - 1; at > from; at--)
    if (sevenBits(bytes[at]) === BANG && isEndMark(bytes[at - 1])) return at
  return -1
}

function endOfLine(text: string): number {
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) === LF || text.charCodeAt(at) === CR) return at
  return text.length
}

/** The reader's acknowledgement stands in captures that heard both sides. */
function afterAcknowledgement(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === LF || text.charCodeAt(at) === CR) at++
  if (text.charCodeAt(at) !== ACK) return from
  return at + endOfLine(text.slice(at))
}
