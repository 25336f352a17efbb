import { ByteQueue } from '../byte-queue.ts'
import type { Codec, DecoderOptions, FrameDecoder, FrameKeys } from '../codec.ts'
import type { CheckVerdict, Frame } from '../frame.ts'
import { ApduAssembly, ASSEMBLED_BYTES_MAX, type Assembled } from './apdu-assembly.ts'
import { frameFromApdu } from './apdu-frame.ts'
import { notificationFrom } from './data-notification.ts'
import { GENERAL_GLO_CIPHERING, generalCipheredFrom } from './general-ciphering.ts'
import { HDLC_BYTES_MAX, HDLC_FLAG, hdlcFrameFrom } from './hdlc.ts'
import { MBUS_START, mbusSegmentFrom } from './mbus-segment.ts'

const FRAME_BYTES_MAX = ASSEMBLED_BYTES_MAX + HDLC_BYTES_MAX
const LLC_FIRST = 0xe6
const LLC_SECOND = 0xe7
const LLC_BYTES = 3
const SURE = 1
const LIKELY = 0.9
const UNLIKELY = 0.2

/**
 * DLMS/COSEM as meters push it to the customer: data-notifications in HDLC or M-Bus frames, whole, segmented or in blocks,
 * plain or encrypted; or bare behind the header of the logical link, as adapters hand them on that checked the frame.
 *
 * @see IEC 62056-5-3 (APDUs), 62056-46 (HDLC), 62056-7-3 (M-Bus); docs/protocols/dlms.md
 */
export const dlmsCodec: Codec = {
  protocol: 'dlms',
  frameBytesMax: FRAME_BYTES_MAX,
  open: (options) => new DlmsDecoder(options),
  likeness,
}

type Step = 'done' | 'wait'

class DlmsDecoder implements FrameDecoder {
  readonly #keys: FrameKeys | undefined
  readonly #held = new ByteQueue()
  #assembly = new ApduAssembly()
  /** A bare APDU has no check: it is believed only where a stream is made of nothing else, never found inside another. */
  #isBare = true
  #frames: Frame[] = []

  constructor({ keys }: DecoderOptions = {}) {
    this.#keys = keys
  }

  push(bytes: Uint8Array): Frame[] {
    this.#held.add(bytes)
    while (this.#held.length > 0 && this.#step() === 'done');
    return this.#taken()
  }

  end(): Frame[] {
    // What never came whole is told once; behind its beginning there may still be frames that are whole.
    const begun = this.#held.bytes.slice(0, FRAME_BYTES_MAX)
    if (begun.length > 1) this.#refuse('incomplete', begun)
    while (this.#held.length > 0) {
      this.#isBare = false
      this.#held.drop(1)
      while (this.#held.length > 0 && this.#step() === 'done');
    }
    this.#take(this.#assembly.abandon())
    this.#assembly = new ApduAssembly()
    this.#isBare = true
    return this.#taken()
  }

  #taken(): Frame[] {
    const frames = this.#frames
    this.#frames = []
    return frames
  }

  #step(): Step {
    const { bytes } = this.#held
    if (this.#isBare && bytes[0] === LLC_FIRST) return this.#bare(bytes)
    this.#isBare = false
    if (bytes[0] === HDLC_FLAG) return this.#hdlc(bytes)
    if (bytes[0] === MBUS_START) return this.#mbus(bytes)
    return this.#skip(bytes)
  }

  #hdlc(bytes: Uint8Array): Step {
    const reading = hdlcFrameFrom(bytes)
    switch (reading.is) {
      case 'incomplete':
        return 'wait'
      case 'none':
        this.#held.drop(1)
        return 'done'
      case 'broken':
        this.#refuse(reading.problem, bytes.slice(0, reading.bytes))
        break
      case 'frame':
        this.#take(this.#assembly.takeHdlc(reading.frame, bytes.slice(0, reading.bytes)))
    }
    // The flag at its end may be the one that begins the next frame.
    this.#held.drop(Math.max(1, reading.bytes - 1))
    return 'done'
  }

