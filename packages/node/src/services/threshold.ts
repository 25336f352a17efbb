import type { Ring } from '@tri/exchange'

/** A total is shown only over at least this many private meters. */
export const TOTAL_METERS_MIN = 5
/** A total is hidden when one private meter makes up more than this many percent of it. */
export const TOTAL_PERCENT_MAX = 40

/** What each meter adds to a total; `isPrivate` is false for plants of the cooperative and the municipality. */
export interface Contributions {
  readonly energyWh: ArrayLike<number>
  readonly isPrivate: readonly boolean[]
}

/**
 * Whether a total may be shown without telling what one home did: at least five private meters stand behind it, and none
 * makes up more than 40 % of what the private ones sum to. Who knows the public plants can subtract them, so only the
 * private part counts. A total of zero tells of nobody.
 *
 * @param among columns that stand behind the total; all when left out
 * @see DESIGN.md section 6, invariant 9
 */
export function mayShowTotal({ energyWh, isPrivate }: Contributions, among?: readonly number[]): boolean {
  const columns = (among ?? Array.from(isPrivate.keys())).filter((column) => isPrivate[column] === true)
  const parts = columns.map((column) => Math.abs(energyWh[column] ?? 0))
  const sum = parts.reduce((before, part) => before + part, 0)
  if (columns.length < TOTAL_METERS_MIN) return false
  return sum === 0 || Math.max(...parts) * 100 <= sum * TOTAL_PERCENT_MAX
}

/**
 * Ring totals that may be shown. Where exactly one would be left out, its value is what the sum lacks, so the smallest
 * other one is left out with it.
 *
 * @param totals   Wh by ring
 * @param mayShow  whether the ring's own contributions pass the threshold
 */
export function shownRings(
  totals: readonly (readonly [Ring, number])[],
  mayShow: (ring: Ring) => boolean,
): Partial<Record<Ring, number>> {
  const shown = totals.filter(([ring]) => mayShow(ring))
  const isAlone = totals.length - shown.length === 1
  const smallest = isAlone ? shown.toSorted((a, b) => a[1] - b[1])[0]?.[0] : undefined
  return Object.fromEntries(shown.filter(([ring]) => ring !== smallest))
}
