import { must } from '@tri/units'

/** How fast something may go. */
export interface Rate {
  readonly perSecond: number
  /** At once, after a pause. */
  readonly burst: number
}

/** Lets so much through and no more. It has no clock: time comes with the call. */
export interface TokenBucket {
  /** Whole tokens there are at an instant, ms. */
  available(now: number): number
  /** Takes tokens that are available. */
  take(count: number, now: number): void
  /** ms until the next token, 0 when there is one. */
  waitMs(now: number): number
}

const SECOND_MS = 1000

/**
 * A bucket, full at first. Time that goes back fills nothing and empties nothing; a jump forward fills it once, to `burst`.
 *
 * @see token bucket, ITU-T I.371 (as leaky bucket), here in whole thousandths of a token
 */
export function tokenBucket({ perSecond, burst }: Rate): TokenBucket {
  must(Number.isInteger(perSecond) && perSecond > 0 && burst >= 1, 'a bucket fills, and holds a token')
  const full = burst * SECOND_MS
  let level = full
  let at: number | undefined
  const fill = (now: number): void => {
    if (at !== undefined && now > at) level = Math.min(full, level + (now - at) * perSecond)
    at = now
  }
  return {
    available(now) {
      fill(now)
      return Math.floor(level / SECOND_MS)
    },
    take(count, now) {
      fill(now)
      must(count * SECOND_MS <= level, 'tokens are taken when they are there', { count })
      level -= count * SECOND_MS
    },
    waitMs(now) {
      fill(now)
      return level >= SECOND_MS ? 0 : Math.ceil((SECOND_MS - level) / perSecond)
    },
  }
}
