import { settlementRecords } from '@tri/community'
import { present } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { publishMonth } from '../../src/services/month-acts.ts'
import { toldTotals } from '../../src/steward/told-totals.ts'
import { openStreet, rangeOf, smallStreet } from '../services/small-street.ts'

const march = rangeOf('2026-03')

/** The small street without some of its homes. */
function without(...homes: readonly number[]): object {
  const isGone = (member: string) => homes.some((home) => member === `home-${home}`)
  return {
    ...smallStreet,
    members: smallStreet.members.filter(({ id }) => !isGone(id)),
    meters: smallStreet.meters.filter(({ member }) => !isGone(member)),
  }
}

describe('what a steward tells members of everybody’s energy', () => {
  it('is the totals of whole periods, rings left out where too few homes stand behind them', async () => {
    await using street = await openStreet('2026-04-02T10:00:00Z')
    // Every home gives and takes alike, hour by hour: no one stands out.
    await street.bring({
      ...march,
      change: (_, at) => ({ importWh: at % 2 === 0 ? 100 : 0, exportWh: at % 2 === 0 ? 0 : 90 }),
    })
    await publishMonth(street.node, '2026-03')
    const { totals, mayTell } = toldTotals(street.node.view)
    const records = settlementRecords(street.node.ledger.store, march)
    const told = totals(march)
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThanOrEqual(records.length)
    for (const one of told) expect(one).toMatchObject({ version: 1, sharedWh: expect.any(Number) })
    // A stretch within a period gets the whole period: no two answers differ by a part of one.
    const first = present(records[0], 'a period was settled')
    expect(totals({ firstSlot: first.firstSlot + 1, slots: 1 })).toEqual(
      totals({ firstSlot: first.firstSlot, slots: first.slots }),
    )
    const until = first.firstSlot + first.slots
    expect(mayTell({ until, version: 2 })).toBe(false)
    expect(mayTell({ until: until - 1, version: 1 })).toBe(false)
    expect(mayTell({ until: 0, version: 1 })).toBe(false)
  })

  it('is nothing at all where four homes are behind it', async () => {
    await using street = await openStreet('2026-04-02T10:00:00Z', without(5, 6))
    await street.bring({ ...march, meters: ['m1', 'm2', 'm3', 'm4', 'm7'] })
    await publishMonth(street.node, '2026-03')
    const { totals, mayTell } = toldTotals(street.node.view)
    expect(totals(march)).toEqual([])
    for (const { firstSlot, slots, version } of settlementRecords(street.node.ledger.store, march))
      expect(mayTell({ until: firstSlot + slots, version })).toBe(false)
  })
})
