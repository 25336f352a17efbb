import { METERS_MAX, slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { roundingKey, roundingOffset } from '../src/index.ts'
import { largestKey, remainderKey, sumDiv } from '../src/rounding.ts'

const whole = (max: number) => fc.integer({ min: 0, max })

describe('a share becomes whole Wh', () => {
  test('a quotient is exact on both sides of 2^53', () => {
    fc.assert(
      fc.property(whole(2 ** 31 - 1), whole(2 ** 31 - 1), whole(2 ** 31 - 2), (a, b, c) => {
        const divisor = Math.max(a, b, c + 1)
        const exact = (BigInt(a) * BigInt(b) + BigInt(c)) / BigInt(divisor)
        expect(sumDiv(a, b, c, divisor)).toBe(Number(exact))
      }),
      { numRuns: 2000 },
    )
    expect(sumDiv(2 ** 27 - 1, 2 ** 26, 2 ** 26, 2 ** 27)).toBe(2 ** 26)
    expect(sumDiv(2 ** 31 - 1, 2 ** 31 - 2, 2 ** 31 - 3, 2 ** 31 - 1)).toBe(2 ** 31 - 2)
  })

  test('an offset lies below the long side and is not always the same', () => {
    fc.assert(
      fc.property(
        whole(281_474_976),
        whole(2 ** 32 - 1),
        fc.integer({ min: 1, max: 2 ** 31 - 1 }),
        (at, key, long) => {
          const offset = roundingOffset(slot(at), key, long)
          expect(Number.isInteger(offset) && offset >= 0 && offset < long).toBe(true)
        },
      ),
    )
    const key = roundingKey('street', 'via-po')
    const drawn = Array.from({ length: 96 }, (_, t) => roundingOffset(slot(1_976_544 + t), key, 1000))
    expect(new Set(drawn).size).toBeGreaterThan(85)
    // The mean of 96 fair draws from 0 to 999 lies within four standard errors of 499.5.
    expect(Math.abs(drawn.reduce((a, b) => a + b) / 96 - 499.5)).toBeLessThan(120)
  })

  test('the offset of a slot and a group is the one that every other program must find', () => {
    expect(roundingKey('street', 'via-po')).toBe(2_471_500_911)
    expect(roundingOffset(slot(1_976_544), roundingKey('street', 'via-po'), 1000)).toBe(100)
    expect(roundingKey('building', 'via-po')).not.toBe(roundingKey('street', 'via-po'))
  })

  test('the larger remainder comes first, of equal ones the lower column', () => {
    expect(remainderKey(8, 5)).toBeGreaterThan(remainderKey(7, 0))
    expect(remainderKey(7, 4)).toBeGreaterThan(remainderKey(7, 5))
    expect(Number.isSafeInteger(remainderKey(2 ** 31 - 1, 0))).toBe(true)
    expect(remainderKey(1, METERS_MAX - 1)).toBeGreaterThan(remainderKey(0, 0))
  })

  test('the key of a rank is found in any order of the keys', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(whole(2 ** 48), { minLength: 1, maxLength: 200 }),
        fc.nat(),
        (keys, pick) => {
          const rank = 1 + (pick % keys.length)
          const sorted = keys.toSorted((a, b) => b - a)
          expect(largestKey(Float64Array.from(keys), keys.length, rank)).toBe(sorted[rank - 1])
          expect(largestKey(Float64Array.from(sorted), keys.length, rank)).toBe(sorted[rank - 1])
        },
      ),
    )
  })
})
