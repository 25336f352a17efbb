import { law } from '@tri/units/testing'
import { float, integer, maxSafeInteger, tuple } from 'fast-check'
import { expect, test } from 'vitest'

import { scaled, shortestOfBinary32 } from '../src/decimal.ts'

law(
  'digits and an exponent name the number that their decimal reads as',
  tuple(maxSafeInteger(), integer({ min: -30, max: 30 })),
  ([digits, exponent]) => Object.is(scaled(digits, exponent), Number(`${digits}e${exponent}`)),
)

law('the shortest decimal of a 32-bit float is that float', float({ noNaN: true }), (value) =>
  Object.is(Math.fround(shortestOfBinary32(value)), value),
)

test('a float of 0.1 reads as 0.1', () => {
  expect(shortestOfBinary32(Math.fround(0.1))).toBe(0.1)
  expect(scaled(0.1, -3)).toBe(0.0001)
})
