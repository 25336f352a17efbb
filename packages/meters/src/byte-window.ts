const BYTES_MIN = 1024

/**
 * The bytes of a stream that are still needed: what comes is put behind, what is done is dropped in front. Each byte is
 * copied a bounded number of times, however the stream is cut.
 */
export class ByteWindow {
  #buffer = new Uint8Array(BYTES_MIN)
  #from = 0
  #to = 0

  /** What is held, oldest first. A view: it holds until the next `push`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#from, this.#to)
  }

  push(bytes: Uint8Array): void {
    const held = this.#to - this.#from
    if (this.#to + bytes.length > this.#buffer.length) {
      const needed = held + bytes.length
      const roomy = needed * 2 > this.#buffer.length ? new Uint8Array(needed * 2) : this.#buffer
      roomy.set(this.#buffer.subarray(this.#from, this.#to))
      this.#buffer = roomy
      this.#from = 0
      this.#to = held
    }
    this.#buffer.set(bytes, this.#to)
    this.#to += bytes.length
  }

  /** Lets go of the first `count` bytes. */
  drop(count: number): void {
    this.#from = Math.min(this.#from + count, this.#to)
    if (this.#from < this.#to) return
    this.#from = 0
    this.#to = 0
    // A burst is not paid for ever after.
    if (this.#buffer.length > BYTES_MIN * 64) this.#buffer = new Uint8Array(BYTES_MIN)
  }
}
