import { ByteQueue } from '../byte-queue.ts'
import type { Codec, FrameDecoder } from '../codec.ts'
import type { Frame } from '../frame.ts'
import { applicationData } from './application-data.ts'
import { LINK_BYTES_MAX, linkFrame, LONG_CONTENT_AT, type LinkReading } from './link-frame.ts'

/** Function of the control byte with which a device sends data of its own (RSP_UD). */
const RESPONSE = 0x08
const FUNCTION_BITS = 0x0f
const FROM_MASTER = 0x40
const TRAILER_BYTES = 2

/**
 * Reads the bytes of a wired M-Bus: answers of devices become frames with values; what the master sends and bare
 * acknowledgements become frames without values. A long frame whose checksum does not fit is `invalid`; a short one whose
 * checksum does not fit cannot be told from noise and is skipped.
 *
 * @see EN 13757-2 (frames), EN 13757-3 (records), EN 1434-3 (fixed structure); docs/protocols/mbus.md
 */
export const mbusCodec: Codec = {
  protocol: 'mbus',
  frameBytesMax: LINK_BYTES_MAX,
  open: () => new MbusDecoder(),
  likeness: (bytes) => {
    const seen = bytes.subarray(0, 65_536)
    for (let at = seen.indexOf(0x68); at >= 0 && at < seen.length; at = seen.indexOf(0x68, at + 1)) {
      const reading = linkFrame(seen, at)
      if (reading.is === 'long' && reading.check === 'valid') {
        // DLMS pushes come in the same frames, sent as if by a master.
        const isAnswer = ((seen[at + LONG_CONTENT_AT] ?? 0) & FROM_MASTER) === 0
        return isAnswer && at < LINK_BYTES_MAX ? 1 : 0.8
      }
      if (reading.is === 'long' && at === 0) return 0.5
    }
    return 0
  },
}

class MbusDecoder implements FrameDecoder {
  readonly #held = new ByteQueue()
  /** True where a frame may begin: an acknowledgement is one byte, which noise has as well. */
  #isBetween = true
  /** Bytes from here on that lie in an invalid frame already given: what begins inside it is not given as invalid again. */
  #spoiltBytes = 0

  push(bytes: Uint8Array): Frame[] {
    this.#held.add(bytes)
    return this.#frames(false)
  }

  end(): Frame[] {
    const frames = this.#frames(true)
    this.#held.clear()
    this.#isBetween = true
    this.#spoiltBytes = 0
    return frames
  }

  #frames(isLast: boolean): Frame[] {
    const frames: Frame[] = []
    const { bytes } = this.#held
    let at = 0
    while (at < bytes.length) {
      const reading = linkFrame(bytes, at)
      if (reading.is === 'incomplete' && !isLast) break
      const taken = this.#take(reading, bytes, at, frames)
      at += taken
      this.#spoiltBytes = Math.max(0, this.#spoiltBytes - taken)
    }
    this.#held.drop(at)
    return frames
  }

  /** Adds the frame that was found, and tells how far to go on. */
  #take(reading: LinkReading, bytes: Uint8Array, at: number, frames: Frame[]): number {
    const wasBetween = this.#isBetween
    this.#isBetween = reading.is === 'short' || (reading.is === 'long' && reading.check === 'valid')
    if (reading.is === 'garbage') return 1
    if (reading.is === 'incomplete') {
      // Only where two equal lengths say that a frame was meant; what is inside is looked at all the same.
      if (bytes[at] === 0x68 && at + LONG_CONTENT_AT <= bytes.length)
        this.#spoil('incomplete', bytes.slice(at), frames)
      return 1
    }
    const own = bytes.slice(at, at + reading.bytes)
    if (reading.is === 'acknowledgement') {
      this.#isBetween = wasBetween
      if (wasBetween) frames.push(withoutValues('absent', own))
    } else if (reading.is === 'short') frames.push(withoutValues('valid', own))
    else if (reading.check === 'valid') frames.push(longFrame(own))
    else {
      this.#spoil(reading.check, own, frames)
      // The start may have been four bytes of noise: a frame that begins inside is found.
      return 1
    }
    return reading.bytes
  }

  #spoil(problem: string, bytes: Uint8Array, frames: Frame[]): void {
    if (this.#spoiltBytes > 0) return
    this.#spoiltBytes = bytes.length
    frames.push({ protocol: 'mbus', check: 'invalid', problem, values: [], bytes })
  }
}

function longFrame(bytes: Uint8Array): Frame {
  const content = bytes.subarray(LONG_CONTENT_AT, bytes.length - TRAILER_BYTES)
  const control = content[0] ?? 0
  if ((control & FROM_MASTER) !== 0 || (control & FUNCTION_BITS) !== RESPONSE)
    return { ...withoutValues('valid', bytes), problem: 'not-an-answer' }
  return { protocol: 'mbus', check: 'valid', ...applicationData(content.subarray(2)), bytes }
}

function withoutValues(check: 'valid' | 'absent', bytes: Uint8Array): Frame {
  return { protocol: 'mbus', check, values: [], bytes }
}
