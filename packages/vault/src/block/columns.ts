import type { Entered } from '../entry.ts'
import { ByteReader, unreadable } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

// docs/formats.md, "A block of the vault". Everything that tends to stay the same from one entry to the next becomes small
// numbers, one kind after the other, which is what a general compressor is good at.

/** Entries of one block. A window that has more gets further blocks. */
export const BLOCK_ENTRIES_MAX = 65_536
/** Digits after the point that a column of numbers may share; values with more are kept as they are, 8 bytes each. */
const DECIMALS_MAX = 3
const AS_DOUBLES = 255
/** Scaled values stay below 2^51, so that a difference of two, with its sign, stays a safe whole number. */
const SCALED_MAX = 2 ** 51
/** Which entries of a column have a number. */
const NONE = 0
const ALL = 1
const SOME = 2

/** The entries of a block, column by column. */
export interface Columns {
  readonly count: number
  readonly at: Float64Array
  /** In the order of the channel's columns; NaN where nothing was said. */
  readonly numbers: readonly Float64Array[]
  /** For each entry, which of `symbols` it has. */
  readonly symbol: Uint16Array
  readonly symbols: readonly { readonly quality: string; readonly isCorrection: boolean }[]
  /** No instant comes twice, and nothing corrects anything. */
  readonly isPlain: boolean
}

/** Entries, in the order of their instants, as bytes. */
export function columnBytes(entries: readonly Entered[], columns: number): Uint8Array {
  const writer = new ByteWriter()
  writer.whole(entries.length)
  writeSymbols(writer, entries)
  let last = 0
  let step = 0
  for (const [i, { at }] of entries.entries()) {
    writer.signed(at - last - step)
    if (i > 0) step = at - last
    last = at
  }
  for (let column = 0; column < columns; column++) writeNumbers(writer, entries, column)
  return writer.written()
}

/**
 * The entries of bytes.
 *
 * @throws Fault `block-unreadable`
 */
export function columnsOf(bytes: Uint8Array, columns: number): Columns {
  const reader = new ByteReader(bytes)
  const count = reader.whole()
  if (count > BLOCK_ENTRIES_MAX) throw unreadable('names too many entries')
  const { symbol, symbols } = readSymbols(reader, count)
  const at = new Float64Array(count)
  let isPlain = symbols.every(({ isCorrection }) => !isCorrection)
  let last = 0
  let step = 0
  for (let i = 0; i < count; i++) {
    const change = reader.signed()
    if (i > 0) step += change
    if (i > 0 && step <= 0) isPlain = false
    last += i > 0 ? step : change
    at[i] = last
  }
  const numbers = Array.from({ length: columns }, () => readNumbers(reader, count))
  reader.finish()
  return { count, at, numbers, symbol, symbols, isPlain }
}

/** The entries of columns, one by one. */
export function* enteredFrom({ count, at, numbers, symbol, symbols }: Columns): Generator<Entered> {
  for (let i = 0; i < count; i++) {
    const { quality, isCorrection } = symbols[symbol[i] ?? 0] ?? { quality: '', isCorrection: false }
    yield { at: at[i] ?? 0, numbers: numbers.map((column) => numberAt(column, i)), quality, isCorrection }
  }
}

/** A number of a column; null where nothing was said. */
export function numberAt(column: Float64Array | undefined, i: number): number | null {
  const value = column?.[i]
  return value === undefined || Number.isNaN(value) ? null : value
}

function writeSymbols(writer: ByteWriter, entries: readonly Entered[]): void {
  const known = new Map<string, number>()
  const runs: [symbol: number, length: number][] = []
  for (const { quality, isCorrection } of entries) {
    const name = `${isCorrection ? '!' : '='}${quality}`
    const symbol = known.get(name) ?? known.size
    known.set(name, symbol)
    const run = runs.at(-1)
    if (run?.[0] === symbol) run[1]++
    else runs.push([symbol, 1])
  }
  writer.whole(known.size)
  for (const name of known.keys()) {
    const bytes = new TextEncoder().encode(name)
    writer.whole(bytes.length)
    writer.bytes(bytes)
  }
  for (const [symbol, length] of runs) {
    writer.whole(symbol)
    writer.whole(length)
  }
}

function readSymbols(reader: ByteReader, count: number): Pick<Columns, 'symbol' | 'symbols'> {
  const size = reader.whole()
  if (size > count) throw unreadable('names too many qualities')
  const symbols = Array.from({ length: size }, () => {
    const name = new TextDecoder().decode(reader.bytes(reader.whole()))
    return { quality: name.slice(1), isCorrection: name.startsWith('!') }
  })
  const symbol = new Uint16Array(count)
  for (let i = 0; i < count;) {
    const [of, length] = [reader.whole(), reader.whole()]
    if (of >= size || length === 0 || i + length > count) throw unreadable('has qualities of nothing')
    symbol.fill(of, i, i + length)
    i += length
  }
  return { symbol, symbols }
}

function writeNumbers(writer: ByteWriter, entries: readonly Entered[], column: number): void {
  const values: number[] = []
  const present = new Uint8Array(Math.ceil(entries.length / 8))
  for (const [i, { numbers }] of entries.entries()) {
    const value = numbers[column]
    if (value === null || value === undefined) continue
    values.push(value)
    present[i >> 3] = (present[i >> 3] ?? 0) | (1 << (i & 7))
  }
  writer.byte(values.length === 0 ? NONE : values.length === entries.length ? ALL : SOME)
  if (values.length === 0) return
  if (values.length < entries.length) writer.bytes(present)
  const decimals = sharedDecimals(values)
  writer.byte(decimals ?? AS_DOUBLES)
  if (decimals === undefined) {
    for (const value of values) writer.double(value)
    return
  }
  const scale = 10 ** decimals
  let last = 0
  for (const value of values) {
    const scaled = Math.round(value * scale)
    writer.signed(scaled - last)
    last = scaled
  }
}

/**
 * The fewest digits after the point with which every value is exact. A whole number divided by a power of ten is rounded as
 * the decimal itself would be, so that the division gives back the very value that a meter's digits gave.
 */
function sharedDecimals(values: readonly number[]): number | undefined {
  let decimals = 0
  for (const value of values) {
    for (; ; decimals++) {
      if (decimals > DECIMALS_MAX) return undefined
      const scaled = Math.round(value * 10 ** decimals)
      if (Math.abs(scaled) >= SCALED_MAX) return undefined
      if (scaled / 10 ** decimals === value) break
    }
  }
  // What was exact with fewer digits is exact with more, unless it grew too large.
  return values.every((value) => isScaled(value, 10 ** decimals)) ? decimals : undefined
}

function isScaled(value: number, scale: number): boolean {
  const scaled = Math.round(value * scale)
  return Math.abs(scaled) < SCALED_MAX && scaled / scale === value
}

function readNumbers(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count).fill(Number.NaN)
  const which = reader.byte()
  if (which === NONE) return values
  if (which > SOME) throw unreadable('has a column of no kind')
  const present = which === SOME ? reader.bytes(Math.ceil(count / 8)) : undefined
  const decimals = reader.byte()
  if (decimals > DECIMALS_MAX && decimals !== AS_DOUBLES) throw unreadable('has a column of no scale')
  const scale = 10 ** decimals
  let last = 0
  for (let i = 0; i < count; i++) {
    if (present !== undefined && ((present[i >> 3] ?? 0) & (1 << (i & 7))) === 0) continue
    if (decimals === AS_DOUBLES) values[i] = reader.double()
    else values[i] = (last += reader.signed()) / scale
  }
  return values
}
