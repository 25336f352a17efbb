import { epochMs, slot, slotStart } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { calendarOf, clipped, lastInstant } from '../src/calendar.ts'

const rome = calendarOf('Europe/Rome')
const slotAt = (instant: string) => slot(Date.parse(instant) / 900_000)

describe('a local day', () => {
  it.each([
    ['2026-03-29', 92, '2026-03-28T23:00:00Z'],
    ['2026-05-01', 96, '2026-04-30T22:00:00Z'],
    ['2026-10-25', 100, '2026-10-24T22:00:00Z'],
  ])('%s has %i quarter hours in Rome', (date, slots, from) => {
    expect(rome.day(date)).toEqual({ firstSlot: slotAt(from), slots })
  })

  it('follows the day before without a gap, all year long', () => {
    let next = rome.day('2026-01-01')?.firstSlot
    for (let d = 0; d < 365; d++) {
      const date = new Date(Date.UTC(2026, 0, 1 + d)).toISOString().slice(0, 10)
      const day = rome.day(date)
      expect(day?.firstSlot).toBe(next)
      next = slot((day?.firstSlot ?? 0) + (day?.slots ?? 0))
    }
    expect(next).toBe(rome.day('2027-01-01')?.firstSlot)
  })

  it('begins on a quarter hour where the clock is 45 minutes off', () => {
    const kathmandu = calendarOf('Asia/Kathmandu')
    expect(kathmandu.day('2026-05-01')).toEqual({ firstSlot: slotAt('2026-04-30T18:15:00Z'), slots: 96 })
    expect(kathmandu.wallTime(epochMs(Date.parse('2026-05-01T00:00:00Z')))).toBe('2026-05-01T05:45+05:45')
  })

  it.each(['2026-02-29', '2026-13-01', '2026-04-31', 'yesterday', ''])(
    'is unknown when there is none: "%s"',
    (date) => {
      expect(rome.day(date)).toBeUndefined()
    },
  )

  it('is the day that its own slots name', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_600_000, max: 2_000_000 }), (at) => {
        const day = rome.day(rome.dateOf(slotStart(slot(at))))
        expect(at).toBeGreaterThanOrEqual(day?.firstSlot ?? Infinity)
        expect(at).toBeLessThan((day?.firstSlot ?? 0) + (day?.slots ?? 0))
        expect(rome.dateOf(lastInstant(slot(at)))).toBe(rome.dateOf(slotStart(slot(at))))
      }),
    )
  })
})

describe('a local month', () => {
  it('is as long as its days: March lacks an hour, October has one more', () => {
    expect(rome.month('2026-03')?.slots).toBe(31 * 96 - 4)
    expect(rome.month('2026-05')?.slots).toBe(31 * 96)
    expect(rome.month('2026-10')?.slots).toBe(31 * 96 + 4)
  })

  it('begins where the month before ends, also over the year', () => {
    const [december, january] = [rome.month('2026-12'), rome.month(rome.monthAfter('2026-12'))]
    expect(rome.monthAfter('2026-12')).toBe('2027-01')
    expect(january?.firstSlot).toBe((december?.firstSlot ?? 0) + (december?.slots ?? 0))
  })

  it('names its first and its last slot, and no other one', () => {
    const may = rome.month('2026-05')
    const until = (may?.firstSlot ?? 0) + (may?.slots ?? 0)
    expect(rome.monthOf(may?.firstSlot ?? slot(0))).toBe('2026-05')
    expect(rome.monthOf(slot(until - 1))).toBe('2026-05')
    expect(rome.monthOf(slot(until))).toBe('2026-06')
  })

  it.each(['2026-13', '2026-00', 'May', '2026'])('is unknown when there is none: "%s"', (month) => {
    expect(rome.month(month)).toBeUndefined()
  })
})

describe('wall time', () => {
  it('tells the hour that comes twice by its offset', () => {
    expect(rome.wallTime(epochMs(Date.parse('2026-10-25T00:30:00Z')))).toBe('2026-10-25T02:30+02:00')
    expect(rome.wallTime(epochMs(Date.parse('2026-10-25T01:30:00Z')))).toBe('2026-10-25T02:30+01:00')
  })
})

describe('a clipped range', () => {
  it('keeps what lies inside, and nothing where they do not meet', () => {
    const range = { firstSlot: slot(10), slots: 10 }
    expect(clipped(range, slot(0), slot(15))).toEqual({ firstSlot: 10, slots: 5 })
    expect(clipped(range, slot(15), slot(99))).toEqual({ firstSlot: 15, slots: 5 })
    expect(clipped(range, slot(20), slot(30)).slots).toBe(0)
    expect(clipped(range, slot(0), slot(10)).slots).toBe(0)
  })
})
