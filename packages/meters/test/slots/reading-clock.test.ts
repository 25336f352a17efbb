import { epochMs } from '@tri/units'
import { describe, expect, test } from 'vitest'

import {
  backfillTimes,
  CLOCK_CONFIRM_MS,
  readingClock,
  type ReadingClock,
} from '../../src/slots/reading-clock.ts'

const START = Date.UTC(2026, 9, 25)

function stamped(clock: ReadingClock, countMs: number, offMs = 0, isSynchronised = true): number | string {
  const stamp = clock.stamp({ wallMs: START + countMs + offMs, countMs, isSynchronised })
  return stamp.ok ? stamp.value - START : stamp.refusal
}

/** A clock that is steady since a minute. */
function setClock(): ReadingClock {
  const clock = readingClock()
  stamped(clock, -CLOCK_CONFIRM_MS)
  stamped(clock, 0)
  return clock
}

describe('the time of a reading', () => {
  test('is unknown until a time server was heard for a minute', () => {
    const clock = readingClock()
    expect(stamped(clock, 0, -1_000_000_000, false)).toBe('clock-unset')
    expect(stamped(clock, 1000)).toBe('clock-unset')
    expect(stamped(clock, 60_999)).toBe('clock-unset')
    expect(stamped(clock, 61_000)).toBe(61_000)
  })

  test('follows the wall clock by two seconds, and is unsure beyond', () => {
    const clock = setClock()
    expect(stamped(clock, 10_000, 2_000)).toBe(12_000)
    expect(stamped(clock, 20_000, 4_001)).toBe('clock-unsure')
    expect(stamped(clock, 30_000, 2_000)).toBe(32_000)
  })

  test('goes on counting while the time server is away', () => {
    const clock = setClock()
    expect(stamped(clock, 10_000, 1_500, false)).toBe(10_000)
    expect(stamped(clock, 20_000, -3_600_000, false)).toBe('clock-unsure')
    expect(stamped(clock, 30_000, 500, false)).toBe(30_000)
  })

  test('is believed again a minute after a jump, in either direction, when a time server stands by it', () => {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      const clock = setClock()
      expect(stamped(clock, 1_000, jumpMs)).toBe('clock-unsure')
      expect(stamped(clock, 60_999, jumpMs)).toBe('clock-unsure')
      expect(stamped(clock, 61_000, jumpMs)).toBe(61_000 + jumpMs)
    }
  })
})

describe('records that a device kept', () => {
  const outage = {
    from: epochMs(START),
    until: epochMs(START + 4_000_000),
    offsetBeforeMs: 7_000,
    offsetAfterMs: 12_000,
  }
  const stamps = [912_000, 1_812_000, 2_712_000].map((ms) => START + ms)

  test('are by our clock when the device’s was steady', () => {
    const { time, takenAt } = backfillTimes(stamps, outage)
    expect(time).toBe('ours')
    expect(takenAt.map((at) => at - START)).toEqual([900_000, 1_800_000, 2_700_000])
  })

  test('are by the device’s clock when it moved by more than five seconds, jumped, or leaves the outage', () => {
    expect(backfillTimes(stamps, { ...outage, offsetBeforeMs: 6_999 }).time).toBe('device')
    const jumped = stamps.map((at, i) => (i === 1 ? at + 5_001 : at))
    expect(backfillTimes(jumped, outage).time).toBe('device')
    const shifted = stamps.map((at) => at + 3_600_000)
    expect(backfillTimes(shifted, outage).time).toBe('device')
    expect(backfillTimes(stamps.toReversed(), outage).time).toBe('device')
  })
})
