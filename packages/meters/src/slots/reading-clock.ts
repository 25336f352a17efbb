import { accept, epochMs, refuse, type EpochMs, type Outcome } from '@tri/units'

/** The node's two clocks as a reading arrived. */
export interface Arrival {
  /** The clock on the wall, ms since 1970: it may be wrong, and it may jump. */
  readonly wallMs: number
  /** The count since the node started, ms: it never jumps, and knows no date. */
  readonly countMs: number
  /** The system says that its wall clock follows a time server. */
  readonly isSynchronised: boolean
}

/** Why nobody can say when a reading was taken: `clock-unset` until a synchronised clock was steady for a minute, `clock-unsure` after a jump. */
export type ClockRefusal = 'clock-unset' | 'clock-unsure'

/** The two clocks may drift apart by so much between two readings; more is a jump. */
export const CLOCK_DRIFT_MS_MAX = 2_000
/** At the start, and after a jump, the two clocks must agree for so long before the time is believed. */
export const CLOCK_CONFIRM_MS = 60_000
/** A device's clock may move against ours by so much over an outage, and its stamps are still ours. */
export const DEVICE_DRIFT_MS_MAX = 5_000

/** Says when readings were taken. It reads no clock: both are handed in. */
export interface ReadingClock {
  /** The instant of a reading that arrives now. */
  stamp(arrival: Arrival): Outcome<EpochMs, ClockRefusal>
}

interface Line {
  readonly wallMs: number
  readonly countMs: number
}

/**
 * A clock for readings. Time is a line through one synchronised instant, counted on by the monotonic count; the wall clock may
 * pull it along slowly. When the wall clock leaves the line, readings are not used until it is back, or until it has kept
 * to a new line for a minute: registers are cumulative, so a minute of readings left out loses nothing, but one that is
 * stamped wrongly would move energy into another slot.
 */
export function readingClock(): ReadingClock {
  let line: Line | undefined
  let tried: Line | undefined
  return {
    stamp({ wallMs, countMs, isSynchronised }) {
      const here = { wallMs, countMs }
      if (line !== undefined && Math.abs(offLine(line, here)) <= CLOCK_DRIFT_MS_MAX) {
        tried = undefined
        const stamped = isSynchronised ? wallMs : wallMs - offLine(line, here)
        if (isSynchronised) line = here
        return accept(epochMs(stamped))
      }
      const refusal = line === undefined ? 'clock-unset' : 'clock-unsure'
      const isStill = tried !== undefined && Math.abs(offLine(tried, here)) <= CLOCK_DRIFT_MS_MAX
      if (!isSynchronised || !isStill || tried === undefined) {
        tried = isSynchronised ? here : undefined
        return refuse(refusal)
      }
      if (countMs - tried.countMs < CLOCK_CONFIRM_MS) return refuse(refusal)
      line = here
      tried = undefined
      return accept(epochMs(wallMs))
    },
  }
}

function offLine(line: Line, { wallMs, countMs }: Line): number {
  return wallMs - line.wallMs - (countMs - line.countMs)
}

/** An outage, between the last contact before it and the first one after it. */
export interface Outage {
  /** The two contacts, by our clock. */
  readonly from: EpochMs
  readonly until: EpochMs
  /** How far the device's clock was ahead of ours at each, ms. */
  readonly offsetBeforeMs: number
  readonly offsetAfterMs: number
}

/** Instants for the records that a device kept over an outage, and whose clock they are by. */
export interface BackfillTimes {
  readonly time: 'ours' | 'device'
  readonly takenAt: readonly EpochMs[]
}

/**
 * When the records were taken that a device kept while nobody listened. Its stamps, less its offset, are ours when the offset
 * was the same before and after, the stamps follow one another at an even pace, and they fall within the outage; otherwise
 * they stay the device's, and only fill gaps whose sum the registers know. A clock that was wrong from before the first
 * record until after the last one, by less than their pace, is not recognised.
 *
 * @param stamps ms by the device's clock, in the order in which it kept the records
 */
export function backfillTimes(stamps: readonly number[], outage: Outage): BackfillTimes {
  const { from, until, offsetBeforeMs, offsetAfterMs } = outage
  const isSteady = Math.abs(offsetAfterMs - offsetBeforeMs) <= DEVICE_DRIFT_MS_MAX
  const takenAt = stamps.map((at) => epochMs(Math.max(0, at - offsetAfterMs)))
  const paceMs = (stamps[1] ?? 0) - (stamps[0] ?? 0)
  const isEven = stamps.every(
    (at, i) => i === 0 || Math.abs(at - (stamps[i - 1] ?? 0) - paceMs) <= DEVICE_DRIFT_MS_MAX,
  )
  const isWithin = takenAt.every(
    (at) => at >= from - DEVICE_DRIFT_MS_MAX && at <= until + DEVICE_DRIFT_MS_MAX,
  )
  return { time: isSteady && isEven && paceMs >= 0 && isWithin ? 'ours' : 'device', takenAt }
}
