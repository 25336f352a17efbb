import { array, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { METERS_MAX, mulDiv, splitExactly, total, wattHour } from '../src/index.ts'
import { law } from '../src/testing/index.ts'

const weights = array(integer({ min: 0, max: 2 ** 40 }), { minLength: 1, maxLength: 40 }).filter((w) =>
  w.some((x) => x > 0),
)
const whole = integer({ min: 0, max: 2 ** 50 }).map(wattHour)
const anySplit = record({ whole, weights })

describe('splitting a whole', () => {
  test('the example of the house: two of three parts of 100 Wh are 67 Wh', () => {
    expect(splitExactly(wattHour(100), [2, 1])).toEqual([67, 33])
  })
  test('of equal rests the lower place gets the odd Wh', () => {
    expect(splitExactly(wattHour(1), [1, 1, 1])).toEqual([1, 0, 0])
    expect(splitExactly(wattHour(5), [1, 1, 1])).toEqual([2, 2, 1])
  })
  test('who has no weight gets nothing, and nothing splits into nothing', () => {
    expect(splitExactly(wattHour(3), [0, 1, 0])).toEqual([0, 3, 0])
    expect(splitExactly(wattHour(0), [5, 1])).toEqual([0, 0])
  })
  test('weights that are all 0, negative or too large together are refused', () => {
    expect(() => splitExactly(wattHour(1), [0, 0])).toThrow('weights-unusable')
    expect(() => splitExactly(wattHour(1), [])).toThrow('weights-unusable')
    expect(() => splitExactly(wattHour(1), [2, -1])).toThrow('weights-unusable')
    expect(() => splitExactly(wattHour(1), [Number.MAX_SAFE_INTEGER, 1])).toThrow('quantity-not-exact')
  })
  test('a negative whole, or more parts than a community has meters, is a mistake of ours', () => {
    expect(() => splitExactly(wattHour(-1), [1])).toThrow('must')
    expect(splitExactly(wattHour(1), Array<number>(METERS_MAX).fill(1)).length).toBe(METERS_MAX)
    expect(() => splitExactly(wattHour(1), Array<number>(METERS_MAX + 1).fill(1))).toThrow('must')
  })
  law(
    'the parts sum to the whole',
    anySplit,
    (one) => total(splitExactly(one.whole, one.weights)) === one.whole,
  )
  law('no part is off its exact share by 1 Wh or more', anySplit, (one) => {
    const sum = total(one.weights)
    const floors = one.weights.map((w) => mulDiv(one.whole, w, sum))
    return splitExactly(one.whole, one.weights).every(
      (part, i) => part - (floors[i] ?? 0) === 0 || part - (floors[i] ?? 0) === 1,
    )
  })
  law('more weight never gets less', anySplit, (one) => {
    const parts = splitExactly(one.whole, one.weights)
    return one.weights.every((w, i) =>
      one.weights.every((v, j) => w <= v || (parts[i] ?? 0) >= (parts[j] ?? 0)),
    )
  })
})
