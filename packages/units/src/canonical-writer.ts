import type { Canonical } from './canonical-bytes.ts'
import { Fault } from './fault.ts'

/** Maps and lists within one another. Every machine must draw the line at the same place, long before its stack ends. */
export const CANONICAL_DEPTH_MAX = 64

const UNSIGNED = 0x00
const NEGATIVE = 0x20
const BYTES = 0x40
const TEXT = 0x60
const LIST = 0x80
const MAP = 0xa0
const FALSE = 0xf4
const TRUE = 0xf5
const NULL = 0xf6

/** Records are cut from rooms of this size; one is given back when none of its records is in use any more. */
const ROOM_BYTES = 8_192
/** The longest head: one byte that says what comes, and eight of a length or a number. */
const HEAD_BYTES_MAX = 9
/** Strings longer than that are left to the engine's encoder, whose call costs more than a short loop. */
const SHORT_TEXT = 48
const TWO_32 = 2 ** 32

const utf8 = new TextEncoder()
// One room for all values: each is written behind the one before, or behind what has been written of the one around it.
let room = new Uint8Array(ROOM_BYTES)
/** Where the value begins that is being written, and how far it has come. */
let base = 0
let end = 0
/** A value is being written: names of wide maps are written meanwhile, each on its own. */
let isWriting = false

/** Up to here the engine keeps bytes beside the object, without a buffer: they are copied. */
const ALONE_BYTES = 64
/** Records up to here stay where they were written: a buffer of its own each would keep the collector busy. */
const SHARED_BYTES_MAX = 1_024

/** Writes a value as deterministic CBOR. @throws Fault `bytes-not-canonical` */
export function canonicallyWritten(value: Canonical): Uint8Array {
  return written(() => writeValue(value, 0))
}

/** Writes values with the pieces of bytes that stand before, between and after them: one piece more than values. */
export function filledIn(pieces: readonly Uint8Array[], values: readonly Canonical[]): Uint8Array {
  return written(() => {
    for (let i = 0; i < pieces.length; i++) {
      writePlain(pieces[i] as Uint8Array)
      if (i < values.length) writeValue(values[i], 1)
    }
  })
}

function written(write: () => void): Uint8Array {
  const isWithin = isWriting
  if (!isWithin) base = end
  const start = end - base
  isWriting = true
  try {
    write()
    return isWithin ? copied(base + start) : taken()
  } catch (error) {
    end = base + start
    throw error
  } finally {
    isWriting = isWithin
  }
}

/** What was written from `start` on; its place is free again. */
function copied(start: number): Uint8Array {
  const copy = room.slice(start, end)
  end = start
  return copy
}

/** The value that was written. A record stays where it is; what is small or large leaves its place to the next. */
function taken(): Uint8Array {
  const length = end - base
  if (length > ALONE_BYTES && length <= SHARED_BYTES_MAX) return room.subarray(base, end)
  const copy = copied(base)
  if (room.length > ROOM_BYTES) renew(ROOM_BYTES)
  return copy
}

/** A new room, into which the value that is being written moves. */
function renew(bytes: number): void {
  const wider = new Uint8Array(bytes)
  wider.set(room.subarray(base, end))
  room = wider
  end -= base
  base = 0
}

export function notCanonical(reason: string): Fault {
  return new Fault('bytes-not-canonical', { reason })
}

function writeValue(value: unknown, depth: number): void {
  switch (typeof value) {
    case 'number':
      return writeNumber(value)
    case 'string':
      return writeText(value)
    case 'boolean':
      return writeByte(value ? TRUE : FALSE)
    case 'object':
      if (value === null) return writeByte(NULL)
      if (value instanceof Uint8Array) return writeBytes(value)
      if (depth === CANONICAL_DEPTH_MAX) throw notCanonical(`more than ${CANONICAL_DEPTH_MAX} levels`)
      return isList(value) ? writeList(value, depth) : writeMap(value, depth)
    case 'bigint':
    case 'function':
    case 'symbol':
    case 'undefined':
      throw notCanonical(`a value of the type ${typeof value}`)
  }
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value)
}

function makeRoom(bytes: number): void {
  if (end + bytes > room.length) renew(Math.max(ROOM_BYTES, 2 * (end - base + bytes)))
}

