import type { Frame, Protocol } from './frame.ts'

/** Keys of an encrypted meter, as its grid operator gave them to the household. They are never logged. */
export interface FrameKeys {
  /** AES-128, 16 bytes. */
  readonly encryption: Uint8Array
  /** Additional data of the authentication, 16 bytes, where the meter uses it. */
  readonly authentication?: Uint8Array
}

/** What a decoder is opened with. */
export interface DecoderOptions {
  readonly keys?: FrameKeys
}

/**
 * Reads a stream of bytes, in pieces of any length, into frames. It is pure: the same bytes give the same frames, however
 * they were cut. It finds its place again after garbage, and holds at most `frameBytesMax` of its codec.
 */
export interface FrameDecoder {
  /** Takes the next piece and gives the frames it completed, in order. It never throws. */
  push(bytes: Uint8Array): Frame[]
  /** The stream ended: what was begun is given as it stands (invalid when incomplete), and the decoder starts anew. */
  end(): Frame[]
}

/** One protocol: how a stream becomes frames. */
export interface Codec {
  readonly protocol: Protocol
  /** Bytes of a frame at most; a longer one is garbage and is skipped. */
  readonly frameBytesMax: number
  open(options?: DecoderOptions): FrameDecoder
  /** How much the bytes look like this protocol: 0 not at all, 1 beyond doubt. Cheap; sees at most the first 64 KiB. */
  likeness(bytes: Uint8Array): number
}

/** Reads bytes that are all there: a file, a captured frame. */
export function decodeAll(codec: Codec, bytes: Uint8Array, options?: DecoderOptions): Frame[] {
  const decoder = codec.open(options)
  return [...decoder.push(bytes), ...decoder.end()]
}
