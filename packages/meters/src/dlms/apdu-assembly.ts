import { joinedBytes } from '../joined-bytes.ts'
import type { HdlcFrame } from './hdlc.ts'
import type { MbusSegment } from './mbus-segment.ts'

/** Why pieces make no APDU. */
export type AssemblyProblem = 'incomplete' | 'malformed' | 'segment-out-of-order' | 'block-out-of-order'

/** An APDU, or what was given up instead, with the frames it came in as they came. */
export type Assembled =
  | { readonly is: 'apdu'; readonly apdu: Uint8Array; readonly bytes: Uint8Array }
  | { readonly is: 'refused'; readonly problem: AssemblyProblem; readonly bytes: Uint8Array }

/** Bytes of the frames of one APDU at most. */
export const ASSEMBLED_BYTES_MAX = 16_384

const GENERAL_BLOCK_TRANSFER = 0xe0
/** Block control, block number, number of the block acknowledged. */
const BLOCK_HEADER_BYTES = 6
const LAST_BLOCK = 0x80
const LLC_BYTES = 3
const NUMBERED_FRAME = 0x01

/**
 * Puts APDUs together from frames: segments of HDLC or of M-Bus first, then the blocks of general block transfer. Pieces
 * out of order give nothing but a refusal; what is not whole when something else comes is given up.
 *
 * @see IEC 62056-46 (segmentation), IEC 62056-5-3 (general-block-transfer: blocks from 1, in order, the last is marked)
 */
export class ApduAssembly {
  readonly #segments = new Pieces()
  readonly #blocks = new Pieces()
  #addresses = ''
  #sequence: number | undefined

  /** Takes the next frame of HDLC, with its bytes as they came. */
  takeHdlc({ isSegmented, addresses, control, information }: HdlcFrame, bytes: Uint8Array): Assembled[] {
    const from = addresses.toHex()
    const number = (control & NUMBERED_FRAME) === 0 ? (control >> 1) & 7 : undefined
    const expected = this.#sequence === undefined ? undefined : (this.#sequence + 1) & 7
    const isNext = from === this.#addresses && number === expected
    const refused = this.#segments.isOpen && !isNext ? this.#refuseOpen('segment-out-of-order') : []
    this.#addresses = from
    this.#sequence = number
    return [...refused, ...this.#takeSegment(information, bytes, !isSegmented)]
  }

  /** Takes the next segment of M-Bus, with its frame as it came. */
  takeMbus({ number, isLast, content }: MbusSegment, bytes: Uint8Array): Assembled[] {
    const expected = this.#segments.isOpen ? this.#segments.count & 15 : 0
    if (number === expected) return this.#takeSegment(content, bytes, isLast)
    if (number !== 0) return this.#refuseWith('segment-out-of-order', bytes)
    return [...this.#refuseOpen('incomplete'), ...this.#takeSegment(content, bytes, isLast)]
  }

  /** Gives up what is open, because something came that does not belong to it. */
  abandon(): Assembled[] {
    return this.#refuseOpen('incomplete')
  }

  #takeSegment(content: Uint8Array, bytes: Uint8Array, isLast: boolean): Assembled[] {
    const refused = this.#isFull(bytes) ? this.#refuseOpen('incomplete') : []
    this.#segments.add(content, bytes)
    if (!isLast) return refused
    const { content: pdu, bytes: all } = this.#segments.close()
    return [...refused, ...this.#takePdu(withoutLlc(pdu), all)]
  }

  #takePdu(pdu: Uint8Array, bytes: Uint8Array): Assembled[] {
    if (pdu[0] === GENERAL_BLOCK_TRANSFER) return this.#takeBlock(pdu, bytes)
    return [...this.#refuseOpen('incomplete'), { is: 'apdu', apdu: pdu, bytes }]
  }

  #takeBlock(pdu: Uint8Array, bytes: Uint8Array): Assembled[] {
    const block = blockFrom(pdu)
    if (block === undefined) return this.#refuseWith('malformed', bytes)
    const refused = block.number === 1 ? this.#refuseOpen('incomplete') : []
    if (block.number !== this.#blocks.count + 1) return this.#refuseWith('block-out-of-order', bytes)
    this.#blocks.add(block.content, bytes)
    if (!block.isLast) return refused
    const { content, bytes: all } = this.#blocks.close()
    return [...refused, { is: 'apdu', apdu: content, bytes: all }]
  }

  #isFull(bytes: Uint8Array): boolean {
    return this.#blocks.length + this.#segments.length + bytes.length > ASSEMBLED_BYTES_MAX
  }

  #refuseOpen(problem: AssemblyProblem): Assembled[] {
    if (!this.#blocks.isOpen && !this.#segments.isOpen) return []
    const bytes = joinedBytes([this.#blocks.close().bytes, this.#segments.close().bytes])
    return [{ is: 'refused', problem, bytes }]
  }

  #refuseWith(problem: AssemblyProblem, last: Uint8Array): Assembled[] {
    const bytes = joinedBytes([this.#blocks.close().bytes, this.#segments.close().bytes, last])
    return [{ is: 'refused', problem, bytes }]
  }
}

/** Pieces of a whole, each beside the frames it came in. */
class Pieces {
  #contents: Uint8Array[] = []
  #frames: Uint8Array[] = []
  length = 0

  get isOpen(): boolean {
    return this.#frames.length > 0
  }

  get count(): number {
    return this.#frames.length
  }

  add(content: Uint8Array, bytes: Uint8Array): void {
    this.#contents.push(content)
    this.#frames.push(bytes)
    this.length += bytes.length
  }

  close(): { readonly content: Uint8Array; readonly bytes: Uint8Array } {
    const whole = { content: joinedBytes(this.#contents), bytes: joinedBytes(this.#frames) }
    this.#contents = []
    this.#frames = []
    this.length = 0
    return whole
  }
}

/** The content without the header of the logical link (`e6 e7 00`, or `e6 e6 00` of the other direction). */
export function withoutLlc(pdu: Uint8Array): Uint8Array {
  const isLlc = pdu[0] === 0xe6 && (pdu[1] === 0xe7 || pdu[1] === 0xe6) && pdu[2] === 0
  return isLlc ? pdu.subarray(LLC_BYTES) : pdu
}

function blockFrom(pdu: Uint8Array) {
  const control = pdu[1] ?? 0
  const number = ((pdu[2] ?? 0) << 8) | (pdu[3] ?? 0)
  const first = pdu[BLOCK_HEADER_BYTES] ?? 0
  const longer = first < 0x80 ? 0 : first & 0x7f
  if (longer > 2) return undefined
  const from = BLOCK_HEADER_BYTES + 1 + longer
  let length = longer === 0 ? first : 0
  for (let at = BLOCK_HEADER_BYTES + 1; at < from; at++) length = length * 256 + (pdu[at] ?? 0)
  if (pdu.length < from + length) return undefined
  return { number, isLast: (control & LAST_BLOCK) !== 0, content: pdu.slice(from, from + length) }
}
