import { slot } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { flowsOf, settle, typescriptKernel } from '../src/index.ts'
import { PROVA, inputOf, street } from './small-community.ts'

const settled = (community: Parameters<typeof inputOf>[0]) => settle(inputOf(community), typescriptKernel)

describe('settling two homes in one street', () => {
  const settlement = settled(PROVA)

  it('shares in the street what both have, and sends the rest to the grid', () => {
    expect(settlement.totals).toEqual({
      slots: 1,
      meters: 2,
      importWh: 300,
      exportWh: 500,
      ownWh: 0,
      sharedWh: 300,
      ringWh: { street: 300 },
      gridImportWh: 0,
      gridExportWh: 200,
      missingSlots: 0,
      lossWeightedWhOhm: 8,
      sumMicroCredit: 0,
    })
  })

  it('credits the seller what the buyer pays: 0.033 CC', () => {
    expect(settlement.members.map(({ member, creditMicroCredit }) => [member, creditMicroCredit])).toEqual([
      ['home-1', 33_000],
      ['home-2', -33_000],
    ])
    expect(settlement.members[0]?.lines).toEqual([
      {
        ring: 'street',
        givenWh: 300,
        receivedWh: 0,
        priceMicroCreditPerWh: 110,
        earnedMicroCredit: 33_000,
        spentMicroCredit: 0,
      },
    ])
  })

  it('gives every meter a leaf under the root', () => {
    expect(settlement.leaves).toHaveLength(2)
    expect(settlement.root).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('what settling keeps apart', () => {
  it('leaves to a meter what it imported and exported within one slot', () => {
    const { totals, members } = settled({ ...PROVA, slots: [{ m1: [40, 500], m2: [300, 0] }] })
    expect(totals).toMatchObject({ importWh: 340, ownWh: 40, sharedWh: 300, gridExportWh: 160 })
    expect(members[0]).toMatchObject({ ownWh: 40, sharedGivenWh: 300, gridImportWh: 0 })
  })

  it('charges the community fee to the buyer, as its own line, and posts it to the commons', () => {
    const charter = { ...(PROVA.charter as object), feePerKwh: '0.002' }
    const { members, commonsMicroCredit, totals } = settled({ ...PROVA, charter })
    expect(members.map((m) => [m.feeMicroCredit, m.creditMicroCredit])).toEqual([
      [0, 33_000],
      [600, -33_600],
    ])
    expect(commonsMicroCredit).toBe(600)
    expect(totals.sumMicroCredit).toBe(0)
  })

  it('adds up the meters of a member, and a match between them is worth nothing to her', () => {
    const { members } = settled({ ...PROVA, memberOf: { m1: 'farm', m2: 'farm' } })
    expect(members).toHaveLength(1)
    expect(members[0]).toMatchObject({
      member: 'farm',
      meters: ['m1', 'm2'],
      sharedGivenWh: 300,
      sharedReceivedWh: 300,
      creditMicroCredit: 0,
    })
  })

  it('counts a missing reading as missing, not as measured zero', () => {
    const { totals, members } = settled({ ...PROVA, slots: [{ m1: [0, 500], m2: null }] })
    expect(totals).toMatchObject({ missingSlots: 1, sharedWh: 0, gridExportWh: 500 })
    expect(members[1]?.missingSlots).toBe(1)
  })

  it('shows zero meters as an empty settlement', () => {
    const { totals, members, leaves } = settled({ ...PROVA, places: [], slots: [{}] })
    expect(totals).toMatchObject({ meters: 0, sharedWh: 0, sumMicroCredit: 0 })
    expect([members, leaves]).toEqual([[], []])
  })
})

describe('what cannot be settled', () => {
  it('refuses a negative reading and names meter and slot', () => {
    expect(() => settled({ ...PROVA, slots: [PROVA.slots[0]!, { m1: [0, 1], m2: [-1, 0] }] })).toThrow(
      expect.objectContaining({
        code: 'statement-unusable',
        details: expect.objectContaining({ meter: 'm2', slot: 1_975_145, importWh: -1 }),
      }),
    )
  })

  it('refuses energy where the reading is missing: it would appear from nowhere', () => {
    const input = inputOf({ ...PROVA, slots: [{ m1: [0, 500], m2: null }] })
    input.importWh[1] = 7
    expect(() => settle(input, typescriptKernel)).toThrow(
      expect.objectContaining({ code: 'statement-unusable' }),
    )
  })

  it('refuses a period that cuts an hour when the law counts hours', () => {
    const hourly = { rule: 'italy-cer', creditPerKwh: { home: '0.1', street: '0.1' } }
    const slots = [{}, {}, {}]
    expect(() => settled({ ...street(['a', 'b']), charter: hourly, slots })).toThrow(
      expect.objectContaining({ code: 'period-cuts-interval' }),
    )
    const whole = { ...street(['a', 'b']), charter: hourly, slots: [...slots, {}] }
    expect(settled(whole).intervalSlots).toBe(4)
    expect(() => settled({ ...whole, firstSlot: slot(1_975_145) })).toThrow(
      expect.objectContaining({ code: 'period-cuts-interval' }),
    )
  })

  it.each(['neighbour-first', 'pro-rata'])('refuses a slot beyond 32 bits under %s', (rule) => {
    const charter = { rule, creditPerKwh: { street: '0.1' } }
    const large = { ...street(['a', 'b', 'c']), charter }
    const half = 2 ** 30
    expect(() => settled({ ...large, slots: [{ a: [half, 0], b: [half, 0], c: [0, 5] }] })).toThrow(
      expect.objectContaining({ code: 'slot-too-large' }),
    )
    const fits = settled({ ...large, slots: [{ a: [half, 0], b: [half - 1, 0], c: [0, 5] }] })
    expect(fits.totals.sharedWh).toBe(5)
  })

  it('refuses an hour of one meter beyond 32 bits', () => {
    const charter = { rule: 'italy-cer', creditPerKwh: { home: '0.1', street: '0.1' } }
    const slots = Array.from({ length: 4 }, () => ({ a: [2 ** 30, 0] }) as const)
    expect(() => settled({ ...street(['a', 'b']), charter, slots })).toThrow(
      expect.objectContaining({ code: 'slot-too-large' }),
    )
  })
})

describe('the flows behind a settlement', () => {
  it('show for each slot and ring what was received and given, and the rest from and to the grid', () => {
    const input = inputOf({ ...PROVA, slots: [...PROVA.slots, { m1: [10, 0], m2: [0, 4] }] })
    const flows = flowsOf(input, typescriptKernel, input)
    expect(flows.rings).toEqual(['street'])
    expect([...flows.flowWh]).toEqual([-300, 4, 300, -4])
    expect([...flows.gridImportWh]).toEqual([0, 6, 0, 0])
    expect([...flows.gridExportWh]).toEqual([200, 0, 0, 0])
  })

  it('are the same for a slot alone as within its month', () => {
    const slots = Array.from(
      { length: 200 },
      (_, t) => ({ a: [0, t % 7], b: [t % 5, 0], c: [t % 3, 0] }) as const,
    )
    const charter = { rule: 'pro-rata', creditPerKwh: { street: '0.1' } }
    const input = inputOf({ ...street(['a', 'b', 'c']), charter, slots })
    const all = flowsOf(input, typescriptKernel, input)
    const t = 123
    const one = flowsOf(input, typescriptKernel, { firstSlot: slot(input.firstSlot + t), slots: 1 })
    expect([...one.flowWh]).toEqual([0, 1, 2].map((column) => all.flowWh[column * 200 + t]))
  })
})
