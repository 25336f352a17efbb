import { balanceOf, settlementRecords, stateKeys } from '@tri/community'
import { RINGS } from '@tri/exchange'
import { slot, slotStart } from '@tri/units'
import { fromHex, hex, rootOfPath, sha256 } from '@tri/units/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { accountOf, type Account } from '../../src/services/account-service.ts'
import { homeDayOf, homeOf } from '../../src/services/home-service.ts'
import { publishMonth, restateRange, settleStretch } from '../../src/services/month-acts.ts'
import { monthBundle } from '../../src/services/month-bundle.ts'
import { previewMonth } from '../../src/services/month-service.ts'
import { fileObjection, receiptOf } from '../../src/services/payment-service.ts'
import { whyDayOf, whySlotOf } from '../../src/services/why-service.ts'
import { energyOf, openStreet, paid, rangeOf, type Street } from './small-street.ts'

const members = ['home-1', 'home-2', 'home-3', 'home-4', 'home-5', 'home-6', 'coop']
const today = rangeOf('2026-04-10')
let street: Street

const cloud = () => ({ importWh: 0, exportWh: 40 })
const summed = (rings: Readonly<Record<string, number | undefined>>) =>
  Object.values(rings).reduce<number>((before, energyWh) => before + (energyWh ?? 0), 0)

/** March is published, corrected and published again; April is settled by the day and, today, by the quarter hour. */
beforeAll(async () => {
  street = await openStreet('2026-04-02T08:00:00Z')
  const { node } = street
  await street.bring(rangeOf('2026-03'))
  await street.bring({
    ...rangeOf('2026-03'),
    meters: ['m1-roof'],
    change: () => ({ importWh: 0, exportWh: 50 }),
  })
  await publishMonth(node, '2026-03')
  await paysThrice('april-2')
  await fileObjection(node.view, node.writer, {
    member: 'home-2',
    month: '2026-03',
    slot: null,
    reason: 'oven',
  })
  const noon = rangeOf('2026-03-20').firstSlot + 44
  await street.bring({ firstSlot: noon, slots: 8, meters: ['m1'], change: cloud }, true)
  await restateRange(node, rangeOf('2026-03'))
  street.clock.now = slotStart(today.firstSlot)
  await publishMonth(node, '2026-03')
  const april = rangeOf('2026-04')
  await street.bring({ firstSlot: april.firstSlot, slots: today.firstSlot - april.firstSlot })
  for (let day = 1; day < 10; day++) await settleStretch(node, rangeOf(`2026-04-0${day}`))
  for (let t = 0; t < 56; t++) {
    street.setNow(slot(today.firstSlot + t + 1))
    const closed = { firstSlot: slot(today.firstSlot + t), slots: 1 }
    await street.bring(closed)
    await settleStretch(node, closed)
    if (t === 44) await paysThrice('april-10')
  }
})
afterAll(() => street[Symbol.asyncDispose]())

async function paysThrice(key: string): Promise<void> {
  for (const [n, to] of ['home-2', 'home-3', 'home-2'].entries()) {
    const payment = {
      from: 'home-1',
      to,
      amountMicroCredit: 10_000 * (n + 1),
      memo: 'bread',
      key: `${key}-${n}`,
    }
    await paid(street.node, payment)
  }
}

function account(member: string, query: Partial<Parameters<typeof accountOf>[2]> = {}): Account {
  return accountOf(street.node.view, member, { limit: 500, ...query })
}

