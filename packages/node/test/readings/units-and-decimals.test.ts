import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { EnergyText } from '../../src/readings/decimal-text.ts'
import { MICRO_WH_PER } from '../../src/readings/reading-options.ts'
import { columnsOf, refusalOf, rowOf } from './desk.ts'

const quarterHours = (values: readonly (string | number)[], header: string, delimiter = ','): string =>
  [
    ['meter', 'from', `import${header}`, `export${header}`].join(delimiter),
    ...values.map((value, t) =>
      ['m1', new Date(Date.UTC(2026, 4, 1) + t * 900_000).toISOString(), value, 0].join(delimiter),
    ),
  ].join('\n')
const wattHours = (row: readonly string[]): number[] => row.map((pair) => Number(pair.split('/')[0]))

describe('kilowatt-hours with decimals', () => {
  test('land on whole Wh', async () => {
    expect(wattHours(rowOf(await columnsOf(quarterHours(['0.312', '1.25', '.5'], '_kwh')), 'm1'))).toEqual([
      312, 1250, 500,
    ])
  })

  test('finer than a Wh carry the rest to the next quarter hour, so that the day is exact', async () => {
    const row = wattHours(
      rowOf(await columnsOf(quarterHours(['0.0004', '0.0004', '0.0004', '0.0004', '0.0004'], '_kwh')), 'm1'),
    )
    expect(row).toEqual([0, 1, 0, 1, 0])
  })

  test('sum to the rounded exact sum of each day, whatever the order of the rows', async () => {
    const values = fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(values, async (micro) => {
        const text = quarterHours(
          micro.map((value) => (value / 1e7).toFixed(7)),
          '_kwh',
        )
        const [header = '', ...rows] = text.split('\n')
        const columns = await columnsOf(text)
        expect(await columnsOf([header, ...rows.toReversed()].join('\n'))).toEqual(columns)
        // 00:00Z is 02:00 in Rome: all of it is one local day. The unit is a ten-thousandth of a Wh.
        const exact = micro.reduce((sum, value) => sum + value, 0)
        const total = wattHours(rowOf(columns, 'm1')).reduce((sum, wh) => sum + wh, 0)
        expect(total).toBe(Math.floor((exact + 5000) / 10_000))
      }),
      { numRuns: 40 },
    )
  })

  test('begin anew at local midnight: a day alone is the same as in its month', async () => {
    const values = Array.from({ length: 200 }, () => '0.00033')
    const month = await columnsOf(quarterHours(values, '_kwh'))
    // Local midnight of 2 May is 22:00Z on 1 May: the 88th quarter hour.
    const [header = '', ...rows] = quarterHours(values, '_kwh').split('\n')
    const day = await columnsOf([header, ...rows.slice(88, 184)].join('\n'))
    expect(rowOf(month, 'm1').slice(88, 184)).toEqual(rowOf(day, 'm1'))
  })

  test('with a comma are read where the delimiter is another, and asked about where it could be thousands', async () => {
    expect(wattHours(rowOf(await columnsOf(quarterHours(['0,312', '1,25'], '_kwh', ';')), 'm1'))).toEqual([
      312, 1250,
    ])
    const [question] = await refusalOf(quarterHours(['1,312', '2,250'], '_kwh', ';'))
    expect(question).toBe(
      'letture.csv, line 1: Is "1,312" a decimal number or one with thousands? ' +
        'Pass --decimal comma or --decimal point; thousands separators must go.',
    )
    const answered = await columnsOf(quarterHours(['1,312', '2,250'], '_kwh', ';'), { decimal: 'comma' })
    expect(wattHours(rowOf(answered, 'm1'))).toEqual([1312, 2250])
  })

  test('with a comma between commas are refused with the way out', async () => {
    const [sentence] = await refusalOf(quarterHours(['0,312'], '_kwh'))
    expect(sentence).toMatch(
      /^letture.csv, line 2: The row has 5 fields, the header 4 .*A decimal comma between commas/,
    )
    expect(wattHours(rowOf(await columnsOf(quarterHours(['"0,312"'], '_kwh')), 'm1'))).toEqual([312])
  })

  test('are exact where a floating point number is not', () => {
    const energy = new EnergyText('point')
    expect(energy.read('0.29', MICRO_WH_PER.kwh) && energy.wh).toBe(290)
    expect(energy.read('1.1', MICRO_WH_PER.kwh) && energy.wh).toBe(1100)
    expect(energy.read('1.2E-02', MICRO_WH_PER.kwh) && energy.wh).toBe(12)
    expect(energy.read('0.30000000000000004', MICRO_WH_PER.kwh) && [energy.wh, energy.micro]).toEqual([
      300, 0,
    ])
    for (const text of ['', '.', '-', '1,5', '1.2.3', '1 000', '0x10', 'NaN', 'Infinity', '1e999']) {
      expect(energy.read(text, MICRO_WH_PER.kwh), text).toBe(false)
    }
  })
})

