const LF = 0x0a
const CR = 0x0d
const OPEN = 0x28
const CLOSE = 0x29
const SLASH = 0x2f
const MAKER_LETTERS = 3
/** Slash, maker, speed, 16 letters and line end are 23; makers go beyond it. */
export const IDENTIFICATION_BYTES_MAX = 64

/** An answer, or that more bytes must come first. */
export type Found<T> = T | 'wait'

/** The seven bits of a character: lines of 7E1 that were read as 8N1 carry their parity in the eighth. */
export function sevenBits(byte: number | undefined): number {
  return (byte ?? 0) & 0x7f
}

/** True where a slash and three letters stand, as the identification of every maker begins. */
export function identificationAt(bytes: Uint8Array, at: number, isLast: boolean): Found<boolean> {
  if (sevenBits(bytes[at]) !== SLASH) return false
  for (let next = at + 1; next <= at + MAKER_LETTERS; next++) {
    if (next >= bytes.length) return isLast ? false : 'wait'
    if (!isLetter(sevenBits(bytes[next]))) return false
  }
  return true
}

/**
 * True where an identification begins inside something that did not end: first of its line, or in the middle of one,
 * which is where a cut telegram stops. There a digit must follow the letters and no bracket the rest of the line, since
 * a text message may contain a slash.
 */
export function interruptionAt(bytes: Uint8Array, at: number, isLast: boolean): Found<boolean> {
  const isStart = identificationAt(bytes, at, isLast)
  if (isStart !== true) return isStart
  const before = sevenBits(bytes[at - 1])
  if (before === LF || before === CR) return true
  const from = at + MAKER_LETTERS + 1
  for (let next = from; next < at + IDENTIFICATION_BYTES_MAX; next++) {
    if (next >= bytes.length) return isLast ? false : 'wait'
    const letter = sevenBits(bytes[next])
    if (next === from && !isDigit(letter)) return false
    if (letter === LF || letter === CR) return true
    if (letter === OPEN || letter === CLOSE) return false
  }
  return false
}

/** True for an exclamation mark that ends a data block: first of its line, or right behind a value. */
export function isEndMark(before: number | undefined): boolean {
  const letter = sevenBits(before)
  return letter === LF || letter === CR || letter === CLOSE
}

export function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
