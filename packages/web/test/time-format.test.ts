import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  dateOf,
  nextDate,
  occursTwice,
  offsetMinutes,
  slotsOfDay,
  timeFormat,
  wallMs,
} from '../src/format/time.ts'
import { slotMeant } from '../src/pages/slot-meant.ts'

const ROME = 'Europe/Rome'
const SLOT_MS = 900_000
const english = timeFormat('en-GB', ROME)
const italian = timeFormat('it-IT', ROME)

describe('time as the wall of the community shows it', () => {
  it('gives days of 92, 96 and 100 quarter hours', () => {
    expect(slotsOfDay(ROME, '2026-03-29').slots).toBe(92)
    expect(slotsOfDay(ROME, '2026-10-24').slots).toBe(96)
    expect(slotsOfDay(ROME, '2026-10-25').slots).toBe(100)
  })

  it('shows the offset of an hour that occurs twice, and of no other', () => {
    const { firstSlot, slots } = slotsOfDay(ROME, '2026-10-25')
    const labels = Array.from({ length: slots }, (_, at) => english.slot(firstSlot + at))
    expect(new Set(labels).size).toBe(100)
    expect(labels.filter((label) => label.includes('GMT'))).toEqual([
      '02:00\u00a0GMT+2',
      '02:15\u00a0GMT+2',
      '02:30\u00a0GMT+2',
      '02:45\u00a0GMT+2',
      '02:00\u00a0GMT+1',
      '02:15\u00a0GMT+1',
      '02:30\u00a0GMT+1',
      '02:45\u00a0GMT+1',
    ])
    expect(occursTwice(ROME, Date.UTC(2026, 2, 29, 1))).toBe(false)
  })

  it('writes dates day first in both languages', () => {
    expect(italian.date('2026-10-25')).toBe('25/10/2026')
    expect(english.date('2026-10-25')).toBe('25/10/2026')
    expect(italian.month('2026-05')).toBe('maggio 2026')
    expect(english.clock(Date.UTC(2026, 5, 12, 12, 32, 5))).toBe('14:32:05')
  })

  it('every slot of a day has the date of that day, in any zone', () => {
    const zones = fc.constantFrom(ROME, 'UTC', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia')
    const dates = fc.integer({ min: 0, max: 365 * 20 }).map((day) => nextDate('2015-01-01', day))
    fc.assert(
      fc.property(zones, dates, (zone, date) => {
        const { firstSlot, slots } = slotsOfDay(zone, date)
        expect(Number.isInteger(slots)).toBe(true)
        expect(dateOf(zone, Math.ceil(firstSlot) * SLOT_MS)).toBe(date)
        expect(dateOf(zone, (firstSlot + slots) * SLOT_MS - 1)).toBe(date)
      }),
      { numRuns: 100 },
    )
  })

  it('finds the instant of a time on the wall before and after a change of clocks', () => {
    expect(wallMs(ROME, '2026-10-25', 60)).toBe(Date.UTC(2026, 9, 24, 23))
    expect(wallMs(ROME, '2026-10-25', 12 * 60)).toBe(Date.UTC(2026, 9, 25, 11))
    expect(wallMs(ROME, '2026-03-29', 12 * 60)).toBe(Date.UTC(2026, 2, 29, 10))
    expect(offsetMinutes('America/St_Johns', Date.UTC(2026, 0, 1))).toBe(-210)
  })

  it('takes a day and a time for the slot a member objects to, and no day for the whole month', () => {
    expect(slotMeant(ROME, '', '10:00')).toBeNull()
    expect(slotMeant(ROME, '2026-05-01', '12:07')).toBe(Date.UTC(2026, 4, 1, 10) / SLOT_MS)
    expect(slotMeant(ROME, '2026-05-01', '')).toBe(Date.UTC(2026, 3, 30, 22) / SLOT_MS)
  })
})