function pagesOf(member: string, limit: number): Account['lines'] {
  const lines: Account['lines'] = []
  let cursor: string | undefined
  do {
    const page = account(member, { limit, ...(cursor === undefined ? {} : { cursor }) })
    lines.push(...page.lines)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return lines
}

describe('a statement of account', () => {
  it('sums to the balance, and every line says the balance after it', () => {
    for (const member of members) {
      const { balanceMicroCredit } = account(member)
      const lines = pagesOf(member, 500)
      expect(lines[0]?.balanceMicroCredit).toBe(balanceMicroCredit)
      let balance = 0
      for (const line of lines.toReversed()) {
        balance += line.amountMicroCredit
        expect(line.balanceMicroCredit).toBe(balance)
      }
      expect(balance).toBe(balanceOf(street.node.view.store, member)?.balance)
    }
  })

  it('shows a day as one line for each ring, whether it was settled at once or by the quarter hour', () => {
    for (const day of ['2026-03-12', '2026-04-05', '2026-04-10']) {
      const lines = account('home-2').lines.filter((line) => line.day === day && line.kind === 'energy')
      const rings = lines.map(({ ring }) => ring)
      expect(rings.length).toBeGreaterThan(1)
      expect(new Set(rings).size).toBe(rings.length)
    }
  })

  it('tells the community’s fee as a line of its own', () => {
    const fees = account('home-2').lines.filter(({ kind }) => kind === 'fee')
    expect(fees.length).toBeGreaterThan(30)
    for (const fee of fees)
      expect(fee).toMatchObject({ text: 'fee-paid', feeMicroCredit: -fee.amountMicroCredit })
  })

  it('tells a payment with the other member, the note and its receipt', () => {
    const [line] = account('home-3').lines.filter(({ kind }) => kind === 'payment')
    expect(line).toMatchObject({
      text: 'payment-received',
      counterpart: { id: 'home-1', name: 'Ada' },
      memo: 'bread',
      amountMicroCredit: 20_000,
    })
    const receipt = receiptOf(street.node.view, 'home-3', line?.receipt ?? '')
    expect(receipt).toMatchObject({ member: 'home-3', amountMicroCredit: 20_000, memo: 'bread' })
    expect(receiptOf(street.node.view, 'home-4', line?.receipt ?? '')).toBeUndefined()
  })

  it('tells a restated day as a correction beside the day', () => {
    const lines = account('home-1').lines.filter(({ day }) => day === '2026-03-20')
    expect(lines.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['correction', 'energy']))
  })

  it.each([1, 2, 3, 7, 20])('read in pages of %i gives every line once', (limit) => {
    for (const member of ['home-1', 'home-2', 'coop']) {
      const [whole, paged] = [pagesOf(member, 500), pagesOf(member, limit)]
      expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length)
      expect(paged).toEqual(whole)
    }
  })

  it('of some days has what belongs to them, whenever it was posted', () => {
    const march = account('home-1', { from: '2026-03-20', until: '2026-03-21' }).lines
    expect(new Set(march.map(({ day }) => day))).toEqual(new Set(['2026-03-20']))
    expect(march.some(({ kind }) => kind === 'correction')).toBe(true)
    expect(march.some(({ kind }) => kind === 'energy')).toBe(true)
    const second = account('home-1', { from: '2026-04-02', until: '2026-04-03' }).lines
    expect(second.filter(({ kind }) => kind === 'payment')).toHaveLength(3)
    expect(second.some(({ kind }) => kind === 'energy')).toBe(true)
  })
})

describe('why', () => {
  it('a day’s quarter hours sum to the line of the account, in every ring', () => {
    const { view } = street.node
    for (const member of members) {
      for (const line of account(member).lines.filter(({ kind }) => kind === 'energy')) {
        if (line.day === '2026-03-20' || line.ring === null || line.day === null) continue
        const why = whyDayOf(view, member, { date: line.day, ring: line.ring })
        expect(why).toMatchObject({
          givenWh: line.givenWh,
          receivedWh: line.receivedWh,
          amountMicroCredit: line.amountMicroCredit,
        })
        const sum = (of: 'givenWh' | 'receivedWh' | 'amountMicroCredit') =>
          why?.slots.reduce((before, one) => before + one[of], 0)
        expect([sum('givenWh'), sum('receivedWh'), sum('amountMicroCredit')]).toEqual([
          line.givenWh,
          line.receivedWh,
          line.amountMicroCredit,
        ])
      }
    }
  })

  it('a restated day gives what its energy and its corrections sum to', () => {
    for (const ring of RINGS) {
      const lines = account('home-1').lines.filter((line) => line.day === '2026-03-20' && line.ring === ring)
      const why = whyDayOf(street.node.view, 'home-1', { date: '2026-03-20', ring })
      expect(why?.amountMicroCredit).toBe(
        lines.reduce((sum, { amountMicroCredit }) => sum + amountMicroCredit, 0),
      )
    }
  })

  it('a quarter hour shows the reading as it was stated, and by whom', () => {
    const at = rangeOf('2026-03-12').firstSlot + 30
    const why = whySlotOf(street.node.view, 'home-2', at)
    expect(why?.readings).toMatchObject([
      { meter: 'm2', ...energyOf(2, at), quality: 'measured', signer: { id: 'coop', role: 'coordinator' } },
    ])
    const { importWh = 0 } = why?.readings[0] ?? {}
    const received = why?.allocation.reduce((sum, { receivedWh }) => sum + receivedWh, 0) ?? 0
    expect(received + (why?.grid.importWh ?? 0)).toBe(importWh)
  })

  it('the digest of a reading is that of the signed operation that brought it, as the log keeps it', () => {
    const { node } = street
    const digest = whySlotOf(node.view, 'home-2', rangeOf('2026-03-12').firstSlot + 30)?.readings[0]
      ?.statementDigest
    const logged = [...node.ledger.operations(1)].map(({ bytes }) => hex(sha256(bytes)))
    expect(logged).toContain(digest)
  })

  it('the proof of a quarter hour leads from the member’s leaf to the root that everyone holds', () => {
    for (const [member, date] of [
      ['home-2', '2026-03-12'],
      ['home-5', '2026-03-20'],
      ['coop', '2026-04-10'],
    ] as const) {
      const at = rangeOf(date).firstSlot + 44
      const [record] = settlementRecords(street.node.view.store, { firstSlot: slot(at), slots: 1 })
      const settlement = whySlotOf(street.node.view, member, at)?.settlement
      expect(settlement?.root).toBe(record?.versions.at(-1)?.root)
      expect(settlement?.proofs.length).toBe(1)
      for (const { leafDigest, path } of settlement?.proofs ?? []) {
        const steps = path.map(({ sibling, on }) => ({ sibling: fromHex(sibling), on }))
        expect(hex(rootOfPath(fromHex(leafDigest), steps))).toBe(settlement?.root)
        const moved = steps.map((step, i) =>
          i === 0 ? ({ ...step, on: step.on === 'left' ? 'right' : 'left' } as const) : step,
        )
        expect(hex(rootOfPath(fromHex(leafDigest), moved))).not.toBe(settlement?.root)
      }
    }
  })

  it('a quarter hour that was settled alone shows no neighbour’s digest in a book from before leaves were blinded', () => {
    const { view } = street.node
    const hidden = (key: string) => (key === stateKeys.leafSecret ? undefined : view.store.get(key))
    const older = { ...view, store: { ...view.store, get: hidden } }
    const proofsOn = (date: string) =>
      whySlotOf(older, 'home-5', rangeOf(date).firstSlot + 44)?.settlement?.proofs
    expect(proofsOn('2026-04-10')).toEqual([])
    expect(proofsOn('2026-03-20')).toHaveLength(1)
  })

  it('nothing is told of days and quarter hours that nobody read', () => {
    const { view } = street.node
    expect(whyDayOf(view, 'home-2', { date: '2026-02-30', ring: 'street' })).toBeUndefined()
    expect(whyDayOf(view, 'home-2', { date: '2027-01-01', ring: 'street' })).toBeUndefined()
    expect(whySlotOf(view, 'home-2', rangeOf('2026-05-01').firstSlot)).toBeUndefined()
  })
})

