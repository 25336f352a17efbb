import { describe, expect, test } from 'vitest'

import {
  epochMs,
  microCredit,
  microCreditPerWattHour,
  priceOf,
  slot,
  SLOT_MAX,
  slotOf,
  slotStart,
  watt,
  wattHour,
} from '../src/index.ts'

const MAX = Number.MAX_SAFE_INTEGER

describe('exact quantities', () => {
  test.each([
    ['energy', wattHour],
    ['credit', microCredit],
    ['a price', microCreditPerWattHour],
  ])('%s is a safe integer, and the first number beyond is refused', (_, quantity) => {
    expect(quantity(MAX)).toBe(MAX)
    expect(quantity(-MAX)).toBe(-MAX)
    for (const wrong of [MAX + 1, 0.5, Number.NaN, Infinity])
      expect(() => quantity(wrong)).toThrow('quantity-not-exact')
  })
  test('power may be a fraction, but it is finite', () => {
    expect(watt(-318.25)).toBe(-318.25)
    for (const wrong of [Number.NaN, Infinity]) expect(() => watt(wrong)).toThrow('quantity-not-exact')
  })
  test('300 Wh at 0.11 CC/kWh cost 0.033 CC', () => {
    expect(priceOf(wattHour(300), microCreditPerWattHour(110))).toBe(33_000)
  })
  test('a price that leaves the safe integers is refused instead of rounded', () => {
    expect(priceOf(wattHour(MAX), microCreditPerWattHour(1))).toBe(MAX)
    expect(() => priceOf(wattHour(MAX), microCreditPerWattHour(2))).toThrow('quantity-not-exact')
  })
})

describe('slots', () => {
  test('a slot begins with its first millisecond and ends before the next slot’s', () => {
    expect(slotStart(slot(1))).toBe(900_000)
    expect(slotOf(epochMs(899_999))).toBe(0)
    expect(slotOf(epochMs(900_000))).toBe(1)
  })
  test('the quarter hour that begins at 10:00 UTC on the first of May 2026 has the number 1 975 144', () => {
    expect(slotOf(epochMs(1_777_629_600_000))).toBe(1_975_144)
  })
  test('slots run from 0 to the year 10000, and the first beyond is refused', () => {
    expect(slot(SLOT_MAX)).toBe(SLOT_MAX)
    for (const wrong of [-1, 0.5, SLOT_MAX + 1, Number.NaN])
      expect(() => slot(wrong)).toThrow('slot-unusable')
  })
  test('an instant before 1970 or between two milliseconds is refused', () => {
    for (const wrong of [-1, 0.5, Number.NaN]) expect(() => epochMs(wrong)).toThrow('instant-unusable')
  })
})
