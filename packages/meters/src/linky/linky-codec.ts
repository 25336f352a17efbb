import { ByteQueue } from '../byte-queue.ts'
import type { Codec, FrameDecoder } from '../codec.ts'
import type { Frame, MeterValue } from '../frame.ts'
import { ticGroup, type TicGroup } from './tic-group.ts'
import { ticMoment, ticValue } from './tic-value.ts'

/** Bytes of a frame at most: the longest, of three phases with messages and a calendar, has about 1 500. */
const FRAME_BYTES_MAX = 8_192
const LIKENESS_BYTES_MAX = 65_536
const STX = 0x02
const ETX = 0x03
const EOT = 0x04
const LF = 0x0a
const CR = 0x0d
const ADDRESSES = new Set(['ADSC', 'ADCO'])
const CLOCK = 'DATE'

/**
 * Reads the customer output (TIC) of the French meters, in the historic and in the standard mode.
 *
 * Every group has a checksum of its own: a frame is `valid` when at least one group is right, and `refusedParts` counts
 * those whose checksum is wrong. They are left out, and so are groups that pass it and say what their label cannot mean:
 * a checksum of six bits does not see bit 6 of a letter turned. Problems of a frame: `checksum-mismatch` when no group is right, `no-group` when
 * it has none.
 *
 * @see docs/protocols/linky-tic.md
 */
export const linkyCodec: Codec = {
  protocol: 'linky',
  frameBytesMax: FRAME_BYTES_MAX,
  open: ticDecoder,
  likeness,
}

function ticDecoder(): FrameDecoder {
  const held = new ByteQueue()
  let isOpen = false
  let scanned = 0
  const read = (isLast: boolean): Frame[] => {
    const bytes = held.bytes
    const frames: Frame[] = []
    let from = 0
    for (let at = scanned; at < bytes.length; at++) {
      const letter = (bytes[at] ?? 0) & 0x7f
      const isStart = letter === STX
      const isEnd = letter === ETX || letter === EOT
      // Where the end was lost, the next beginning ends a frame.
      if (isOpen && (isStart || isEnd)) frames.push(frameOf(bytes.slice(from, isEnd ? at + 1 : at)))
      if (isOpen && at - from >= FRAME_BYTES_MAX) isOpen = false
      if (isStart) from = at
      if (isStart || isEnd) isOpen = isStart
    }
    if (isLast && isOpen) frames.push(frameOf(bytes.slice(from)))
    isOpen &&= !isLast
    scanned = isOpen ? bytes.length - from : 0
    held.drop(isOpen ? from : bytes.length)
    return frames
  }
  return {
    push(bytes) {
      held.add(bytes)
      return read(false)
    },
    end: () => read(true),
  }
}

/** The groups of a frame from its STX on, right and wrong, in the order sent; a last one without a line end is left out. */
export function ticGroups(bytes: Uint8Array): TicGroup[] {
  const groups: TicGroup[] = []
  let from = 1
  for (let at = 1; at < bytes.length; at++) {
    const letter = (bytes[at] ?? 0) & 0x7f
    // Terminals turn CR into LF: either ends a group.
    if (letter !== LF && letter !== CR && letter !== ETX && letter !== EOT) continue
    if (at > from) groups.push(ticGroup(bytes.subarray(from, at)))
    from = at + 1
  }
  return groups
}

function frameOf(bytes: Uint8Array): Frame {
  const values: MeterValue[] = []
  let measuredAt: ReturnType<typeof ticMoment>
  let device: string | undefined
  let refusedParts = 0
  for (const group of ticGroups(bytes)) {
    if (!group.isRight) {
      refusedParts++
      continue
    }
    const value = ticValue(group)
    if (value === undefined) continue
    values.push(value)
    if (ADDRESSES.has(group.label)) device ??= group.value
    if (group.label === CLOCK && group.stamp !== undefined) measuredAt = ticMoment(group.stamp)
  }
  const isUsable = values.length > 0
  return {
    protocol: 'linky',
    check: isUsable ? 'valid' : 'invalid',
    ...(isUsable ? {} : { problem: refusedParts > 0 ? 'checksum-mismatch' : 'no-group' }),
    ...(refusedParts > 0 ? { refusedParts } : {}),
    ...(device === undefined ? {} : { device }),
    ...(measuredAt === undefined ? {} : { measuredAt }),
    values,
    bytes,
  }
}

function likeness(bytes: Uint8Array): number {
  const decoder = ticDecoder()
  const seen = bytes.subarray(0, LIKENESS_BYTES_MAX)
  const frames = [...decoder.push(seen), ...decoder.end()]
  const right = frames.reduce((sum, { values }) => sum + values.length, 0)
  const wrong = frames.reduce((sum, { refusedParts }) => sum + (refusedParts ?? 0), 0)
  if (right === 0) return 0
  // A checksum of six bits is right by chance once in 64 lines, and those with the form of a label far more seldom.
  return right >= 3 ? Math.max(0.6, right / (right + wrong)) : 0.2
}
