import { ByteQueue } from '../byte-queue.ts'
import type { Codec, FrameDecoder } from '../codec.ts'
import type { Frame } from '../frame.ts'
import { decodeSunSpec, deviceName, END_OF_CHAIN, SUNSPEC_MODELS_MAX } from './model-chain.ts'

/** All registers that Modbus can address. */
const IMAGE_BYTES_MAX = 2 * 65_536

const MARKER = Uint8Array.of(0x53, 0x75, 0x6e, 0x53)
const HEAD_BYTES = 4
const COMMON_MODEL = 1

/**
 * Reads images of a SunSpec device's holding registers: big-endian bytes from the marker 'SunS' to the end of the chain
 * of models. Several may follow one another, with anything between them.
 *
 * The registers carry no check of their own, so the verdict is `absent` and the values are used: Modbus TCP rests on
 * TCP's check, and Modbus RTU checks each answer before its registers get here. An image that stops inside a model is
 * `incomplete`; one that stops between two models is used as far as it goes.
 *
 * @see SunSpec Device Information Model Specification 1.1
 */
export const sunspecCodec: Codec = {
  protocol: 'sunspec',
  frameBytesMax: IMAGE_BYTES_MAX,
  open: () => new SunSpecDecoder(),
  likeness: (bytes) => {
    const at = markerFrom(bytes.subarray(0, 65_536), 0)
    if (at < 0) return 0
    const isCommon = wordAt(bytes, at + HEAD_BYTES) === COMMON_MODEL
    const length = wordAt(bytes, at + HEAD_BYTES + 2)
    if (isCommon && (length === 65 || length === 66)) return at === 0 ? 1 : 0.9
    return at === 0 ? 0.6 : 0.2
  },
}

class SunSpecDecoder implements FrameDecoder {
  readonly #held = new ByteQueue()
  #isOpen = false
  /** Where the next model's head is in what is held, and how many came before it. */
  #next = 0
  #models = 0

  push(bytes: Uint8Array): Frame[] {
    this.#held.add(bytes)
    const frames: Frame[] = []
    while (this.#isOpen || this.#find()) {
      const length = this.#walk()
      if (length === 'more') break
      if (length === 'garbage') this.#drop(MARKER.length)
      else {
        frames.push(frameOf(this.#held.bytes.slice(0, length)))
        this.#drop(length)
      }
    }
    return frames
  }

  end(): Frame[] {
    const frames: Frame[] = []
    if (this.#isOpen) {
      const bytes = this.#held.bytes.slice()
      const endsAtHead = this.#next === bytes.length
      const endsWithoutLength = this.#next + 2 === bytes.length && wordAt(bytes, this.#next) === END_OF_CHAIN
      frames.push(endsAtHead || endsWithoutLength ? frameOf(bytes) : incomplete(bytes))
    }
    this.#drop(this.#held.bytes.length)
    return frames
  }

  #drop(count: number): void {
    this.#held.drop(count)
    this.#isOpen = false
    this.#next = HEAD_BYTES
    this.#models = 0
  }

  /** Looks for a marker and puts it first; false when there is none yet. */
  #find(): boolean {
    const { bytes } = this.#held
    const at = markerFrom(bytes, 0)
    this.#drop(at < 0 ? Math.max(0, bytes.length - MARKER.length + 1) : at)
    this.#isOpen = at >= 0
    return this.#isOpen
  }

  /** Goes from head to head; gives the bytes of the image once its end was seen. */
  #walk(): number | 'more' | 'garbage' {
    const { bytes } = this.#held
    for (;;) {
      if (this.#next + HEAD_BYTES > bytes.length) return 'more'
      const id = wordAt(bytes, this.#next)
      const length = wordAt(bytes, this.#next + 2)
      if (id === END_OF_CHAIN) return this.#next + (length === 0 ? HEAD_BYTES : 2)
      this.#next += HEAD_BYTES + 2 * length
      this.#models++
      if (this.#next + HEAD_BYTES > IMAGE_BYTES_MAX || this.#models > SUNSPEC_MODELS_MAX) return 'garbage'
    }
  }
}

function frameOf(bytes: Uint8Array): Frame {
  const values = decodeSunSpec(registersOf(bytes))
  const device = deviceName(values)
  return {
    protocol: 'sunspec',
    check: 'absent',
    ...(device === undefined ? {} : { device }),
    values,
    bytes,
  }
}

function incomplete(bytes: Uint8Array): Frame {
  return { protocol: 'sunspec', check: 'absent', problem: 'incomplete', values: [], bytes }
}

function registersOf(bytes: Uint8Array): Uint16Array {
  const registers = new Uint16Array(bytes.length >> 1)
  for (let at = 0; at < registers.length; at++) registers[at] = wordAt(bytes, 2 * at)
  return registers
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0)
}

function markerFrom(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x53, from); at >= 0; at = bytes.indexOf(0x53, at + 1)) {
    if (at + MARKER.length > bytes.length) return -1
    if (MARKER.every((byte, index) => bytes[at + index] === byte)) return at
  }
  return -1
}