function writeByte(byte: number): void {
  makeRoom(1)
  room[end++] = byte
}

/** The kind of what comes, with its length or its amount in the fewest bytes. */
function writeHead(kind: number, count: number): void {
  makeRoom(HEAD_BYTES_MAX)
  if (count < 24) {
    room[end++] = kind | count
  } else if (count < 0x100) {
    room[end++] = kind | 24
    room[end++] = count
  } else if (count < 0x1_0000) {
    room[end++] = kind | 25
    room[end++] = count >>> 8
    room[end++] = count
  } else if (count < TWO_32) {
    room[end++] = kind | 26
    writeWord(count)
  } else {
    room[end++] = kind | 27
    writeWord(Math.floor(count / TWO_32))
    writeWord(count)
  }
}

/** The low 32 bits, the highest byte first. */
function writeWord(word: number): void {
  room[end++] = word >>> 24
  room[end++] = word >>> 16
  room[end++] = word >>> 8
  room[end++] = word
}

function writeNumber(value: number): void {
  if (!Number.isSafeInteger(value)) throw notCanonical(`${value} is not a safe integer`)
  if (value >= 0) writeHead(UNSIGNED, value)
  else writeHead(NEGATIVE, -1 - value)
}

function writeBytes(value: Uint8Array): void {
  writeHead(BYTES, value.length)
  writePlain(value)
}

function writePlain(bytes: Uint8Array): void {
  makeRoom(bytes.length)
  room.set(bytes, end)
  end += bytes.length
}

function writeText(value: string): void {
  if (value.length <= SHORT_TEXT && writeShort(value)) return
  // Half a surrogate pair has no UTF-8: it would be written as another character, and two strings as the same bytes.
  if (!value.isWellFormed()) throw notCanonical('a string holds half a surrogate pair')
  const bytes = utf8.encode(value)
  writeHead(TEXT, bytes.length)
  writePlain(bytes)
}

/** Writes a short string of ASCII, most of what there is; false, and nothing written, when it has other characters. */
function writeShort(value: string): boolean {
  makeRoom(HEAD_BYTES_MAX + SHORT_TEXT)
  const start = end
  writeHead(TEXT, value.length)
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code > 0x7f) {
      end = start
      return false
    }
    room[end++] = code
  }
  return true
}

function writeList(list: readonly unknown[], depth: number): void {
  writeHead(LIST, list.length)
  for (let i = 0; i < list.length; i++) writeValue(list[i], depth + 1)
}

type Fields = Readonly<Record<string, unknown>>

function writeMap(map: object, depth: number): void {
  const fields = map as Fields
  const names = Object.keys(fields)
  let kept = 0
  let isAscii = true
  // Sorted as they are found: the names of a record are few, and mostly written down in an order close to this one.
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    if (fields[name] === undefined) continue
    isAscii &&= isAsciiText(name)
    let at = kept++
    for (; at > 0 && isBefore(name, names[at - 1] as string); at--) names[at] = names[at - 1] as string
    names[at] = name
    if (kept > SORTED_BY_HAND) break
  }
  if (!isAscii || kept > SORTED_BY_HAND) return writeWideMap(fields, depth)
  writeHead(MAP, kept)
  for (let i = 0; i < kept; i++) {
    const name = names[i] as string
    writeText(name)
    writeValue(fields[name], depth + 1)
  }
}

/** Beyond it, sorting by insertion would be felt. */
const SORTED_BY_HAND = 24

/** The order of the names' encodings, for names of ASCII: the head tells the length, so the shorter is first. */
function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length
}

function isAsciiText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** A map of many names, or of names that are not ASCII: sorted by their encodings. */
function writeWideMap(fields: Fields, depth: number): void {
  const entries = Object.keys(fields)
    .filter((name) => fields[name] !== undefined)
    .map((name) => ({ name, encoded: canonicallyWritten(name) }))
    .sort((a, b) => compareBytes(a.encoded, b.encoded))
  writeHead(MAP, entries.length)
  for (const { name, encoded } of entries) {
    writePlain(encoded)
    writeValue(fields[name], depth + 1)
  }
}

/** The order of fields: that of their names' encodings. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const both = Math.min(a.length, b.length)
  for (let i = 0; i < both; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
