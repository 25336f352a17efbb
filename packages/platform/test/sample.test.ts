import type { ResponseOf } from '@tri/contract'
import { present } from '@tri/units'
import { fromHex, hex, rootOfPath } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { SAMPLE_HOUSEHOLD, sampleHandlers } from '../src/testing/index.ts'

const handlers = sampleHandlers()
const signal = new AbortController().signal
const reader = { role: 'household', member: SAMPLE_HOUSEHOLD, language: undefined } as const

async function value<T>(outcome: Promise<{ ok: boolean }> | { ok: boolean }): Promise<T> {
  const done = await outcome
  if (!('value' in done)) throw new Error('refused')
  return done.value as T
}

async function freshHome(): Promise<ResponseOf<'home'>> {
  return value(sampleHandlers().home(reader, {}, signal))
}

describe('the sample', () => {
  it('gives the same figures every time', async () => {
    expect(await freshHome()).toEqual(await freshHome())
  })

  it('shows a triangle that adds up, and a residual when a sensor is missing', async () => {
    const home = await value<ResponseOf<'home'>>(handlers.home(reader, {}, signal))
    const triangle = present(home.triangle, 'the sample reads its meters')
    const { producedW, consumedW, importedW, exportedW, residualW } = triangle
    expect((producedW ?? 0) + importedW).toBe((consumedW ?? 0) + exportedW + residualW)
    expect(triangle.fromNeighboursW + triangle.fromGridW).toBe(importedW)
    expect(triangle.toNeighboursW + triangle.toGridW).toBe(exportedW)
    const blind = sampleHandlers({ sensors: { production: false, consumption: true } })
    const without = await value<ResponseOf<'home'>>(blind.home(reader, {}, signal))
    expect(without.triangle).toMatchObject({ producedW: null, residualW: -(producedW ?? 0) })
  })

  it('balances to the Wh, and its rings sum to what is shared', async () => {
    const { energy } = await value<ResponseOf<'state'>>(handlers.state(undefined, {}, signal))
    for (const totals of [energy.lastSlot, energy.today]) {
      if (totals === null) throw new Error('the sample shows its totals')
      expect(totals.importWh).toBe(totals.sharedWh + totals.gridImportWh)
      expect(totals.exportWh).toBe(totals.sharedWh + totals.gridExportWh)
      expect(Object.values(totals.ringWh).reduce((sum, wh) => sum + (wh ?? 0), 0)).toBe(totals.sharedWh)
    }
  })

  it('leads from a line of the account to the day, the slot and the reading without losing a µCC', async () => {
    const query = { limit: 500, format: 'json' } as const
    const account = await value<ResponseOf<'account'>>(handlers.account(reader, { query }, signal))
    const line = account.lines.find(({ day, ring }) => day === '2026-06-11' && ring === 'street')
    const why = { query: { date: '2026-06-11', ring: 'street' } } as const
    const day = await value<ResponseOf<'whyDay'>>(handlers.whyDay(reader, why, signal))
    expect(day.amountMicroCredit).toBe(line?.amountMicroCredit)
    expect(day.slots.reduce((sum, slot) => sum + slot.amountMicroCredit, 0)).toBe(day.amountMicroCredit)
    const slot = day.slots.at(-1)?.slot ?? 0
    const deep = await value<ResponseOf<'whySlot'>>(handlers.whySlot(reader, { query: { slot } }, signal))
    expect(deep.allocation.find(({ ring }) => ring === 'street')?.amountMicroCredit).toBe(
      day.slots.at(-1)?.amountMicroCredit,
    )
    const [reading] = deep.readings
    const received = deep.allocation.reduce((sum, { receivedWh }) => sum + receivedWh, 0)
    expect(reading?.importWh).toBe(received + deep.grid.importWh)
    const [proof] = deep.settlement?.proofs ?? []
    const path = (proof?.path ?? []).map(({ sibling, on }) => ({ sibling: fromHex(sibling), on }))
    expect(hex(rootOfPath(fromHex(proof?.leafDigest ?? ''), path))).toBe(deep.settlement?.root)
  })

  it('credits that are previewed sum to nothing, under each rule', async () => {
    const coordinator = { ...reader, role: 'coordinator', member: 'cooperative' } as const
    for (const rule of ['neighbour-first', 'pro-rata']) {
      const asked = { params: { month: '2026-05' }, query: { rule } }
      const preview = await value<ResponseOf<'previewMonth'>>(
        handlers.previewMonth(coordinator, asked, signal),
      )
      expect(preview.members.reduce((sum, { creditMicroCredit }) => sum + creditMicroCredit, 0)).toBe(0)
    }
  })

  it('pays once for the same key, and refuses the key for another payment', async () => {
    const own = sampleHandlers()
    const pay = async (amountMicroCredit: number) =>
      own.pay(
        reader,
        {
          headers: { 'idempotency-key': 'twice-the-same' },
          body: { to: 'home-01', amountMicroCredit, memo: '' },
        },
        signal,
      )
    const first = await pay(5)
    expect(await pay(5)).toEqual(first)
    expect(await pay(6)).toMatchObject({ ok: false, refusal: { code: 'idempotency-key-reused' } })
  })
})
