import { epochMs, type EpochMs } from '@tri/units'

/** How many times as fast as the wall's the demo's clock may run: real time, an hour a minute, a day in 96 seconds. */
export const SPEEDS = [1, 60, 900] as const
export type Speed = (typeof SPEEDS)[number]

/**
 * A clock that runs `speed` times as fast as the wall's, until its readings end. It is a value: what it showed when it
 * was last set, so that the time of any instant of the wall follows and nothing has to tick.
 */
export interface VirtualClock {
  /** On the wall's clock: ms that never run backwards, from any origin. */
  readonly setAtMs: number
  /** What this clock showed then. */
  readonly showed: EpochMs
  readonly speed: Speed
  readonly isPaused: boolean
  /** Here it stands still: nothing is known beyond. */
  readonly until: EpochMs
}

/** Whether a number is a speed that the clock knows. */
export function isSpeed(value: number): value is Speed {
  return SPEEDS.some((speed) => speed === value)
}

/**
 * The time that the clock shows.
 *
 * @param wallMs the wall's clock; before `setAtMs` (a wall that was set back) the clock stands still, it never runs back
 */
export function timeOf(clock: VirtualClock, wallMs: number): EpochMs {
  if (clock.isPaused) return clock.showed
  const passedMs = Math.floor(Math.max(0, wallMs - clock.setAtMs) * clock.speed)
  return epochMs(Math.max(clock.showed, Math.min(clock.until, clock.showed + passedMs)))
}

/** The clock with another speed, or halted, or going again: it shows the same time as before, and goes on from there. */
export function reset(
  clock: VirtualClock,
  wallMs: number,
  change: Partial<Pick<VirtualClock, 'speed' | 'isPaused'>>,
): VirtualClock {
  const setAtMs = Math.max(clock.setAtMs, wallMs)
  return { ...clock, ...change, setAtMs, showed: timeOf(clock, wallMs) }
}

/** How long by the wall until the clock shows an instant; undefined while it never will. */
export function wallMsUntil(clock: VirtualClock, wallMs: number, instant: EpochMs): number | undefined {
  const missingMs = instant - timeOf(clock, wallMs)
  if (missingMs <= 0) return 0
  if (clock.isPaused || instant > clock.until) return undefined
  return Math.ceil(missingMs / clock.speed)
}
