import { slot } from '@tri/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openIntervals } from '../../src/services/energy-totals.ts'
import { homeDayOf, homeOf } from '../../src/services/home-service.ts'
import { settleRange } from '../../src/services/month-acts.ts'
import { nearbyOf } from '../../src/services/nearby-service.ts'
import { periodOf } from '../../src/services/period.ts'
import { stateOf } from '../../src/services/state-service.ts'
import { whyDayOf, whySlotOf } from '../../src/services/why-service.ts'
import { openStreet, rangeOf, smallStreet, type Street } from './small-street.ts'

const day = rangeOf('2026-04-10')

describe('a community whose rule settles whole hours', () => {
  let street: Street
  beforeAll(async () => {
    const charter = { ...smallStreet.charter, rule: 'italy-cer' }
    street = await openStreet('2026-04-11T08:00:00Z', { ...smallStreet, charter })
    await street.bring(day)
    await settleRange(street.node, day)
  })
  afterAll(() => street[Symbol.asyncDispose]())

  it('tells its state, its homes and its reasons like any other', () => {
    const { view } = street.node
    street.setNow(slot(day.firstSlot + 60))
    const noon = day.firstSlot + 50
    expect(stateOf(view).checks.every(({ ok }) => ok)).toBe(true)
    expect(homeOf(view, 'home-2').member).toBe('home-2')
    street.setNow(rangeOf('2026-04-11').firstSlot)
    expect(homeDayOf(view, 'home-2', '2026-04-10')?.slots.length).toBe(96)
    expect(nearbyOf(view, 'home-2', noon)?.slot).toBe(noon)
    expect(whySlotOf(view, 'home-2', noon)?.rule).toBe('italy-cer')
    expect(whyDayOf(view, 'home-2', { date: '2026-04-10', ring: 'street' })?.member).toBe('home-2')
  })
})

describe('a total that grows through a day', () => {
  let street: Street
  beforeAll(async () => {
    street = await openStreet('2026-04-11T08:00:00Z')
    // In the second quarter hour one home alone takes energy.
    await street.bring({
      ...day,
      change: (meter, at) => {
        const isAlone = at === day.firstSlot + 1 && meter !== 'm2'
        return { importWh: isAlone ? 0 : 100, exportWh: 0 }
      },
    })
  })
  afterAll(() => street[Symbol.asyncDispose]())

  it('stands still while what it would grow by tells of one home, and goes on with it among others', () => {
    const open = [1, 2, 3, 4].map((slots) => {
      const period = periodOf(street.node.view, { firstSlot: day.firstSlot, slots })
      return (
        period &&
        openIntervals(
          period,
          period.input.memberOf.map(() => true),
        )
      )
    })
    expect(open).toEqual([1, 1, 3, 4])
  })
})
