/** What a type-length field says: the four types that carry bytes, and the list, which carries elements. */
export const OCTETS = 0
export const BOOLEAN = 4
export const INTEGER = 5
export const UNSIGNED = 6
export const LIST = 7

/** Lists within lists that are read; the deepest of the standard is six. */
const DEPTH_MAX = 12
/** Bytes of a number at most: what 64 bits hold. */
const NUMBER_BYTES_MAX = 8
/** Numbers up to here are read without BigInt. */
const SAFE_BYTES_MAX = 6
/** Type-length bytes of one field: 4 bits each, and no frame needs more than 16 bits of length. */
const LENGTH_BYTES_MAX = 4
const ABSENT = 0x01

/**
 * Walks over the fields of an SML file. Anything unlike what was asked for breaks it, and a broken cursor answers with
 * nothing to all that follows: the one who walks looks once, at the end.
 *
 * @see BSI TR-03109-1, annex "Feinspezifikation Drahtgebundene LMN-Schnittstelle Teil b" (SML 1.04), section 6
 */
export class SmlCursor {
  readonly bytes: Uint8Array
  readonly until: number
  at: number
  isBroken = false
  /** Of the field whose type-length was read last: its type, and its bytes or elements. */
  type = OCTETS
  length = 0

  constructor(bytes: Uint8Array, from: number, until: number) {
    this.bytes = bytes
    this.at = from
    this.until = until
  }

  /** Reads a type-length field; afterwards `at` is at the first byte of the value, and the value is inside the file. */
  open(): void {
    let byte = this.#next()
    this.type = (byte >> 4) & 7
    let length = byte & 15
    let fields = 1
    while ((byte & 0x80) !== 0 && !this.isBroken) {
      byte = this.#next()
      fields++
      if ((byte & 0x70) !== 0 || fields > LENGTH_BYTES_MAX) this.isBroken = true
      length = length * 16 + (byte & 15)
    }
    this.length = this.type === LIST ? length : length - fields
    if (this.length < 0 || this.at + this.length > this.until) this.isBroken = true
    if (this.isBroken) this.length = 0
  }

  /** Opens a list, and breaks when the next field is none or has another number of elements than `elements`. */
  list(elements?: number): number {
    this.open()
    if (this.type !== LIST || (elements !== undefined && this.length !== elements)) this.isBroken = true
    return this.isBroken ? 0 : this.length
  }

  /** Steps over an optional field that is not there. */
  isAbsent(): boolean {
    const isAbsent = this.bytes[this.at] === ABSENT && this.at < this.until
    if (isAbsent) this.at++
    return isAbsent
  }

  octets(): Uint8Array {
    this.open()
    if (this.type !== OCTETS) this.isBroken = true
    return this.#take()
  }

  /** A whole number of one to eight bytes, with or without a sign as its type says. */
  number(): number | bigint {
    this.open()
    return this.numberOpened()
  }

  /** The value of a number whose type-length was just read. */
  numberOpened(): number | bigint {
    const isSigned = this.type === INTEGER
    if ((!isSigned && this.type !== UNSIGNED) || this.length < 1 || this.length > NUMBER_BYTES_MAX) {
      this.isBroken = true
      return 0
    }
    return this.length > SAFE_BYTES_MAX ? this.#big(isSigned) : this.#small(isSigned)
  }

  /** The bytes of a value whose type-length was just read. */
  octetsOpened(): Uint8Array {
    return this.#take()
  }

  /** Steps over one field of any kind, with all that is in it. */
  skip(depth = 0): void {
    this.open()
    if (this.type !== LIST) {
      this.at += this.length
      return
    }
    if (depth >= DEPTH_MAX) this.isBroken = true
    for (let left = this.length; left > 0 && !this.isBroken; left--) this.skip(depth + 1)
  }

  #next(): number {
    const byte = this.at < this.until ? this.bytes[this.at] : undefined
    if (byte === undefined) this.isBroken = true
    this.at++
    return byte ?? 0
  }

  #take(): Uint8Array {
    const taken = this.isBroken ? new Uint8Array() : this.bytes.subarray(this.at, this.at + this.length)
    this.at += taken.length
    return taken
  }

  #small(isSigned: boolean): number {
    const bytes = this.length
    let value = 0
    for (let read = 0; read < bytes; read++) value = value * 256 + (this.bytes[this.at + read] ?? 0)
    this.at += bytes
    const span = 2 ** (8 * bytes)
    return isSigned && value >= span / 2 ? value - span : value
  }

  #big(isSigned: boolean): bigint {
    const bytes = this.length
    let value = 0n
    for (let read = 0; read < bytes; read++) value = value * 256n + BigInt(this.bytes[this.at + read] ?? 0)
    this.at += bytes
    return isSigned ? BigInt.asIntN(8 * bytes, value) : value
  }
}