  #mbus(bytes: Uint8Array): Step {
    const reading = mbusSegmentFrom(bytes)
    if (reading.is === 'incomplete') return 'wait'
    if (reading.is === 'none') return this.#garbage(1)
    const frame = bytes.slice(0, reading.bytes)
    if (reading.is === 'segment') this.#take(this.#assembly.takeMbus(reading.segment, frame))
    else this.#refuse(reading.problem, frame)
    // What looked like the length of a broken frame may be noise before a good one.
    this.#held.drop(reading.is === 'segment' ? frame.length : 1)
    return 'done'
  }

  /** Steps to the next byte that may begin a frame. */
  #skip(bytes: Uint8Array): Step {
    const flag = bytes.indexOf(HDLC_FLAG)
    const start = bytes.indexOf(MBUS_START)
    const next = Math.min(flag < 0 ? bytes.length : flag, start < 0 ? bytes.length : start)
    return this.#garbage(next)
  }

  #garbage(count: number): Step {
    this.#take(this.#assembly.abandon())
    this.#held.drop(count)
    return 'done'
  }

  #bare(bytes: Uint8Array): Step {
    if ((bytes[1] ?? LLC_SECOND) !== LLC_SECOND || (bytes[2] ?? 0) !== 0) {
      this.#isBare = false
      return 'done'
    }
    const length = bareBytes(bytes.subarray(LLC_BYTES))
    if (length === 'short' && bytes.length <= ASSEMBLED_BYTES_MAX) return 'wait'
    if (typeof length === 'number') {
      const whole = bytes.slice(0, LLC_BYTES + length)
      this.#take([{ is: 'apdu', apdu: whole.subarray(LLC_BYTES), bytes: whole }], 'absent')
      this.#held.drop(whole.length)
      return 'done'
    }
    const problem = length === 'short' ? 'incomplete' : 'malformed'
    this.#take([{ is: 'refused', problem, bytes: bytes.slice(0, LLC_BYTES + 1) }], 'absent')
    this.#isBare = false
    this.#held.drop(1)
    return 'done'
  }

  #take(assembled: readonly Assembled[], check: CheckVerdict = 'valid'): void {
    for (const one of assembled)
      this.#frames.push(
        one.is === 'apdu'
          ? frameFromApdu(one.apdu, one.bytes, { check, keys: this.#keys })
          : { protocol: 'dlms', check, problem: one.problem, values: [], bytes: one.bytes },
      )
  }

  #refuse(problem: string, bytes: Uint8Array): void {
    this.#take(this.#assembly.abandon())
    this.#frames.push({ protocol: 'dlms', check: 'invalid', problem, values: [], bytes })
  }
}

/** Bytes of a bare APDU, which tells its end only by being read; a tag that may come bare is the first of them. */
function bareBytes(apdu: Uint8Array): number | 'short' | 'malformed' {
  if (apdu[0] === GENERAL_GLO_CIPHERING) {
    const reading = generalCipheredFrom(apdu)
    return reading.is === 'whole' ? reading.bytes : reading.is === 'incomplete' ? 'short' : 'malformed'
  }
  const reading = notificationFrom(apdu)
  return reading.is === 'whole' ? reading.notification.until : reading.is
}

function likeness(bytes: Uint8Array): number {
  const decoder = new DlmsDecoder()
  const frames = [...decoder.push(bytes), ...decoder.end()]
  if (
    frames.some(
      ({ check, values, problem }) => check === 'valid' && (values.length > 0 || problem === 'key-missing'),
    )
  )
    return SURE
  if (frames.some(({ check, problem }) => check !== 'invalid' && problem === undefined)) return LIKELY
  return frames.some(({ check }) => check === 'valid') ? LIKELY : frames.length > 0 ? UNLIKELY : 0
}
