import { epochMs, type EpochMs } from '@tri/units'

import type { BlockTime } from './light-block.ts'
import { MessageWriter } from './protobuf.ts'

const NANOS_PER_MS = 1_000_000

/** What an engine writes where there is no time: the first second of the year 1. */
export const NO_TIME: BlockTime = { seconds: -62_135_596_800, nanos: 0 }

/** A block's time as whole milliseconds; what is finer is dropped. */
export function epochMsOf({ seconds, nanos }: BlockTime): EpochMs {
  return epochMs(seconds * 1000 + Math.floor(nanos / NANOS_PER_MS))
}

/** A millisecond as a block's time. */
export function blockTimeOf(at: EpochMs): BlockTime {
  const seconds = Math.floor(at / 1000)
  return { seconds, nanos: (at - seconds * 1000) * NANOS_PER_MS }
}

/** Below 0 when `a` is earlier than `b`, above 0 when it is later. */
export function compareTimes(a: BlockTime, b: BlockTime): number {
  return a.seconds - b.seconds || a.nanos - b.nanos
}

/** As protobuf's Timestamp. */
export function timeBytes({ seconds, nanos }: BlockTime): Uint8Array {
  return new MessageWriter().varint(1, seconds).varint(2, nanos).finish()
}
