import { mulDiv, mulMod, total } from './exact.ts'
import { Fault } from './fault.ts'
import { must } from './must.ts'

/** Meters of one community that are settled together; beyond it a community is split into a federation of several. */
export const METERS_MAX = 131_072

/**
 * Splits a whole into parts proportional to `weights`, losing nothing.
 *
 * @param whole    Wh or credit, >= 0
 * @param weights  one per member, in member order; each >= 0, not all 0; at most METERS_MAX
 * @returns        parts in the order of `weights`; they sum to `whole`; none is off its exact value by 1 or more
 * @throws Fault   `weights-unusable` when a weight is negative or all are 0
 * @see            largest remainder (Hamilton); ties go to the lower index. docs/maths/rounding.md
 */
export function splitExactly<Q extends number>(whole: Q, weights: readonly number[]): Q[] {
  must(whole >= 0, 'a negative whole has no parts')
  must(weights.length <= METERS_MAX, 'more parts than a community has meters')
  const sum = total(weights)
  if (sum <= 0 || weights.some((w) => w < 0)) throw new Fault('weights-unusable', { weights })
  const floors = weights.map((w) => mulDiv(whole, w, sum))
  const missing = whole - total(floors)
  const rests = weights.map((w, i) => ({ i, rest: mulMod(whole, w, sum) }))
  const byRest = rests.toSorted((a, b) => b.rest - a.rest || a.i - b.i)
  const rounded = new Set(byRest.slice(0, missing).map(({ i }) => i))
  return floors.map((part, i) => (rounded.has(i) ? part + 1 : part) as Q)
}
