import { must, type Slot } from '@tri/units'

import type { Split } from '../rounding.ts'
import { largestKey, remainderKey, roundingOffset, sumDiv } from '../rounding.ts'

/** Where a rounding happens: seeds its offset, so that no meter is always the one that loses a fraction. */
export interface RoundingSeed {
  readonly interval: Slot
  readonly key: number
}

/**
 * Splits a whole in proportion to weights, losing nothing: each part is the floor or the ceiling of its exact share.
 * A meter of weight 0 gets 0, and where `whole` is at most the sum of the weights nobody gets more than her weight.
 *
 * @param whole   Wh, 0 to 2^31 - 1
 * @param weights by column, >= 0, not all 0 unless `whole` is 0; they sum to at most 2^31 - 1
 * @param parts   overwritten, by column
 */
export type Apportion = (whole: number, weights: Int32Array, parts: Int32Array, seed: RoundingSeed) => void

/** The two roundings of a charter; both meet the quota rule. @see docs/maths/rounding.md */
export function apportionBy(split: Split): Apportion {
  return split === 'systematic' ? systematically : byLargestRemainder
}

/** The sum of a column; columns of one interval stay far inside the safe integers. */
export function sumOf(column: Int32Array): number {
  let sum = 0
  for (let i = 0; i < column.length; i++) sum += column[i] ?? 0
  return sum
}

// a_i = floor((c_i m + o) / W) - floor((c_{i-1} m + o) / W),  c_i = running sum of weights, W their sum, o in [0, W)
function systematically(whole: number, weights: Int32Array, parts: Int32Array, seed: RoundingSeed): void {
  const sum = sumOf(weights)
  if (isNothing(whole, sum, parts)) return
  const offset = roundingOffset(seed.interval, seed.key, sum)
  let running = 0
  let before = 0
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0
    if (weight === 0) {
      parts[i] = 0
      continue
    }
    running += weight
    const upTo = sumDiv(running, whole, offset, sum)
    parts[i] = upTo - before
    before = upTo
  }
}

function byLargestRemainder(whole: number, weights: Int32Array, parts: Int32Array): void {
  const sum = sumOf(weights)
  if (isNothing(whole, sum, parts)) return
  const keys = new Float64Array(weights.length)
  let given = 0
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0
    const floor = sumDiv(weight, whole, 0, sum)
    parts[i] = floor
    given += floor
    keys[i] = remainderKey(remainder(weight, whole, sum), i)
  }
  const missing = whole - given
  if (missing === 0) return
  const least = largestKey(Float64Array.from(keys), keys.length, missing)
  for (let i = 0; i < keys.length; i++) if ((keys[i] ?? 0) >= least) parts[i] = (parts[i] ?? 0) + 1
}

function remainder(a: number, b: number, divisor: number): number {
  const product = a * b
  return Number.isSafeInteger(product) ? product % divisor : Number((BigInt(a) * BigInt(b)) % BigInt(divisor))
}

function isNothing(whole: number, sum: number, parts: Int32Array): boolean {
  must(whole >= 0 && (whole === 0 || sum > 0), 'a whole is split over somebody', { whole, sum })
  if (whole === 0) parts.fill(0)
  return whole === 0
}
