import { describe, expect, test } from 'vitest'

import { balanceOf, settlementRecords, sumOfBalances, stateDigest, accountLines } from '../src/index.ts'
import { MAY, prova, stageFor, states } from '../src/testing/index.ts'

const TEN = MAY + 40

describe('a quarter hour in Prova', () => {
  test('is settled as in the smallest community file: 300 Wh shared in the street for 0.033 CC', () => {
    const stage = stageFor(prova())
    stage.does('home-1', states([{ meter: 'm1', firstSlot: TEN, wh: [[0, 500]] }]))
    stage.does('home-2', states([{ meter: 'm2', firstSlot: TEN, wh: [[300, 0]] }]))
    const settled = stage.settles(TEN, 1)
    expect(settled).toMatchObject({ ok: true, value: [{ is: 'period-settled', version: 1, sharedWh: 300 }] })
    const { store } = stage.book
    expect(balanceOf(store, 'home-1')?.balance).toBe(33_000)
    expect(balanceOf(store, 'home-2')?.balance).toBe(-33_000)
    expect(sumOfBalances(store)).toBe(0)
    const [record] = settlementRecords(store, { firstSlot: MAY, slots: 96 })
    expect(record?.versions[0]).toMatchObject({ ringWh: { street: 300 }, gridExportWh: 200, importWh: 300 })
    expect(accountLines(store, 'home-2').lines).toMatchObject([
      { posting: 'energy', amount: -33_000, rings: [{ ring: 'street', receivedWh: 300, price: 110 }] },
    ])
    expect(stateDigest(store)).toHaveLength(64)
  })
})