describe('a unit', () => {
  test('that is not stated is asked for', async () => {
    expect(await refusalOf(quarterHours([1], ''))).toEqual([
      'letture.csv, line 1: The column "import" does not say its unit. Name it import_wh or import_kwh, or pass --unit wh or --unit kwh.',
    ])
    expect(wattHours(rowOf(await columnsOf(quarterHours([1], ''), { unit: 'kwh' }), 'm1'))).toEqual([1000])
  })

  test('of power is not taken for energy: kW is refused, and read as a mean only by the person’s word', async () => {
    const [sentence] = await refusalOf(quarterHours(['2.0'], '_kw'))
    expect(sentence).toContain('The column "import_kw" is a power (kW), not an energy.')
    expect(sentence).toContain('pass --unit kw: a quarter hour at 1 kW is 250 Wh')
    expect(wattHours(rowOf(await columnsOf(quarterHours(['2.0'], '_kw'), { unit: 'kw' }), 'm1'))).toEqual([
      500,
    ])
    expect(
      wattHours(rowOf(await columnsOf(quarterHours([318, 2, 2, 2, 2], '_w'), { unit: 'w' }), 'm1')),
    ).toEqual([80, 0, 1, 0, 1])
  })

  test('of Wh over values that look like kWh is asked about, and so is the reverse', async () => {
    const small = Array.from({ length: 96 }, (_, t) => (0.1 + t / 1000).toFixed(3))
    expect((await refusalOf(quarterHours(small, '_wh'))).join()).toContain(
      'letture.csv: The header says Wh, but the values have decimals and none reaches 20: they look like kWh',
    )
    expect(await refusalOf(quarterHours(small, '_wh'), { unit: 'wh' })).toEqual([])
    const whole = Array.from({ length: 96 }, (_, t) => t / 2 + (t % 2) / 2)
    expect((await refusalOf(quarterHours(whole, '_kwh'))).join()).toContain(
      'The header says kWh, but the values are whole numbers up to 48, which would be 192 kW: they look like Wh',
    )
    expect(await refusalOf(quarterHours(whole, '_kwh'), { unit: 'kwh' })).toEqual([])
  })

  test('that makes a reading no connection can carry is refused with meter and quarter hour', async () => {
    expect(await refusalOf(quarterHours([62_500], '_wh'))).toEqual([])
    expect(await refusalOf(quarterHours([62_501], '_wh'))).toEqual([
      'letture.csv, line 2, meter m1, 2026-05-01T00:00Z: 62501 Wh in a quarter hour is 250.004 kW, ' +
        'and this meter carries at most 250 kW. Is the unit right (Wh, kWh)? Pass --unit.',
    ])
    expect(await refusalOf(quarterHours(['300'], '_kwh'))).toHaveLength(1)
    expect(await refusalOf(quarterHours([2_500_000], '_wh').replace('m1', 'm3'))).toEqual([])
    expect(await refusalOf(quarterHours([2_500_001], '_wh').replace('m1', 'm3'))).toHaveLength(1)
  })
})
