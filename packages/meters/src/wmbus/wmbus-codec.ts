import { ByteQueue } from '../byte-queue.ts'
import type { Codec, DecoderOptions, FrameDecoder } from '../codec.ts'
import type { Frame } from '../frame.ts'
import { dataRecords, recordValue } from '../mbus/data-record.ts'
import { addressName } from '../mbus/meter-address.ts'
import { CompactFormats } from './compact-format.ts'
import { headerAt, RADIO_BYTES_MAX, radioFrame, type RadioReading } from './radio-frame.ts'
import { openTelegram, type OpenedTelegram } from './telegram-layers.ts'

/** Some receivers leave the last check of a frame behind its telegram, though they took the others off. */
const STRAY_BYTES = 2

/** CI bytes that a telegram can have behind its address, for telling one from noise. */
const KNOWN_CONTROL = /^(?:6[ef]|7[0-9a-f]|8[a-f]|90|[ab][0-9a-f])$/

/**
 * Reads radio M-Bus: frames of format A or B with their checks, with or without the sync word of mode C, and telegrams whose
 * checks the receiver took off, one behind the other. Encrypted content needs the household's key.
 *
 * The verdict of a telegram without checks is `absent` and its values are used: receivers check a frame before they
 * take its checks off. Once a stream has had a frame with checks, a telegram without is noise there.
 *
 * @see EN 13757-4 (link layer, extended link layer), EN 13757-3 and -7 (transport, records), OMS specification volume 2,
 *      issue 4 (security modes 5 and 7); docs/protocols/wmbus.md
 */
export const wmbusCodec: Codec = {
  protocol: 'wmbus',
  frameBytesMax: RADIO_BYTES_MAX,
  open: (options) => new WmbusDecoder(options),
  likeness: (bytes) => {
    const reading = radioFrame({ bytes: bytes.subarray(0, 65_536), at: 0, isLast: true })
    if (reading.is === 'checked') return 1
    if (reading.is === 'damaged') return 0.3
    if (reading.is !== 'stripped' || !hasKnownControl(reading.telegram)) return 0
    const behind = { bytes, at: reading.length, isLast: true }
    return reading.length === bytes.length || headerAt(behind) === 'plausible' ? 0.9 : 0.4
  },
}

class WmbusDecoder implements FrameDecoder {
  readonly #held = new ByteQueue()
  readonly #key: Uint8Array | undefined
  #formats = new CompactFormats()
  /** Frames of this stream carry checks: none without them is taken. */
  #isChecked = false
  /** The place follows a whole frame or is the first of the stream. */
  #isInStep = true
  /** Bytes from here on that lie in an invalid frame already given: what begins inside it is not given as invalid again. */
  #spoiltBytes = 0

  constructor(options?: DecoderOptions) {
    this.#key = options?.keys?.encryption
  }

  push(bytes: Uint8Array): Frame[] {
    this.#held.add(bytes)
    return this.#frames(false)
  }

  end(): Frame[] {
    const frames = this.#frames(true)
    this.#held.clear()
    this.#formats = new CompactFormats()
    this.#isChecked = false
    this.#isInStep = true
    this.#spoiltBytes = 0
    return frames
  }

  #frames(isLast: boolean): Frame[] {
    const frames: Frame[] = []
    const { bytes } = this.#held
    let at = 0
    while (at < bytes.length) {
      const reading = radioFrame({ bytes, at, isLast })
      if (reading.is === 'more') break
      const taken = this.#take(reading, { bytes, at, isLast }, frames)
      if (taken === 'more') break
      at += taken
      this.#spoiltBytes = Math.max(0, this.#spoiltBytes - taken)
    }
    this.#held.drop(at)
    return frames
  }

  /** Adds the frame that was found, and tells how far to go on. */
  #take(
    reading: Exclude<RadioReading, { is: 'more' }>,
    { bytes, at, isLast }: { readonly bytes: Uint8Array; readonly at: number; readonly isLast: boolean },
    frames: Frame[],
  ): number | 'more' {
    if (reading.is === 'garbage') return this.#skip()
    if (reading.is === 'damaged') {
      if (this.#spoiltBytes === 0) {
        this.#spoiltBytes = reading.length
        const own = bytes.slice(at, at + reading.length)
        frames.push({ protocol: 'wmbus', check: 'invalid', problem: 'crc-mismatch', values: [], bytes: own })
      }
      if (reading.hasSync === true && this.#isInStep) this.#isChecked = true
      // The length may be what was damaged: the next frame is looked for from here.
      return this.#skip()
    }
    if (reading.is === 'stripped') {
      if (this.#isChecked || !hasKnownControl(reading.telegram)) return this.#skip()
      if (!this.#isInStep) {
        const behind = at + reading.length
        const next = behind === bytes.length && isLast ? 'plausible' : headerAt({ bytes, at: behind, isLast })
        if (next === 'more') return 'more'
        if (next === 'garbage') return this.#skip()
      }
    }
    this.#isChecked ||= reading.is === 'checked'
    this.#isInStep = true
    const own = bytes.slice(at, at + reading.length)
    frames.push(this.#frame(reading.telegram, reading.is === 'checked', own))
    return reading.length
  }

  #skip(): number {
    this.#isInStep = false
    return 1
  }

  #frame(telegram: Uint8Array, isChecked: boolean, bytes: Uint8Array): Frame {
    const reading = openTelegram(telegram, this.#key)
    const device = addressName(reading.is === 'opened' ? reading.telegram.address : reading.address)
    const whole = { protocol: 'wmbus' as const, device, bytes }
    if (reading.is === 'closed') {
      // A check around the payload is the only one that a telegram without those of the link layer has.
      const isBroken = reading.problem === 'payload-crc-mismatch'
      const check = isBroken ? 'invalid' : isChecked ? 'valid' : 'absent'
      return { ...whole, check, problem: reading.problem, values: [] }
    }
    const check = isChecked || reading.telegram.isChecked ? 'valid' : 'absent'
    return { ...whole, check, ...this.#content(reading.telegram, check === 'valid' ? 0 : STRAY_BYTES) }
  }

  #content(
    { form, content }: OpenedTelegram,
    strayBytes: number,
  ): Pick<Frame, 'values'> & { readonly problem?: string } {
    if (form === 'error') return { problem: 'device-error', values: [] }
    if (form === 'alarm') return { values: [{ name: 'alarm', value: content[0] ?? 0 }] }
    const full = form === 'compact' ? this.#formats.full(content) : { is: 'full' as const, content }
    if (full.is === 'refused') return { problem: full.problem, values: [] }
    const records = dataRecords(full.content, { strayBytes })
    if (!records.ok) return { problem: records.refusal, values: [] }
    if (form === 'full') this.#formats.learn(records.value)
    return { values: records.value.map(recordValue) }
  }
}

function hasKnownControl(telegram: Uint8Array): boolean {
  return KNOWN_CONTROL.test(telegram.subarray(10, 11).toHex())
}
