import { describe, expect, test } from 'vitest'

import { accountLines, balanceOf, holds, sumOfBalances } from '../src/index.ts'
import { JUNE_MS, MAY, PROVA_CHARTER, prova, stageFor, states, type Stage } from '../src/testing/index.ts'

const HOUR_MS = 3_600_000

function withHold(amount: number): Stage {
  const stage = stageFor(prova())
  stage.does(
    'home-1',
    { kind: 'credit.hold', to: 'home-2', amount, holdExpiresAt: JUNE_MS + HOUR_MS, memo: 'the drill' },
    { id: 'drill' },
  )
  return stage
}

describe('a member pays', () => {
  test('down to her limit and not one µCC further', () => {
    const stage = stageFor(prova())
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5_000_000 })
    expect(balanceOf(stage.book.store, 'home-1')).toMatchObject({
      balance: -5_000_000,
      available: 0,
      isPastLimit: false,
    })
    expect(stage.refusalOf('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })).toBe(
      'limit-exceeded',
    )
  })

  test('and both accounts say with whom, why and what is left', () => {
    const stage = stageFor(prova())
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 70, memo: 'eggs' })
    expect(accountLines(stage.book.store, 'home-1').lines).toMatchObject([
      { number: 1, posting: 'transfer', amount: -70, balance: -70, other: 'home-2', memo: 'eggs' },
    ])
    expect(accountLines(stage.book.store, 'home-2').lines).toMatchObject([{ amount: 70, other: 'home-1' }])
  })

  test('with a limit of her own once the coordinator set one, and the charter’s when it is taken away', () => {
    const stage = stageFor(prova())
    stage.does('coop', { kind: 'credit.limit', account: 'home-1', limit: 10 })
    expect(stage.refusalOf('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 11 })).toBe(
      'limit-exceeded',
    )
    stage.does('coop', { kind: 'credit.limit', account: 'home-1' })
    expect(balanceOf(stage.book.store, 'home-1')?.limit).toBe(5_000_000)
  })

  test('even after she left, as her credit stays hers', () => {
    const stage = stageFor(prova({ meters: [] }))
    stage.does('coop', { kind: 'credit.transfer', to: 'home-1', amount: 90 })
    stage.does('home-1', { kind: 'member.leave', member: 'home-1' })
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 90 })
    expect(balanceOf(stage.book.store, 'home-1')?.balance).toBe(0)
  })
})

describe('a hold', () => {
  test('keeps its amount from other uses, and moves nothing yet', () => {
    const stage = withHold(4_000_000)
    expect(balanceOf(stage.book.store, 'home-1')).toMatchObject({
      balance: 0,
      held: 4_000_000,
      available: 1_000_000,
    })
    expect(stage.refusalOf('home-1', { kind: 'credit.transfer', to: 'coop', amount: 1_000_001 })).toBe(
      'limit-exceeded',
    )
    expect(holds(stage.book.store, 'home-2')).toMatchObject([
      { id: 'drill', from: 'home-1', amount: 4_000_000 },
    ])
  })

  test('is collected in full or in part, once; the rest is free again', () => {
    const stage = withHold(400)
    stage.does('home-2', { kind: 'credit.capture', hold: 'drill', amount: 150 })
    expect(balanceOf(stage.book.store, 'home-1')).toMatchObject({ balance: -150, held: 0 })
    expect(accountLines(stage.book.store, 'home-2').lines).toMatchObject([
      { posting: 'capture', amount: 150, memo: 'the drill' },
    ])
    expect(stage.refusalOf('home-2', { kind: 'credit.capture', hold: 'drill', amount: 1 })).toBe(
      'hold-unknown',
    )
  })

  test('is given up by whom it is for, not by whoever made it', () => {
    const stage = withHold(400)
    expect(stage.refusalOf('home-1', { kind: 'credit.release', hold: 'drill' })).toBe('not-your-own')
    stage.does('home-2', { kind: 'credit.release', hold: 'drill' })
    expect(balanceOf(stage.book.store, 'home-1')?.held).toBe(0)
  })

  test('expires by the book’s time, which only the coordinator’s operations move', () => {
    const stage = withHold(400)
    stage.pass(2 * HOUR_MS)
    stage.does('home-1', { kind: 'credit.transfer', to: 'coop', amount: 1 })
    expect(balanceOf(stage.book.store, 'home-1')?.held).toBe(400)
    const events = stage.does('coop', { kind: 'credit.transfer', to: 'home-1', amount: 1 })
    expect(events[0]).toEqual({ is: 'hold-expired', hold: 'drill', from: 'home-1' })
    expect(balanceOf(stage.book.store, 'home-1')?.held).toBe(0)
    expect(stage.refusalOf('home-2', { kind: 'credit.capture', hold: 'drill', amount: 1 })).toBe(
      'hold-unknown',
    )
  })
})

describe('energy that was consumed', () => {
  test('is posted whatever the limit, and the member is named, not cut off', () => {
    const stage = stageFor(prova({ charter: { ...(PROVA_CHARTER as object), limit: '0.01' } }))
    stage.does(
      'coop',
      states([
        { meter: 'm1', firstSlot: MAY, wh: [[0, 500]] },
        { meter: 'm2', firstSlot: MAY, wh: [[300, 0]] },
      ]),
    )
    expect(stage.settles(MAY, 1)).toMatchObject({
      value: [{ is: 'period-settled' }, { is: 'limit-passed', account: 'home-2', balance: -33_000 }],
    })
    expect(balanceOf(stage.book.store, 'home-2')).toMatchObject({ isPastLimit: true, available: -23_000 })
    expect(stage.refusalOf('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 1 })).toBe(
      'limit-exceeded',
    )
  })

  test('pays its fee to the commons, as a line of its own', () => {
    const stage = stageFor(prova({ charter: { ...(PROVA_CHARTER as object), feePerKwh: '0.01' } }))
    stage.does(
      'coop',
      states([
        { meter: 'm1', firstSlot: MAY, wh: [[0, 500]] },
        { meter: 'm2', firstSlot: MAY, wh: [[300, 0]] },
      ]),
    )
    expect(stage.settles(MAY, 1).ok).toBe(true)
    expect(balanceOf(stage.book.store, 'commons')?.balance).toBe(3_000)
    expect(
      accountLines(stage.book.store, 'home-2').lines.map(({ posting, amount }) => [posting, amount]),
    ).toEqual([
      ['fee', -3_000],
      ['energy', -33_000],
    ])
    expect(sumOfBalances(stage.book.store)).toBe(0)
  })
})

describe('a statement of account', () => {
  test('is read newest first, page by page, and by the period the energy flowed in', () => {
    const stage = stageFor(prova())
    for (let n = 1; n <= 5; n++) stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: n })
    const first = accountLines(stage.book.store, 'home-2', { limit: 2 })
    expect(first.lines.map(({ amount }) => amount)).toEqual([5, 4])
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 6 })
    const cursor = first.next === undefined ? {} : { cursor: first.next }
    const second = accountLines(stage.book.store, 'home-2', { limit: 3, ...cursor })
    expect(second.lines.map(({ amount }) => amount)).toEqual([3, 2, 1])
    expect(second.next).toBeUndefined()
    expect(accountLines(stage.book.store, 'home-2', { fromSlot: MAY }).lines).toEqual([])
    expect(accountLines(stage.book.store, 'home-2', { from: JUNE_MS + 1 }).lines).toEqual([])
    expect(accountLines(stage.book.store, 'home-2', { until: JUNE_MS + 1 }).lines).toHaveLength(6)
  })
})
