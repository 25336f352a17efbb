import { must } from '@tri/units'

const BYTES_FIRST = 4_096

/** Bytes that grow, with the whole numbers of a column: seven bits a byte, the lowest first. */
export class ByteWriter {
  #bytes = new Uint8Array(BYTES_FIRST)
  #end = 0

  byte(value: number): void {
    if (this.#end === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#end++] = value
  }

  /** @param value a whole number from 0 below 2^53 */
  whole(value: number): void {
    must(Number.isSafeInteger(value) && value >= 0, 'a column counts in safe whole numbers')
    let left = value
    // Below 2^31 shifts do; above it they would lose the high bits.
    while (left >= 0x80_00_00_00) {
      this.byte((left % 0x80) | 0x80)
      left = Math.floor(left / 0x80)
    }
    while (left > 0x7f) {
      this.byte((left & 0x7f) | 0x80)
      left >>>= 7
    }
    this.byte(left)
  }

  /** A whole number of either sign below 2^52: 0, -1, 1, -2, 2 ... become 0, 1, 2, 3, 4 ... */
  signed(value: number): void {
    this.whole(value >= 0 ? 2 * value : -2 * value - 1)
  }

  double(value: number): void {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value, true)
    this.bytes(bytes)
  }

  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** What was written. */
  written(): Uint8Array {
    return this.#bytes.slice(0, this.#end)
  }

  #grow(more: number): void {
    if (this.#end + more <= this.#bytes.length) return
    const bytes = new Uint8Array(2 * (this.#end + more))
    bytes.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = bytes
  }
}
