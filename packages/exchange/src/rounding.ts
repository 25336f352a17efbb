import { METERS_MAX, must, type Slot } from '@tri/units'

import type { Ring } from './ring.ts'

// The rounding of shares, the only place where an exact share becomes whole Wh. docs/maths/rounding.md

/** How the long side of a group is split: both give every member the floor or the ceiling of her exact share. */
export type Split = 'systematic' | 'largest-remainder'

const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193
const GOLDEN = 0x9e3779b1
const TWO_32 = 4_294_967_296

/**
 * The seed of a group's rounding: a hash of its ring and its node's id, so that it is the same on every machine and
 * stays when other nodes come or go.
 *
 * @returns a whole number in [0, 2^32)
 * @see     FNV-1a, 32 bits, over the bytes of the UTF-16 code units, low byte first
 */
export function roundingKey(ring: Ring, id: string): number {
  const text = `${ring}/${id}`
  let hash = FNV_START
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    hash = Math.imul(hash ^ (unit & 0xff), FNV_PRIME)
    hash = Math.imul(hash ^ (unit >>> 8), FNV_PRIME)
  }
  return hash >>> 0
}

/**
 * The offset of systematic rounding in one slot and group: a whole number in [0, long), as good as drawn by lot, yet
 * the same for everybody who computes it. A fixed offset would always cost the same members their fraction.
 *
 * @param slot slot number
 * @param key  the group's `roundingKey`
 * @param long Wh of the long side, 1 to 2^31 - 1
 * @see        MurmurHash3's finalizer over slot x 2^32/golden ratio, exclusive or the key
 */
export function roundingOffset(slot: Slot, key: number, long: number): number {
  let hash = Math.imul(slot, GOLDEN) ^ key
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash = (hash ^ (hash >>> 16)) >>> 0
  // One rounding only (2^-32 is exact), so every engine gives the same offset; it cannot reach `long`.
  return Math.floor((hash / TWO_32) * long)
}

/** floor((a x b + c) / divisor) for 0 <= c < divisor, exact: BigInt where the sum would leave 2^53. */
export function sumDiv(a: number, b: number, c: number, divisor: number): number {
  const sum = a * b + c
  if (sum <= Number.MAX_SAFE_INTEGER) return Math.floor(sum / divisor)
  return Number((BigInt(a) * BigInt(b) + BigInt(c)) / BigInt(divisor))
}

/**
 * The sort key of largest remainder: the larger remainder first, of equal ones the lower column.
 *
 * @param remainder of the exact share, < 2^31
 * @param column    < METERS_MAX = 2^17, so that the key is a safe integer
 */
export function remainderKey(remainder: number, column: number): number {
  return remainder * METERS_MAX + (METERS_MAX - 1 - column)
}

/**
 * The `rank`-th largest of the first `count` keys (rank 1 is the largest). Reorders the keys. All keys are different,
 * so whatever the way it is found, it is the same one.
 *
 * @see Hoare's selection, pivot in the middle
 */
export function largestKey(keys: Float64Array, count: number, rank: number): number {
  must(rank >= 1 && rank <= count, 'a rank lies within the keys', { rank, count })
  const wanted = rank - 1
  let low = 0
  let high = count - 1
  while (low < high) {
    const pivot = keys[(low + high) >>> 1] ?? 0
    let i = low
    let j = high
    while (i <= j) {
      while ((keys[i] ?? 0) > pivot) i++
      while ((keys[j] ?? 0) < pivot) j--
      if (i > j) break
      const swapped = keys[i] ?? 0
      keys[i] = keys[j] ?? 0
      keys[j] = swapped
      i++
      j--
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return keys[wanted] ?? 0
}
