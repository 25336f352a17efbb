import { slot, type Slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { calendarOf, type SlotRange } from '../../src/calendar.ts'
import { nextLiveStretch, nextStretch } from '../../src/demo/play-range.ts'

const calendar = calendarOf('Europe/Rome')
const newYear = calendar.month('2016-01')!.firstSlot
const anySlot = fc.integer({ min: newYear, max: newYear + 35_136 }).map(slot)

function stretches(from: Slot, closed: Slot, next: typeof nextStretch): SlotRange[] {
  const all: SlotRange[] = []
  for (let range = next(calendar, from, closed); range !== undefined;) {
    all.push(range)
    range = next(calendar, slot(range.firstSlot + range.slots), closed)
  }
  return all
}

describe('what is brought to the book next', () => {
  test('a month that is over comes at once, then days, then what is over of today', () => {
    const opening = slot(calendar.day('2016-06-15')!.firstSlot + 40)
    const slots = stretches(calendar.month('2016-03')!.firstSlot, opening, nextStretch).map(
      (range) => range.slots,
    )
    expect(slots).toEqual([2972, 2880, 2976, ...Array.from({ length: 14 }, () => 96), 40])
  })

  test('live, a quarter hour comes as it closes', () => {
    expect(nextLiveStretch(calendar, newYear, newYear)).toBeUndefined()
    expect(nextLiveStretch(calendar, newYear, slot(newYear + 1))).toEqual({ firstSlot: newYear, slots: 1 })
    expect(nextLiveStretch(calendar, newYear, slot(newYear + 96))).toEqual({ firstSlot: newYear, slots: 1 })
  })

  test('whoever was away for more than a day catches up in days', () => {
    expect(nextLiveStretch(calendar, newYear, slot(newYear + 97))).toEqual({ firstSlot: newYear, slots: 96 })
  })

  test('stretches follow each other without a gap, and none reaches across a month', () => {
    fc.assert(
      fc.property(anySlot, anySlot, (a, b) => {
        const [from, closed] = a <= b ? [a, b] : [b, a]
        let next: number = from
        for (const { firstSlot, slots } of stretches(from, closed, nextStretch)) {
          expect(firstSlot).toBe(next)
          expect(slots).toBeGreaterThan(0)
          expect(calendar.monthOf(slot(firstSlot + slots - 1))).toBe(calendar.monthOf(firstSlot))
          next += slots
        }
        expect(next).toBe(closed)
      }),
      { numRuns: 30 },
    )
  })
})
