import { malformed } from './protobuf-message.ts'

/** Bytes of one frame: a full block, its votes, and room. A longer one is refused before it is read. */
export const FRAME_BYTES_MAX = 33_554_432
/** Bytes of the number before a frame that say how long it is: FRAME_BYTES_MAX takes four. */
const LENGTH_BYTES_MAX = 5

/**
 * Cuts a stream into frames, each with its length before it (unsigned, 7 bits a byte, least first). It holds at most one
 * frame that is not whole, and no more bytes of it than have come.
 */
export function frameCutter(): {
  /** The frames that are whole with this chunk. @throws Fault `abci-frame-malformed` */
  take(chunk: Uint8Array): Uint8Array[]
  /** Bytes kept for a frame that is not whole. */
  readonly waiting: number
} {
  let parts: Uint8Array[] = []
  let waiting = 0
  /** Bytes needed before it is worth looking again. */
  let wanted = 1
  return {
    get waiting() {
      return waiting
    },
    take(chunk) {
      parts.push(chunk)
      waiting += chunk.length
      if (waiting < wanted) return []
      const whole = joined(parts, waiting)
      const { frames, rest, missing } = cut(whole)
      parts = rest.length === 0 ? [] : [rest]
      waiting = rest.length
      wanted = waiting + missing
      return frames
    },
  }
}

/** A frame with its length before it. */
export function framed(body: Uint8Array): Uint8Array {
  const length: number[] = []
  for (let left = body.length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      length.push(left)
      break
    }
    length.push((left % 128) + 128)
  }
  const frame = new Uint8Array(length.length + body.length)
  frame.set(length)
  frame.set(body, length.length)
  return frame
}

function cut(whole: Uint8Array): { frames: Uint8Array[]; rest: Uint8Array; missing: number } {
  const frames: Uint8Array[] = []
  let at = 0
  while (at < whole.length) {
    const head = lengthAt(whole, at)
    if (head === undefined) return { frames, rest: whole.subarray(at), missing: 1 }
    const end = head.from + head.length
    if (end > whole.length) return { frames, rest: whole.subarray(at), missing: end - whole.length }
    frames.push(whole.subarray(head.from, end))
    at = end
  }
  return { frames, rest: new Uint8Array(0), missing: 1 }
}

function lengthAt(whole: Uint8Array, at: number): { length: number; from: number } | undefined {
  let length = 0
  let weight = 1
  for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
    const byte = whole[at + i]
    if (byte === undefined) return undefined
    length += (byte & 127) * weight
    if (length > FRAME_BYTES_MAX) break
    if (byte < 128) return { length, from: at + i + 1 }
    weight *= 128
  }
  throw malformed(`a frame of more than ${FRAME_BYTES_MAX} bytes`)
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
