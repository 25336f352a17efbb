import { epochMs } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  SPEEDS,
  isSpeed,
  reset,
  timeOf,
  wallMsUntil,
  type VirtualClock,
} from '../../src/demo/virtual-clock.ts'

const noon = epochMs(1_465_984_800_000)
const started: VirtualClock = {
  setAtMs: 5_000,
  showed: noon,
  speed: 60,
  isPaused: false,
  until: epochMs(noon + 86_400_000),
}
const anySpeed = fc.constantFrom(...SPEEDS)
const anyClock = fc.record({
  setAtMs: fc.integer({ min: 0, max: 1e9 }),
  showed: fc.integer({ min: 0, max: 1e12 }).map(epochMs),
  speed: anySpeed,
  isPaused: fc.boolean(),
  until: fc.integer({ min: 0, max: 2e12 }).map(epochMs),
})

describe('the clock of a played year', () => {
  test('a second on the wall is a minute at speed 60', () => {
    expect(timeOf(started, 6_000)).toBe(noon + 60_000)
  })

  test('the clock stands still where the readings end', () => {
    expect(timeOf(started, 5_000 + 86_400_000)).toBe(started.until)
    expect(wallMsUntil(started, 5_000, started.until)).toBe(1_440_000)
    expect(wallMsUntil(started, 5_000, epochMs(started.until + 1))).toBeUndefined()
  })

  test('a halted clock shows the same time until it goes again', () => {
    const halted = reset(started, 6_000, { isPaused: true })
    expect(timeOf(halted, 900_000)).toBe(noon + 60_000)
    expect(wallMsUntil(halted, 900_000, epochMs(noon + 60_001))).toBeUndefined()
    const again = reset(halted, 900_000, { isPaused: false })
    expect(timeOf(again, 901_000)).toBe(noon + 120_000)
  })

  test('only 1, 60 and 900 are speeds', () => {
    expect([0, 1, 2, 60, 900, 901].filter(isSpeed)).toEqual([1, 60, 900])
  })

  test('time never runs backwards, even when the wall is set back', () => {
    fc.assert(
      fc.property(anyClock, fc.integer(), fc.nat(), (clock, wallMs, laterMs) => {
        expect(timeOf(clock, wallMs + laterMs)).toBeGreaterThanOrEqual(timeOf(clock, wallMs))
        expect(timeOf(clock, wallMs)).toBeGreaterThanOrEqual(clock.showed)
      }),
    )
  })

  test('changing the speed does not change the time', () => {
    fc.assert(
      fc.property(anyClock, fc.integer(), anySpeed, fc.boolean(), (clock, wallMs, speed, isPaused) => {
        expect(timeOf(reset(clock, wallMs, { speed, isPaused }), wallMs)).toBe(timeOf(clock, wallMs))
      }),
    )
  })

  test('whoever waits as long as told finds the instant reached, and one ms less is too little', () => {
    fc.assert(
      fc.property(anyClock, fc.nat(1e9), fc.nat(1e9), (clock, afterMs, aheadMs) => {
        const wallMs = clock.setAtMs + afterMs
        const instant = epochMs(timeOf(clock, wallMs) + aheadMs)
        const waitMs = wallMsUntil(clock, wallMs, instant)
        if (waitMs === undefined) return
        expect(timeOf(clock, wallMs + waitMs)).toBeGreaterThanOrEqual(instant)
        if (waitMs > 0) expect(timeOf(clock, wallMs + waitMs - 1)).toBeLessThan(instant)
      }),
    )
  })
})
