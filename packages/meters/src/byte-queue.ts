const GROWN_BYTES_MIN = 1_024

/** Bytes that came and are not read yet. What is dropped at the front makes room; nothing is copied twice for each piece. */
export class ByteQueue {
  #store = new Uint8Array(GROWN_BYTES_MIN)
  #from = 0
  #until = 0

  /** What is held, in place: it is good until the next `add`. */
  get bytes(): Uint8Array {
    return this.#store.subarray(this.#from, this.#until)
  }

  get length(): number {
    return this.#until - this.#from
  }

  add(piece: Uint8Array): void {
    if (this.#until + piece.length > this.#store.length) this.#makeRoom(piece.length)
    this.#store.set(piece, this.#until)
    this.#until += piece.length
  }

  /** Lets the first `count` bytes go. */
  drop(count: number): void {
    this.#from += count
    if (this.#from >= this.#until) this.clear()
  }

  clear(): void {
    this.#from = 0
    this.#until = 0
  }

  #makeRoom(more: number): void {
    const held = this.bytes
    const needed = held.length + more
    const length = Math.max(GROWN_BYTES_MIN, needed * 2)
    // The store shrinks again after a large piece, and does not grow while dropping alone makes the room.
    const store =
      this.#store.length >= needed && this.#store.length <= length ? this.#store : new Uint8Array(length)
    if (store === this.#store) store.copyWithin(0, this.#from, this.#until)
    else store.set(held)
    this.#store = store
    this.#from = 0
    this.#until = held.length
  }
}