describe('one figure', () => {
  it('is the same in the account, the reasons, the month’s file and the preview', () => {
    const { view } = street.node
    const bundle = monthBundle(view, '2026-03', 'csv')
    const preview = previewMonth(view, '2026-03')
    if (!bundle.ok || !preview.ok || !(bundle.value.bytes instanceof Uint8Array))
      throw new TypeError('no month')
    const [head = [], ...rows] = new TextDecoder()
      .decode(bundle.value.bytes)
      .trim()
      .split('\r\n')
      .map((line) => line.split(','))
    const cell = (row: readonly string[], name: string) => row[head.indexOf(name)] ?? ''
    for (const member of members) {
      const march = account(member).lines.filter(({ day }) => day?.startsWith('2026-03') === true)
      const own = rows.filter((row) => cell(row, 'member') === member)
      for (const row of own) {
        const lines = march.filter(({ ring }) => ring === cell(row, 'ring'))
        const credit = lines.reduce((sum, { amountMicroCredit }) => sum + amountMicroCredit, 0)
        expect(Number(cell(row, 'earned_micro_credit')) - Number(cell(row, 'spent_micro_credit'))).toBe(
          credit,
        )
      }
      const inFile = own.reduce(
        (sum, row) =>
          sum +
          Number(cell(row, 'earned_micro_credit')) -
          Number(cell(row, 'spent_micro_credit')) -
          Number(cell(row, 'fee_micro_credit')),
        0,
      )
      const inAccount = march.reduce((sum, { amountMicroCredit }) => sum + amountMicroCredit, 0)
      const inPreview = preview.value.members.find((one) => one.member.id === member)?.creditMicroCredit
      expect([inFile, inAccount]).toEqual([inPreview, inPreview])
    }
  })
})

describe('today', () => {
  it('is what was settled since midnight, and balances to the Wh', () => {
    for (const member of members) {
      const { today: shown, credit } = homeOf(street.node.view, member)
      expect(shown.date).toBe('2026-04-10')
      expect(shown.importWh).toBe(summed(shown.receivedWh) + shown.ownWh + shown.gridImportWh)
      expect(shown.exportWh).toBe(summed(shown.givenWh) + shown.ownWh + shown.gridExportWh)
      const lines = account(member).lines.filter(({ day }) => day === '2026-04-10')
      expect(credit.todayMicroCredit).toBe(
        lines.reduce((before, { amountMicroCredit }) => before + amountMicroCredit, 0),
      )
    }
  })

  it('has no answer and no power where no meter reports', () => {
    const home = homeOf(street.node.view, 'home-2')
    expect(home.answer).toMatchObject({ code: 'no-data', because: { code: 'readings-missing' } })
    expect(home.triangle.sensors.connection).toBe(false)
  })

  it('has what the roof made as its own household’s sensor saw it', () => {
    const day = homeDayOf(street.node.view, 'home-1', '2026-03-29')
    expect(day?.slots).toHaveLength(92)
    expect(day?.slots.every(({ producedWh }) => producedWh === 50)).toBe(true)
    expect(homeDayOf(street.node.view, 'home-2', '2026-03-29')?.slots[0]?.producedWh).toBeNull()
    expect(homeDayOf(street.node.view, 'home-1', '2026-04-10')?.slots).toHaveLength(56)
    expect(homeDayOf(street.node.view, 'home-1', '2026-04-11')).toBeUndefined()
  })
})
