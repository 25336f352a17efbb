import {
  identificationAt,
  IDENTIFICATION_BYTES_MAX,
  interruptionAt,
  isEndMark,
  sevenBits,
} from './identification.ts'
import { ACK, BANG, EOT, ETX, STX } from './readout.ts'

/** Bytes of a readout at most: a long one with its history has 10 KB, one with a load profile some tens. */
export const READOUT_BYTES_MAX = 131_072

/** A piece of the stream that is one readout. */
export interface ReadoutPiece {
  readonly bytes: Uint8Array
  /** True when something else began before it ended. */
  readonly isCut: boolean
}

type Phase =
  | 'outside'
  | 'identification'
  | 'between'
  | 'acknowledgement'
  | 'block'
  | 'unchecked'
  | 'marked'
  | 'check'

const LF = 0x0a
const CR = 0x0d
const SLASH = 0x2f
const SPONTANEOUS = '\r\n\r\n'

/** Finds the readouts of a stream. It looks at each byte once, but for the few at which it must wait for the next. */
export class ReadoutCutter {
  #phase: Phase = 'outside'
  #from = 0
  #scanned = 0
  #pieces: ReadoutPiece[] = []
  /** The separators behind the identification: an empty line begins a readout that no block check follows (mode D). */
  #separators = ''

  /** Takes readouts out of `bytes`; gives them with how many bytes at the front are done with. */
  cut(
    bytes: Uint8Array,
    isLast: boolean,
  ): { readonly pieces: readonly ReadoutPiece[]; readonly done: number } {
    this.#pieces = []
    let at = this.#scanned
    while (at < bytes.length) {
      if (this.#phase !== 'outside' && at - this.#from >= READOUT_BYTES_MAX) this.#phase = 'outside'
      const next = this.#step(bytes, at, isLast)
      if (next < 0) break
      at = next
    }
    const pieces = this.#pieces
    if (isLast) {
      if (this.#phase !== 'outside' && this.#phase !== 'identification')
        this.#give(bytes, bytes.length, false)
      this.#phase = 'outside'
      this.#scanned = 0
      return { pieces, done: bytes.length }
    }
    const done = this.#phase === 'outside' ? at : this.#from
    this.#scanned = at - done
    this.#from -= done
    return { pieces, done }
  }

  /** Looks at the byte at `at`; gives which one is next, or -1 to wait for more. */
  #step(bytes: Uint8Array, at: number, isLast: boolean): number {
    const letter = sevenBits(bytes[at])
    if (letter === SLASH && this.#phase !== 'check' && this.#phase !== 'identification') {
      const next = this.#slash(bytes, at, isLast)
      if (next !== at) return next
    }
    const phase = this.#phase
    if (phase === 'identification') return this.#identification(letter, at)
    if (phase === 'between') return this.#between(letter, at)
    if (phase === 'marked') return this.#marked(bytes, letter, at)
    if (phase === 'block' || phase === 'unchecked') return this.#block(bytes, letter, at)
    if (phase === 'check') this.#give(bytes, at + 1, false)
    else if (phase === 'acknowledgement' && letter === LF) this.#phase = 'between'
    else if (phase === 'outside' && letter === STX) this.#begin('block', at)
    return at + 1
  }

  /** A slash may begin an identification: gives the byte behind it then, `at` when it does not, -1 to wait. */
  #slash(bytes: Uint8Array, at: number, isLast: boolean): number {
    const isOpen = this.#phase === 'block' || this.#phase === 'unchecked' || this.#phase === 'marked'
    const begins = isOpen ? interruptionAt(bytes, at, isLast) : identificationAt(bytes, at, isLast)
    if (begins === 'wait') return -1
    if (!begins) return at
    if (isOpen) this.#give(bytes, at, false)
    this.#begin('identification', at)
    return at + 1
  }

  #identification(letter: number, at: number): number {
    if (letter === CR || letter === LF) {
      this.#phase = 'between'
      this.#separators = ''
      return at
    }
    if (at - this.#from >= IDENTIFICATION_BYTES_MAX) this.#phase = 'outside'
    return at + 1
  }

  #between(letter: number, at: number): number {
    if (letter === CR || letter === LF) this.#separators += String.fromCharCode(letter)
    else if (letter === ACK) this.#phase = 'acknowledgement'
    else if (letter === STX) this.#phase = 'block'
    else {
      this.#phase = 'unchecked'
      return at
    }
    return at + 1
  }

  #block(bytes: Uint8Array, letter: number, at: number): number {
    if (letter === ETX || letter === EOT) this.#phase = 'check'
    else if (letter === STX) {
      if (this.#phase === 'block') {
        this.#give(bytes, at, true)
        this.#begin('block', at)
      } else this.#phase = 'block'
    } else if (letter === BANG && this.#phase === 'unchecked' && isEndMark(bytes[at - 1]))
      this.#phase = 'marked'
    return at + 1
  }

  /** The mark of an unchecked block: its line end ends it, unless an ETX shows that its STX was lost. */
  #marked(bytes: Uint8Array, letter: number, at: number): number {
    if (letter === ETX) this.#phase = 'check'
    else if (letter === LF && this.#separators === SPONTANEOUS) this.#give(bytes, at + 1, false)
    else if (letter !== CR && letter !== LF) {
      const isRightBehind = sevenBits(bytes[at - 1]) === BANG
      this.#give(bytes, isRightBehind ? at + 1 : at, false)
      return isRightBehind ? at + 1 : at
    }
    return at + 1
  }

  #begin(phase: Phase, at: number): void {
    this.#phase = phase
    this.#from = at
    this.#separators = ''
  }

  #give(bytes: Uint8Array, until: number, isCut: boolean): void {
    this.#pieces.push({ bytes: bytes.slice(this.#from, until), isCut })
    this.#phase = 'outside'
  }
}
