import { Fault, canonicalBytes, fromCanonicalBytes, type Canonical } from '@tri/units'

const LENGTH_BYTES = 4
/** Pieces kept apart until they are put together: a peer that sends byte by byte must not cost a hundred bytes for each. */
const PIECES_MAX = 256

/**
 * A message as it travels: its length in four bytes, then its canonical bytes.
 *
 * @throws Fault `frame-too-long` when it is longer than the other end takes
 */
export function frameOf(message: Canonical, bytesMax: number): Uint8Array {
  const body = canonicalBytes(message)
  if (body.length > bytesMax) throw new Fault('frame-too-long', { bytes: body.length, most: bytesMax })
  const frame = new Uint8Array(LENGTH_BYTES + body.length)
  new DataView(frame.buffer).setUint32(0, body.length)
  frame.set(body, LENGTH_BYTES)
  return frame
}

/** Takes bytes as they come and gives the messages that are whole. */
export interface FrameReader {
  /** @throws Fault `frame-too-long` at the length already, before a byte of it is kept; `bytes-not-canonical` */
  take(bytes: Uint8Array): Canonical[]
}

/**
 * Puts a stream's bytes together to messages. It keeps at most one unfinished message.
 *
 * @param bytesMax what a message may be long now: a stranger's are short
 */
export function frameReader(bytesMax: () => number): FrameReader {
  let parts: Uint8Array[] = []
  let kept = 0
  let wanted = LENGTH_BYTES
  let isInBody = false

  /** The first `wanted` bytes of what is kept; the rest stays. */
  const cut = (): Uint8Array => {
    const all = parts.length === 1 ? (parts[0] ?? new Uint8Array()) : Buffer.concat(parts)
    const rest = all.subarray(wanted)
    parts = rest.length === 0 ? [] : [rest]
    kept = rest.length
    return all.subarray(0, wanted)
  }
  const lengthIn = (head: Uint8Array): number => {
    const length = new DataView(head.buffer, head.byteOffset, LENGTH_BYTES).getUint32(0)
    const most = bytesMax()
    if (length > most) throw new Fault('frame-too-long', { bytes: length, most })
    return length
  }
  return {
    take(bytes) {
      parts.push(bytes)
      kept += bytes.length
      if (parts.length > PIECES_MAX) parts = [Buffer.concat(parts)]
      const messages: Canonical[] = []
      while (kept >= wanted) {
        const piece = cut()
        // A copy: bytes inside the message would otherwise keep the whole chunk of the stream alive.
        if (isInBody) messages.push(fromCanonicalBytes(Uint8Array.from(piece)))
        wanted = isInBody ? LENGTH_BYTES : lengthIn(piece)
        isInBody = !isInBody
      }
      return messages
    },
  }
}
