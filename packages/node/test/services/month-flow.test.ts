import { DatabaseSync } from 'node:sqlite'

import { balances, statementColumns, stateDigest, sumOfBalances, settlementRecords } from '@tri/community'
import { slot } from '@tri/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openNode } from '../../src/daemon/open-node.ts'
import { replayed } from '../../src/owner/replay.ts'
import { publishMonth, restateRange, substituteMonth } from '../../src/services/month-acts.ts'
import { monthBundle } from '../../src/services/month-bundle.ts'
import { checkMonth, monthsOf, previewMonth } from '../../src/services/month-service.ts'
import { fileObjection } from '../../src/services/payment-service.ts'
import { verifyMonth } from '../../src/services/verify-service.ts'
import { energyOf, openStreet, rangeOf, type Street } from './small-street.ts'

const march = rangeOf('2026-03')
const quiet = () => undefined
let street: Street
beforeAll(async () => {
  street = await openStreet('2026-04-02T08:00:00Z')
})
afterAll(() => street[Symbol.asyncDispose]())

function valueOf<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: unknown },
): T {
  if (!outcome.ok) throw new TypeError(JSON.stringify(outcome.refusal))
  return outcome.value
}
const credits = () =>
  new Map(balances(street.node.view.store).map(({ account, balance }) => [account, balance]))

describe('the coordinator’s month, from a file with a gap to its restatement', () => {
  // The month goes one way, so its steps are one test: each stands on the one before.
  it('is checked, filled, previewed, published, verified, objected to, corrected, restated and published again', async () => {
    const { node } = street
    const { view } = node
    const gap = { from: rangeOf('2026-03-17').firstSlot + 40, slots: 8 }
    await street.bring({
      ...march,
      isLeftOut: (meter, at) => meter === 'm3' && at >= gap.from && at < gap.from + gap.slots,
    })

    const check = valueOf(checkMonth(view, '2026-03'))
    expect(check).toMatchObject({ expected: 7 * (31 * 96 - 4), missing: 8, ready: false })
    expect(check.gaps).toMatchObject([
      { meter: 'm3', fromSlot: gap.from, untilSlot: gap.from + 8, slots: 8, fillable: true },
    ])
    expect(check.gaps[0]?.member).toEqual({ id: 'home-3', name: 'Carla', kind: 'household' })
    expect(previewMonth(view, '2026-03')).toMatchObject({ refusal: { code: 'month-incomplete' } })
    expect(await publishMonth(node, '2026-03')).toMatchObject({
      refusal: { code: 'month-incomplete', details: { missing: 8 } },
    })
    expect(settlementRecords(view.store, march)).toEqual([])

    expect(await substituteMonth(node, '2026-03', 'by-guess')).toMatchObject({ refusal: 'rule-unknown' })
    const filled = valueOf(await substituteMonth(node, '2026-03', 'last-week'))
    expect(filled).toMatchObject({ missing: 0, substituted: 8, ready: true, gaps: [] })
    const column = statementColumns(view.store, { firstSlot: slot(gap.from), slots: 8 })
    const at = column.meters.indexOf('m3') * 8
    expect(Array.from(column.importWh.subarray(at, at + 8))).toEqual(
      Array.from({ length: 8 }, (_, t) => energyOf(3, gap.from - 672 + t).importWh),
    )

    const before = stateDigest(view.store)
    const preview = valueOf(previewMonth(view, '2026-03'))
    const other = valueOf(previewMonth(view, '2026-03', 'pro-rata'))
    expect(preview.members.every(({ changeMicroCredit }) => changeMicroCredit === 0)).toBe(true)
    expect(other.members.some(({ changeMicroCredit }) => changeMicroCredit !== 0)).toBe(true)
    expect(other).toMatchObject({ rule: 'pro-rata', inForce: 'neighbour-first' })
    expect(preview.lossWeightedWhOhm).toBeLessThanOrEqual(other.lossWeightedWhOhm)
    expect(previewMonth(view, '2026-03', 'static')).toMatchObject({ refusal: { code: 'rule-unknown' } })
    expect(stateDigest(view.store)).toBe(before)

    const published = valueOf(await publishMonth(node, '2026-03'))
    expect(published).toMatchObject({ month: '2026-03', version: 1, mark: 'certified' })
    for (const { member, creditMicroCredit } of preview.members)
      expect([member.id, credits().get(member.id)]).toEqual([member.id, creditMicroCredit])
    expect(credits().get('commons')).toBeGreaterThan(0)
    expect(await publishMonth(node, '2026-03')).toMatchObject({ refusal: { code: 'already-published' } })
    expect(await substituteMonth(node, '2026-03', 'zero')).toMatchObject({ refusal: 'month-closed' })
    expect(valueOf(verifyMonth(view, '2026-03'))).toMatchObject({
      ok: true,
      residualWh: 0,
      sumMicroCredit: 0,
      root: published.root,
      slots: march.slots,
    })

    const day = rangeOf('2026-03-20')
    const noon = day.firstSlot + 44
    const correction = {
      firstSlot: noon,
      slots: 4,
      meters: ['m1'],
      change: () => ({ importWh: 0, exportWh: 100 }),
    }
    await expect(street.bring(correction, true)).rejects.toMatchObject({ code: expect.any(String) })
    const objected = valueOf(
      await fileObjection(view, node.writer, {
        member: 'home-1',
        month: '2026-03',
        slot: noon,
        reason: 'a cloud',
      }),
    )
    expect(objected).toMatchObject({ month: '2026-03', member: 'home-1', reason: 'a cloud', state: 'open' })
    expect(monthsOf(view)[1]).toMatchObject({ month: '2026-03', state: 'reopened', mark: 'provisional' })
    await street.bring(correction, true)

    const unrestated = credits()
    const restated = await restateRange(node, march)
    expect(restated).toMatchObject([{ ...day, version: 2 }])
    const moved = [...credits()].reduce(
      (sum, [account, balance]) => sum + Math.max(0, balance - (unrestated.get(account) ?? 0)),
      0,
    )
    expect(restated[0]?.movedMicroCredit).toBe(moved)
    expect(await restateRange(node, march)).toEqual([])

    const again = valueOf(await publishMonth(node, '2026-03'))
    expect(again).toMatchObject({ version: 2, mark: 'certified' })
    expect(again.root).not.toBe(published.root)
    expect(valueOf(verifyMonth(view, '2026-03'))).toMatchObject({ ok: true, version: 2, root: again.root })
    expect(sumOfBalances(view.store)).toBe(0)
    expect(replayed(node, quiet)).toMatchObject({ ok: true, differsAt: null, sumMicroCredit: 0 })
  })

  it('knows no month without readings', async () => {
    const { view } = street.node
    for (const month of ['2025-03', '2031-01', 'soon']) {
      expect(checkMonth(view, month)).toMatchObject({ refusal: 'month-unknown' })
      expect(verifyMonth(view, month)).toMatchObject({ refusal: 'month-unknown' })
      expect(await publishMonth(street.node, month)).toMatchObject({ refusal: { code: 'month-unknown' } })
      expect(monthBundle(view, month, 'csv')).toMatchObject({ refusal: 'month-unknown' })
    }
  })

  it('has nothing to verify before it is settled', async () => {
    await using fresh = await openStreet('2026-04-02T08:00:00Z')
    await fresh.bring({ ...rangeOf('2026-03-01'), slots: 4 })
    expect(verifyMonth(fresh.node.view, '2026-03')).toMatchObject({ refusal: 'month-not-settled' })
    expect(monthBundle(fresh.node.view, '2026-03', 'csv')).toMatchObject({ refusal: 'month-not-settled' })
  })
})

