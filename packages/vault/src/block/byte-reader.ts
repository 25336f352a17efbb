import { Fault } from '@tri/units'

/** Reads what a `ByteWriter` wrote. Bytes that nobody could have written are a fault, never a wrong number. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) throw unreadable('ends early')
    return value
  }

  whole(): number {
    let value = this.byte()
    if (value < 0x80) return value
    value &= 0x7f
    for (let scale = 0x80; ; scale *= 0x80) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw unreadable('counts too far')
      if (next < 0x80) return value
    }
  }

  signed(): number {
    const value = this.whole()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    const bytes = this.bytes(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true)
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) throw unreadable('ends early')
    const bytes = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  /** @throws Fault `block-unreadable` when something is left over */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw unreadable('has bytes left over')
  }
}

/** What cannot have been written by this program. */
export function unreadable(reason: string): Fault {
  return new Fault('block-unreadable', { reason })
}
