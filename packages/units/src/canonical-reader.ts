import type { Canonical } from './canonical-bytes.ts'
import { CANONICAL_DEPTH_MAX, notCanonical } from './canonical-writer.ts'

const TWO_32 = 2 ** 32
/** Strings longer than that are left to the engine's decoder, whose call costs more than a short loop. */
const SHORT_TEXT = 40
/** Places for names of fields: a record's dozen are looked up thousands of times. */
const NAME_PLACES = 1_024
const NAME_BYTES_MAX = 24

// The byte order mark is a character like any other here: dropping it would give two encodings of one string.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A name that was read before, with its bytes: the same bytes are the same name, whoever wrote them. */
interface KnownName {
  readonly bytes: Uint8Array
  readonly text: string
}
const names: (KnownName | undefined)[] = Array.from({ length: NAME_PLACES })

/** Reads deterministic CBOR, and nothing else. @throws Fault `bytes-not-canonical` */
export function canonicallyRead(bytes: Uint8Array): Canonical {
  const reader = new CanonicalReader(bytes)
  const value = reader.value(0)
  if (reader.at !== bytes.length) throw notCanonical('bytes after the end')
  return value
}

class CanonicalReader {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  value(depth: number): Canonical {
    const head = this.#byte()
    const low = head & 0x1f
    switch (head >>> 5) {
      case 0:
        return this.#count(low)
      case 1:
        return this.#negative(low)
      case 2:
        return this.#take(this.#count(low))
      case 3:
        return this.#text(this.#count(low))
      case 4:
        return this.#list(this.#count(low), depth)
      case 5:
        return this.#map(this.#count(low), depth)
      default:
        return simpleOf(head)
    }
  }

  #byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw notCanonical('they end early')
    this.at++
    return byte
  }

  /** The amount that a head states, which must have had no shorter way to say it. */
  #count(low: number): number {
    if (low < 24) return low
    if (low === 24) return least(this.#byte(), 24)
    if (low === 25) return least(this.#byte() * 0x100 + this.#byte(), 0x100)
    if (low === 26) return least(this.#word(), 0x1_0000)
    if (low > 27) throw notCanonical('an unknown length')
    const count = least(this.#word() * TWO_32 + this.#word(), TWO_32)
    if (!Number.isSafeInteger(count)) throw notCanonical('a number that is not a safe integer')
    return count
  }

  #word(): number {
    return ((this.#byte() << 24) | (this.#byte() << 16) | (this.#byte() << 8) | this.#byte()) >>> 0
  }

  #negative(low: number): number {
    const value = -1 - this.#count(low)
    if (!Number.isSafeInteger(value)) throw notCanonical('a number that is not a safe integer')
    return value
  }

  /** Checks that so many bytes are there, and gives where they end. */
  #span(length: number): number {
    const until = this.at + length
    if (until > this.bytes.length) throw notCanonical('they end early')
    return until
  }

  #take(length: number): Uint8Array {
    const until = this.#span(length)
    const taken = new Uint8Array(length)
    taken.set(this.bytes.subarray(this.at, until))
    this.at = until
    return taken
  }

  #text(length: number): string {
    const until = this.#span(length)
    const short = length <= SHORT_TEXT ? asciiIn(this.bytes, this.at, until) : undefined
    const text = short ?? decoded(this.bytes.subarray(this.at, until))
    this.at = until
    return text
  }

  #list(length: number, depth: number): Canonical {
    this.#enter(depth, length)
    const list: Canonical[] = []
    for (let i = 0; i < length; i++) list.push(this.value(depth + 1))
    return list
  }

  #map(length: number, depth: number): Canonical {
    this.#enter(depth, 2 * length)
    const map: Record<string, Canonical> = {}
    let before = -1
    for (let i = 0; i < length; i++) {
      const start = this.at
      const name = this.#name()
      if (before >= 0 && !this.#ascends(before, start)) throw notCanonical('names out of order, or twice')
      before = start
      const value = this.value(depth + 1)
      // A plain assignment would set the map's prototype, and lose the field.
      if (name === '__proto__')
        Object.defineProperty(map, name, { value, configurable: true, enumerable: true, writable: true })
      else map[name] = value
    }
    return map
  }

  /** Nothing is set aside for more entries than there are bytes, and nobody goes deeper than everybody. */
  #enter(depth: number, entries: number): void {
    this.#span(entries)
    if (depth === CANONICAL_DEPTH_MAX) throw notCanonical(`more than ${CANONICAL_DEPTH_MAX} levels`)
  }

  #name(): string {
    const head = this.#byte()
    if (head >>> 5 !== 3) throw notCanonical('a name that is no string')
    const length = this.#count(head & 0x1f)
    if (length > NAME_BYTES_MAX) return this.#text(length)
    const until = this.#span(length)
    const { bytes } = this
    let hash = length
    for (let i = this.at; i < until; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0
    const place = hash & (NAME_PLACES - 1)
    const known = names[place]
    if (known !== undefined && isAt(bytes, this.at, known.bytes, length)) {
      this.at = until
      return known.text
    }
    const kept = bytes.slice(this.at, until)
    const text = this.#text(length)
    names[place] = { bytes: kept, text }
    return text
  }

  /** Whether the encoding of the name at `start` is above the one at `before`: the head tells the length, so it is first. */
  #ascends(before: number, start: number): boolean {
    const { bytes } = this
    for (let i = 0; start + i < this.at; i++) {
      const difference = (bytes[start + i] as number) - (bytes[before + i] as number)
      if (difference !== 0) return difference > 0
    }
    return false
  }
}

function least(count: number, allowed: number): number {
  if (count < allowed) throw notCanonical('a number that has a shorter encoding')
  return count
}

function simpleOf(head: number): Canonical {
  if (head === 0xf4) return false
  if (head === 0xf5) return true
  if (head === 0xf6) return null
  throw notCanonical('a tag, a fraction, or a value nobody knows')
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array, length: number): boolean {
  if (wanted.length !== length) return false
  for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

/** A short string of ASCII; undefined when there are other characters in it. */
function asciiIn(bytes: Uint8Array, from: number, until: number): string | undefined {
  let bits = 0
  for (let i = from; i < until; i++) bits |= bytes[i] as number
  if (bits > 0x7f) return undefined
  let text = ''
  let i = from
  // Eight at a time: a string grows by a few pieces, not by single characters.
  for (; i + 8 <= until; i += 8)
    text += String.fromCharCode(
      bytes[i] as number,
      bytes[i + 1] as number,
      bytes[i + 2] as number,
      bytes[i + 3] as number,
      bytes[i + 4] as number,
      bytes[i + 5] as number,
      bytes[i + 6] as number,
      bytes[i + 7] as number,
    )
  for (; i < until; i++) text += String.fromCharCode(bytes[i] as number)
  return text
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw notCanonical('a string that is not UTF-8')
  }
}