describe('days on which the clock changes', () => {
  it.each([
    ['2026-03-29', 92],
    ['2026-10-25', 100],
  ])('%s settles all its %i quarter hours', async (date, slots) => {
    await using one = await openStreet('2026-12-01T00:00:00Z')
    const month = rangeOf(date.slice(0, 7))
    await one.bring(month)
    valueOf(await publishMonth(one.node, date.slice(0, 7)))
    const records = settlementRecords(one.node.view.store, rangeOf(date))
    expect(records.map((record) => [record.firstSlot, record.slots])).toEqual([
      [rangeOf(date).firstSlot, slots],
    ])
    expect(valueOf(verifyMonth(one.node.view, date.slice(0, 7)))).toMatchObject({
      ok: true,
      slots: month.slots,
    })
  })
})

describe('a book that somebody wrote into', () => {
  it('is found by recomputing the month, and by replaying the log', async () => {
    await using one = await openStreet('2026-04-02T08:00:00Z')
    await one.bring(march)
    valueOf(await publishMonth(one.node, '2026-03'))
    const { book } = one.node.folder
    await one.node[Symbol.asyncDispose]()
    tamper(book)
    await using again = await openNode(one.folder, { clock: { nowMs: () => one.clock.now, speed: null } })
    const report = valueOf(verifyMonth(again.view, '2026-03'))
    expect(report.ok).toBe(false)
    expect(report.root).not.toBe(report.recordedRoot)
    expect(replayed(again, quiet)).toMatchObject({ ok: false, differsAt: 'state' })
  })
})

/** Adds 1 Wh to what a meter sent out, straight in the file. */
function tamper(path: string): void {
  const database = new DatabaseSync(path)
  const noonDay = Math.floor(rangeOf('2026-03-20').firstSlot / 96) + 1
  const key = `statement/${String(noonDay).padStart(7, '0')}/m1`
  const row = database.prepare('SELECT value FROM state WHERE key = ?').get(key)
  const value = new Uint8Array(row?.['value'] as Uint8Array)
  const at = 96 * 4 + 40 * 4
  value[at] = ((value[at] ?? 0) + 1) % 256
  database.prepare('UPDATE state SET value = ? WHERE key = ?').run(value, key)
  database.close()
}
