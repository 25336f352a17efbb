import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { columnsOf, refusalOf, rowOf } from './desk.ts'

const HEADER = 'meter,at,import_register_wh,export_register_wh'
const at = (quarter: number): string => new Date(Date.UTC(2026, 4, 1) + quarter * 900_000).toISOString()
/** Registers of m1, one a quarter hour; undefined where nobody read. */
const registers = (values: readonly (number | undefined)[]): string =>
  [HEADER, ...values.flatMap((value, t) => (value === undefined ? [] : [`m1,${at(t)},${value},0`]))].join(
    '\n',
  )

describe('cumulative registers', () => {
  test('give the energy between two reads to the quarter hour between them', async () => {
    const columns = await columnsOf(registers([1000, 1120, 1120, 1300]))
    expect(rowOf(columns, 'm1')).toEqual(['120/0', '0/0', '180/0'])
  })

  test('in kWh with decimals lose nothing on the way', async () => {
    const text = [
      'meter,at,import_register_kwh,export_register_kwh',
      `m1,${at(0)},1.0004,0`,
      `m1,${at(1)},1.0008,0`,
      `m1,${at(2)},1.0012,0`,
    ].join('\n')
    expect(rowOf(await columnsOf(text), 'm1')).toEqual(['0/0', '1/0'])
  })

  test('that are reset leave that quarter hour missing, and say why', async () => {
    const columns = await columnsOf(registers([5000, 5100, 40, 90]))
    expect(rowOf(columns, 'm1')).toEqual(['100/0', '-', '50/0'])
    expect(columns.notes).toMatchObject([
      { code: 'register-fell', meter: 'm1', details: { before: '5100/0', after: '40/0', slots: 1 } },
    ])
  })

  test('that begin again at 0 are followed over it once a person said where', async () => {
    const over = registers([999_900, 999_990, 30, 80])
    expect(rowOf(await columnsOf(over), 'm1')).toEqual(['90/0', '-', '50/0'])
    expect(rowOf(await columnsOf(over, { registerWrapsAtWh: 1_000_000 }), 'm1')).toEqual([
      '90/0',
      '40/0',
      '50/0',
    ])
    // A fall that going round would not explain with a plausible energy is a reset all the same.
    const reset = await columnsOf(registers([500_000, 500_100, 40, 90]), { registerWrapsAtWh: 1_000_000 })
    expect(rowOf(reset, 'm1')).toEqual(['100/0', '-', '50/0'])
  })

  test('that were not read for ten days never put their energy into one quarter hour', async () => {
    const values: (number | undefined)[] = [
      0,
      100,
      ...Array.from({ length: 959 }, () => undefined),
      96_100,
      96_150,
    ]
    const columns = await columnsOf(registers(values))
    const row = rowOf(columns, 'm1')
    expect([row[0], row[1], row[960], row[961]]).toEqual(['100/0', '-', '-', '50/0'])
    expect(row.filter((pair) => pair === '-')).toHaveLength(960)
    expect(columns.notes).toMatchObject([{ code: 'register-gap', meter: 'm1', details: { slots: 960 } }])
  })

  test('that jump by more than the connection carries leave the quarter hour missing', async () => {
    const columns = await columnsOf(registers([0, 62_500, 125_001]))
    expect(rowOf(columns, 'm1')).toEqual(['62500/0', '-'])
    expect(columns.notes).toMatchObject([{ code: 'register-jumped', meter: 'm1' }])
  })

  test('never make a kWh: what is read is never more than what the register rose', async () => {
    const step = fc.record({
      rise: fc.integer({ min: 0, max: 70_000 }),
      read: fc.boolean(),
      reset: fc.integer({ min: 0, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 60 }), async (steps) => {
        let register = 0
        const values = steps.map(({ rise, read, reset }) => {
          register = reset === 0 ? 0 : register + rise
          return read ? register : undefined
        })
        const known = values.filter((value) => value !== undefined)
        fc.pre(known.length > 1)
        const text = registers(values)
        const refused = await refusalOf(text)
        if (refused.length > 0) return
        const total = rowOf(await columnsOf(text), 'm1')
          .map((pair) => (pair === '-' ? 0 : Number(pair.split('/')[0])))
          .reduce((sum, wh) => sum + wh, 0)
        const risen = known.slice(1).reduce((sum, value, i) => sum + Math.max(0, value - (known[i] ?? 0)), 0)
        expect(total).toBeLessThanOrEqual(risen)
      }),
      { numRuns: 60 },
    )
  })

  test('are not mixed with energies in one file', async () => {
    expect(await refusalOf(`meter,from,import_wh,export_register_wh\nm1,${at(0)},1,1`)).toEqual([
      'letture.csv, line 1: the columns mix registers with energies, or give a direction twice. Keep one import and one export of the same sort.',
    ])
  })

  test('read twice with different values are refused with both lines', async () => {
    const text = `${registers([1000, 1120])}\nm1,${at(1)},1121,0`
    expect(await refusalOf(text)).toEqual([
      'letture.csv, line 4, meter m1, 2026-05-01T00:15Z: This row says 1121/0 Wh (import/export), but line 3 says 1120/0. Keep the right one.',
    ])
  })
})
