import type { Frame } from '../frame.ts'
import { linkChecksum } from './link-frame.ts'
import { mbusCodec } from './mbus-codec.ts'

/** Telegrams of one reading at most: a device that always announces another is stopped here. */
export const TELEGRAMS_MAX = 16

/** Answers that are waited for again at most, before the device counts as silent. */
export const TRIES_MAX = 3

/** A device on the bus: by its primary address (0 to 250), or by its number of eight digits. */
export type MbusAddress =
  | { readonly by: 'primary'; readonly address: number }
  | {
      readonly by: 'secondary'
      /** Eight digits; `F` stands for any. */
      readonly id: string
      /** Maker, version and medium as the device gives them; any where absent. */
      readonly manufacturer?: number
      readonly version?: number
      readonly medium?: number
    }

/** Why a reading ended without values. */
export type MbusRefusal = 'mbus-silent' | 'mbus-answer-unusable'

/** What the master has to do next. */
export type MbusStep =
  /** Send these bytes, then wait for the answer. */
  | { readonly is: 'send'; readonly bytes: Uint8Array }
  /** The reading is done: all telegrams of the device, in order. */
  | { readonly is: 'read'; readonly frames: readonly Frame[] }
  | { readonly is: 'refused'; readonly refusal: MbusRefusal }

/** One reading of one device. Whoever drives it sends, waits, and gives what came. It has no line and no clock. */
export interface MbusDialogue {
  readonly step: MbusStep
  /** Takes bytes of the answer, in pieces of any length. */
  take(bytes: Uint8Array): void
  /** Nothing more came in the time a device has (330 bit times and 50 ms): asks again, or gives up. */
  silence(): void
}

const SEND_NORMALISE = 0x40
const SEND_DATA = 0x53
const REQUEST_DATA = 0x5b & ~0x20
const FRAME_COUNT = 0x20
const SELECT = 0x52
const NETWORK_ADDRESS = 0xfd
const ACKNOWLEDGEMENT = 0xe5

/**
 * Reads a device of a wired bus: normalises it (SND_NKE), selects it where it is addressed by its number, and asks for its
 * data (REQ_UD2) until no telegram announces another. The frame count bit changes with each telegram that was
 * understood, and stays when a question is put again, so that no telegram is skipped.
 *
 * @see EN 13757-2, clause 5 (link layer); EN 13757-7 (secondary addressing, network address 253)
 */
export function mbusDialogue(address: MbusAddress): MbusDialogue {
  return new Dialogue(address)
}

/** A short frame: control, address, checksum. */
export function shortFrame(control: number, address: number): Uint8Array {
  return Uint8Array.of(0x10, control, address, (control + address) & 0xff, 0x16)
}

/** A long frame: control, address, CI and data. */
export function longFrame(content: Uint8Array): Uint8Array {
  const { length } = content
  return Uint8Array.of(0x68, length, length, 0x68, ...content, linkChecksum(content), 0x16)
}

class Dialogue implements MbusDialogue {
  step: MbusStep
  readonly #address: number
  readonly #select: Uint8Array | undefined
  #decoder = mbusCodec.open()
  #stage: 'normalise' | 'select' | 'request' = 'normalise'
  #count = FRAME_COUNT
  #tries = 0
  readonly #frames: Frame[] = []

  constructor(address: MbusAddress) {
    this.#address = address.by === 'primary' ? address.address : NETWORK_ADDRESS
    this.#select = address.by === 'primary' ? undefined : selection(address)
    this.step = { is: 'send', bytes: this.#question() }
  }

  take(bytes: Uint8Array): void {
    for (const frame of this.#decoder.push(bytes)) if (this.step.is === 'send') this.#answer(frame)
  }

  silence(): void {
    if (this.step.is !== 'send') return
    // A device that is addressed for the first time may have nothing to normalise, and some do not acknowledge it.
    if (this.#stage === 'normalise' && this.#tries + 1 >= TRIES_MAX) return this.#next()
    this.#again('mbus-silent')
  }

  #answer(frame: Frame): void {
    if (this.#stage !== 'request') {
      if (frame.bytes[0] === ACKNOWLEDGEMENT && frame.bytes.length === 1) this.#next()
      return
    }
    // What the master sent comes back on some couplers: it is no answer.
    if (frame.problem === 'not-an-answer' || (frame.check === 'valid' && frame.bytes[0] === 0x10)) return
    if (frame.check === 'absent') return
    if (frame.check === 'invalid') return this.#again('mbus-answer-unusable')
    this.#frames.push(frame)
    const hasMore = frame.values.some(({ name }) => name === 'more-records-follow')
    if (!hasMore || this.#frames.length >= TELEGRAMS_MAX) this.step = { is: 'read', frames: this.#frames }
    else {
      this.#count ^= FRAME_COUNT
      this.#ask()
    }
  }

  #next(): void {
    this.#stage = this.#stage === 'normalise' && this.#select !== undefined ? 'select' : 'request'
    this.#ask()
  }

  #ask(): void {
    this.#tries = 0
    this.#send()
  }

  #again(refusal: MbusRefusal): void {
    this.#tries++
    if (this.#tries >= TRIES_MAX) this.step = { is: 'refused', refusal }
    else this.#send()
  }

  #send(): void {
    this.#decoder = mbusCodec.open()
    this.step = { is: 'send', bytes: this.#question() }
  }

  #question(): Uint8Array {
    if (this.#stage === 'request') return shortFrame(REQUEST_DATA | this.#count, this.#address)
    const selected = this.#stage === 'select' ? this.#select : undefined
    return selected ?? shortFrame(SEND_NORMALISE, this.#address)
  }
}

function selection(address: Extract<MbusAddress, { by: 'secondary' }>): Uint8Array {
  const { id, manufacturer = 0xffff, version = 0xff, medium = 0xff } = address
  const digits = Uint8Array.fromHex(id.padStart(8, '0').slice(-8)).toReversed()
  const maker = [manufacturer & 0xff, manufacturer >> 8]
  return longFrame(Uint8Array.of(SEND_DATA, NETWORK_ADDRESS, SELECT, ...digits, ...maker, version, medium))
}
