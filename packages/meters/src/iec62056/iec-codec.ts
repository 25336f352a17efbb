import { ByteQueue } from '../byte-queue.ts'
import type { Codec, FrameDecoder } from '../codec.ts'
import type { Frame } from '../frame.ts'
import { dataSetValues } from './data-set-values.ts'
import { READOUT_BYTES_MAX, ReadoutCutter, type ReadoutPiece } from './readout-cutter.ts'
import { iecReadout } from './readout.ts'

const LIKENESS_BYTES_MAX = 65_536
const FULL_ADDRESS = /^\d+-\d+:/
/** An address of a data set: an identification code of OBIS or EDIS, whole or reduced (IEC 62056-61; IEC 62056-21, 6.5). */
const CODE = /^(?:\d{1,3}-\d{1,3}:)?(?:[0-9A-FLP]{1,3}(?:\.[0-9A-F]{1,3}){1,3}(?:[*&]\d{1,3})?|F|FF|CF)$/
/** A slash and three letters are found in any text: too little to take it for this protocol. */
const NAMED_ONLY = 0.1

/**
 * Reads the readouts of IEC 62056-21 (modes A to E): identification, then a data block with or without a block check.
 *
 * A block between STX and ETX is held to its check character. A block without STX and ETX carries none by the standard
 * (mode D, and meters of modes A and B that leave it out) and is used; so is one whose end mark came and after which the
 * stream ended. Problems of a frame: `block-check-mismatch`; `damaged` where there is no check
 * and a line is none; `parity-wrong` where the
 * bytes carry their parity; `truncated`; `not-a-readout` for a P1 telegram with its CRC.
 *
 * @see docs/protocols/iec62056-21.md
 */
export const iecCodec: Codec = {
  protocol: 'iec62056-21',
  frameBytesMax: READOUT_BYTES_MAX,
  open: readoutDecoder,
  likeness,
}

function readoutDecoder(): FrameDecoder {
  const held = new ByteQueue()
  const cutter = new ReadoutCutter()
  const read = (isLast: boolean): Frame[] => {
    const { pieces, done } = cutter.cut(held.bytes, isLast)
    held.drop(done)
    return pieces.flatMap(framesOf)
  }
  return {
    push(bytes) {
      held.add(bytes)
      return read(false)
    },
    end: () => read(true),
  }
}

function framesOf({ bytes, isCut }: ReadoutPiece): Frame[] {
  const { identification, sets, check, problem } = iecReadout(bytes, isCut)
  // An STX in noise begins nothing that anybody sent.
  if (identification === undefined && sets.length === 0) return []
  return [
    {
      protocol: 'iec62056-21',
      check,
      ...(problem === undefined ? {} : { problem }),
      ...(identification === undefined ? {} : { device: identification }),
      values: problem === undefined ? dataSetValues(sets) : [],
      bytes,
    },
  ]
}

function likeness(bytes: Uint8Array): number {
  const { pieces } = new ReadoutCutter().cut(bytes.subarray(0, LIKENESS_BYTES_MAX), true)
  return Math.max(0, ...pieces.map(pieceLikeness))
}

function pieceLikeness({ bytes, isCut }: ReadoutPiece): number {
  const { identification, sets, check, problem } = iecReadout(bytes, isCut)
  if (sets.length === 0) return identification === undefined ? 0 : NAMED_ONLY
  if (check === 'valid') return identification === undefined ? 0.9 : 1
  // A page of text with a slash and some brackets has the outline of a readout that was cut, but none of its addresses.
  const coded = sets.filter(({ address }) => CODE.test(address)).length
  if (coded * 2 <= sets.length) return NAMED_ONLY
  if (problem === 'not-a-readout') return 0.2
  if (check === 'invalid') return 0.8
  // Full addresses without a block check are how the P1 port writes them.
  const full = sets.filter(({ address }) => FULL_ADDRESS.test(address)).length
  return full * 2 > sets.length ? 0.45 : 0.85
}
