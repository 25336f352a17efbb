import { integer } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { law, lawSeed } from '../../src/testing/index.ts'

describe('the seed of a law', () => {
  test('comes from the title, so that a run can be repeated', () => {
    expect(lawSeed('settling twice changes nothing')).toBe(lawSeed('settling twice changes nothing'))
    expect(lawSeed('settling twice changes nothing')).not.toBe(lawSeed('the sum is zero'))
  })
  test('is the number that was asked for, and anything else that was asked for is not one', () => {
    expect(lawSeed('the sum is zero', '42')).toBe(42)
    expect(lawSeed('the sum is zero', '-7')).toBe(-7)
    expect(lawSeed('the sum is zero', 'forty')).toBe(lawSeed('the sum is zero'))
  })
  const seen: number[] = []
  law('a law is tried as often as it says', integer(), (value) => void seen.push(value), { runs: 17 })
  test('a law was tried with the values of its seed', () => {
    expect(seen.length).toBe(17)
  })
})
