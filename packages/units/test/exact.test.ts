import { array, integer, record, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { mulDiv, mulMod, total } from '../src/index.ts'
import { law } from '../src/testing/index.ts'

const MAX = Number.MAX_SAFE_INTEGER
const safe = integer({ min: -MAX, max: MAX })
const divisor = integer({ min: 1, max: MAX })

describe('mulDiv and mulMod', () => {
  test('a product inside the safe integers is divided downwards', () => {
    expect(mulDiv(7, 3, 2)).toBe(10)
    expect(mulDiv(-7, 3, 2)).toBe(-11)
    expect(mulMod(7, 3, 5)).toBe(1)
    expect(mulMod(-7, 3, 2)).toBe(1)
  })
  test('a product beyond 2^53 is divided exactly', () => {
    expect(mulDiv(MAX, MAX, MAX)).toBe(MAX)
    expect(mulDiv(MAX, 3, 4)).toBe(6_755_399_441_055_743)
    expect(mulDiv(-MAX, 3, 4)).toBe(-6_755_399_441_055_744)
    expect(mulMod(MAX, 3, 4)).toBe(1)
    expect(mulMod(-MAX, 3, 4)).toBe(3)
  })
  test('nothing times a negative amount is 0 and not -0, which prints otherwise', () => {
    expect(mulDiv(0, -5, 3)).toBe(0)
    expect(mulMod(0, -5, 3)).toBe(0)
    expect(mulMod(-6, 1, 3)).toBe(0)
  })
  test('a result that is no safe integer is refused instead of rounded', () => {
    expect(() => mulDiv(MAX, 2, 1)).toThrow('quantity-not-exact')
    expect(() => mulDiv(0.5, 2, 1)).toThrow('quantity-not-exact')
    expect(() => mulMod(1, Number.NaN, 1)).toThrow('quantity-not-exact')
  })
  test('a divisor that is 0, negative or a fraction is a mistake of ours', () => {
    for (const wrong of [0, -1, 1.5]) {
      expect(() => mulDiv(1, 1, wrong)).toThrow('must')
      expect(() => mulMod(1, 1, wrong)).toThrow('must')
    }
  })
  law(
    'the quotient and the rest make the product again, exactly',
    record({ a: safe, b: safe, d: divisor }),
    ({ a, b, d }) => {
      const product = BigInt(a) * BigInt(b)
      const rest = mulMod(a, b, d)
      const quotient = (product - BigInt(rest)) / BigInt(d)
      if (quotient > BigInt(MAX) || quotient < -BigInt(MAX))
        expect(() => mulDiv(a, b, d)).toThrow('quantity-not-exact')
      else expect(BigInt(mulDiv(a, b, d)) * BigInt(d) + BigInt(rest)).toBe(product)
      return rest >= 0 && rest < d
    },
  )
})

describe('total', () => {
  test('the last sum that is exact is given, and the first that is not is refused', () => {
    expect(total([MAX - 1, 1])).toBe(MAX)
    expect(() => total([MAX, 1])).toThrow('quantity-not-exact')
    expect(total([])).toBe(0)
  })
  test('a sum that leaves the safe integers on the way is refused, even if it comes back', () => {
    expect(() => total([MAX, 1, 1, -3])).toThrow('quantity-not-exact')
  })
  const smallEnough = array(integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 60 })
  law('the order of the values does not change the sum', tuple(smallEnough), ([values]) => {
    return total(values) === total(values.toReversed())
  })
})
