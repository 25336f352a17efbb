import { ByteQueue } from '../byte-queue.ts'
import type { Codec, FrameDecoder } from '../codec.ts'
import { crc16X25 } from '../crc16-x25.ts'
import type { Frame } from '../frame.ts'
import { smlFileFrom } from './sml-file.ts'

/** Bytes of an SML frame at most: what a gateway of TR-03109-1 must be able to receive, rounded up. */
const FRAME_BYTES_MAX = 8_192
const ESCAPE = 0x1b
const ESCAPE_BYTES = 4
const BEGIN = 0x01
const END = 0x1a
/** Escape, end mark, fill count, CRC. */
const END_BYTES = 8
const CONTENT_BYTES_MAX = FRAME_BYTES_MAX - END_BYTES
const SURE = 1
const LIKELY = 0.8

/** Why the values of an SML frame are not used. */
type SmlProblem = 'crc-mismatch' | 'message-crc-mismatch' | 'incomplete' | 'malformed'

/**
 * SML 1.04 as German meters push it: transport protocol version 1, one frame a file.
 *
 * @see BSI TR-03109-1, annex SML (transport protocol: section 8); docs/protocols/sml.md
 */
export const smlCodec: Codec = {
  protocol: 'sml',
  frameBytesMax: FRAME_BYTES_MAX,
  open: () => new SmlDecoder(),
  likeness,
}

class SmlDecoder implements FrameDecoder {
  readonly #held = new ByteQueue()
  /** Where to look on, from the first byte held. */
  #at = 0
  #isInside = false

  push(bytes: Uint8Array): Frame[] {
    this.#held.add(bytes)
    const frames: Frame[] = []
    while (this.#step(frames));
    return frames
  }

  end(): Frame[] {
    const frames = this.#isInside ? [refusedFrame(this.#held.bytes.slice(), 'incomplete')] : []
    this.#held.clear()
    this.#at = 0
    this.#isInside = false
    return frames
  }

  /** Goes on to the next escape sequence and acts on it; false when more bytes are needed. */
  #step(frames: Frame[]): boolean {
    const { bytes } = this.#held
    const found = bytes.indexOf(ESCAPE, this.#at)
    const at = found < 0 ? bytes.length : found
    this.#at = at
    if (this.#isInside && at > CONTENT_BYTES_MAX) this.#giveUp(frames)
    if (found < 0 || bytes.length < at + END_BYTES) {
      if (!this.#isInside) this.#dropTo(this.#at)
      return false
    }
    const mark = escaped(bytes, at)
    if (mark === 'begin') this.#begin(frames)
    else if (mark === 'end' && this.#isInside) this.#finish(frames)
    else this.#at += mark === 'escape' ? END_BYTES : 1
    return true
  }

  #begin(frames: Frame[]): void {
    if (this.#isInside) frames.push(refusedFrame(this.#held.bytes.slice(0, this.#at), 'incomplete'))
    this.#dropTo(this.#at)
    this.#isInside = true
    this.#at = END_BYTES
  }

  #finish(frames: Frame[]): void {
    const frame = frameFrom(this.#held.bytes.slice(0, this.#at + END_BYTES))
    frames.push(frame)
    this.#isInside = false
    // After a wrong check the last three bytes may be of the next frame, whose beginning must not be lost with them.
    this.#dropTo(frame.check === 'valid' ? this.#at + END_BYTES : this.#at + ESCAPE_BYTES + 1)
  }

  #giveUp(frames: Frame[]): void {
    frames.push(refusedFrame(this.#held.bytes.slice(0, CONTENT_BYTES_MAX), 'incomplete'))
    this.#isInside = false
    this.#dropTo(this.#at)
  }

  #dropTo(at: number): void {
    this.#held.drop(at)
    this.#at = 0
  }
}

/** What the eight bytes at `at` are. */
function escaped(bytes: Uint8Array, at: number): 'begin' | 'end' | 'escape' | 'content' {
  for (let i = 1; i < ESCAPE_BYTES; i++) if (bytes[at + i] !== ESCAPE) return 'content'
  const mark = bytes[at + ESCAPE_BYTES]
  if (mark === END) return 'end'
  if (mark !== BEGIN && mark !== ESCAPE) return 'content'
  for (let i = ESCAPE_BYTES + 1; i < END_BYTES; i++) if (bytes[at + i] !== mark) return 'content'
  return mark === BEGIN ? 'begin' : 'escape'
}

function frameFrom(bytes: Uint8Array): Frame {
  const end = bytes.length - END_BYTES
  const sent = (bytes[bytes.length - 2] ?? 0) | ((bytes[bytes.length - 1] ?? 0) << 8)
  if (sent !== crc16X25(bytes, 0, bytes.length - 2)) return refusedFrame(bytes, 'crc-mismatch')
  const file = smlFileFrom(withoutEscapes(bytes, END_BYTES, end))
  if (file === undefined) return { ...refusedFrame(bytes, 'malformed'), check: 'valid' }
  const { values, refusedMessages, ...about } = file
  const refused = refusedMessages === 0 ? {} : { refusedParts: refusedMessages }
  if (refusedMessages > 0 && values.length === 0)
    return { ...refusedFrame(bytes, 'message-crc-mismatch'), ...refused, check: 'valid' }
  return { protocol: 'sml', check: 'valid', ...refused, ...about, values, bytes }
}

function refusedFrame(bytes: Uint8Array, problem: SmlProblem): Frame {
  return { protocol: 'sml', check: 'invalid', problem, values: [], bytes }
}

/** The content of a frame: of each escaped escape sequence only one half. */
function withoutEscapes(bytes: Uint8Array, from: number, until: number): Uint8Array {
  const content = bytes.slice(from, until)
  let to = content.indexOf(ESCAPE)
  if (to < 0) return content
  let at = to
  while (at < content.length) {
    if (content[at] === ESCAPE && escaped(content, at) === 'escape') {
      content.fill(ESCAPE, to, to + ESCAPE_BYTES)
      to += ESCAPE_BYTES
      at += END_BYTES
    } else content[to++] = content[at++] ?? 0
  }
  return content.subarray(0, to)
}

function likeness(bytes: Uint8Array): number {
  const decoder = new SmlDecoder()
  const frames = decoder.push(bytes)
  if (frames.some(({ check }) => check === 'valid')) return SURE
  return frames.length + decoder.end().length > 0 ? LIKELY : 0
}
