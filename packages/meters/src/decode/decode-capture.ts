import { accept, refuse, type Outcome } from '@tri/units'

import { CODECS } from '../codecs.ts'
import { decodeAll, type Codec, type DecoderOptions } from '../codec.ts'
import type { Frame, Protocol } from '../frame.ts'
import { PAYLOAD_PROTOCOLS } from '../payload/payload-protocols.ts'
import type { Payload, PayloadProtocol } from '../payload/payload-reader.ts'
import { captureBytes, type CaptureBytes, type CaptureRefusal } from './capture-bytes.ts'
import { payloadsIn } from './capture-payloads.ts'

/** What a capture holds. */
export interface DecodedCapture {
  readonly protocol: Protocol
  /** True when the protocol was not named but found. */
  readonly isGuessed: boolean
  readonly frames: readonly Frame[]
}

/** Why a capture cannot be decoded: it is unreadable, of no protocol we know, or no frame of the named one. */
export type DecodeRefusal = CaptureRefusal | 'protocol-not-recognised' | 'no-frame-found'

/** What is known of a capture beforehand. */
export interface DecodeOptions extends DecoderOptions {
  readonly protocol?: Protocol
}

/**
 * Reads every frame of a capture. Without a protocol each one that the bytes resemble is tried. The one with most bytes in
 * frames whose check is valid is taken; where no check tells, the one that the bytes resemble most.
 *
 * @param file the capture as it was stored: raw, in hexadecimal, compressed by gzip, messages as JSON (one, a list, or a
 *             line each with `topic` and `payload`), or `{ "registers": [...] }` of a Modbus device
 */
export function decodeCapture(
  file: Uint8Array,
  { protocol, ...options }: DecodeOptions = {},
): Outcome<DecodedCapture, DecodeRefusal> {
  const capture = captureBytes(file)
  if (!capture.ok) return capture
  const payloads = payloadsIn(capture.value.raw)
  const codecs = CODECS.filter((codec) => isWanted(codec, protocol))
  const families = PAYLOAD_PROTOCOLS.filter((of) => isWanted(of, protocol))
  const tried = [
    ...codecs.map((codec) =>
      byCodec(codec, waysOf(capture.value, payloads.length > 0), options, protocol !== undefined),
    ),
    ...families.map((of) => byPayload(of, payloads)),
  ]
  const found = tried.filter((one) => (protocol === undefined ? isLikely(one) : one.frames.length > 0))
  const [best] = found.toSorted(byAccount)
  if (best === undefined) return refuse(protocol === undefined ? 'protocol-not-recognised' : 'no-frame-found')
  return accept({ protocol: best.protocol, isGuessed: protocol === undefined, frames: best.frames })
}

interface Tried {
  readonly protocol: Protocol
  readonly frames: readonly Frame[]
  readonly likeness: number
}

const isWanted = (of: { readonly protocol: Protocol }, protocol: Protocol | undefined) =>
  protocol === undefined || of.protocol === protocol

/** The ways the bytes can be meant, each as the pieces that are decoded one by one. JSON is no stream of bytes. */
function waysOf({ raw, fromHex, registers }: CaptureBytes, isJson: boolean): (readonly Uint8Array[])[] {
  return [
    ...(isJson ? [] : [[raw]]),
    ...(fromHex === undefined ? [] : [[fromHex.whole], fromHex.lines]),
    ...(registers === undefined ? [] : [[registers]]),
  ]
}

function byCodec(
  codec: Codec,
  ways: readonly (readonly Uint8Array[])[],
  options: DecoderOptions,
  isNamed: boolean,
): Tried {
  const tried = ways.map((pieces): Tried => {
    const likeness = Math.max(0, ...pieces.map((piece) => codec.likeness(piece)))
    if (likeness === 0 && !isNamed) return { protocol: codec.protocol, frames: [], likeness }
    const frames = pieces.flatMap((piece) => decodeAll(codec, piece, options))
    return { protocol: codec.protocol, frames, likeness }
  })
  return tried.toSorted(byAccount)[0] ?? { protocol: codec.protocol, frames: [], likeness: 0 }
}

function byPayload(of: PayloadProtocol, payloads: readonly Payload[]): Tried {
  const { protocol } = of
  const reader = of.open()
  const frames = payloads.flatMap((payload) => reader.read(payload) ?? [])
  const usable = frames.filter(({ problem }) => problem === undefined)
  return { protocol, frames: usable, likeness: usable.length > 0 ? 1 : 0 }
}

/** Likeness below which frames without a valid check are taken for chance. */
const LIKENESS_MIN = 0.2

const isLikely = ({ frames, likeness }: Tried) =>
  frames.length > 0 && (likeness >= LIKENESS_MIN || frames.some(({ check }) => check === 'valid'))

// The same bytes in fewer frames are the outer protocol's with another's inside: DLMS in frames of M-Bus.
function byAccount(a: Tried, b: Tried): number {
  const valid = (of: Tried) => bytesIn(of.frames.filter(({ check }) => check === 'valid'))
  const values = (of: Tried) => of.frames.reduce((sum, frame) => sum + frame.values.length, 0)
  return (
    valid(b) - valid(a) ||
    b.likeness - a.likeness ||
    values(b) - values(a) ||
    a.frames.length - b.frames.length
  )
}

const bytesIn = (frames: readonly Frame[]) => frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
