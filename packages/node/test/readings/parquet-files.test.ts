import { parquetWriteBuffer, type BasicType } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'

import { columnsOf, refusalOf, rowOf } from './desk.ts'

interface Column {
  readonly name: string
  readonly data: unknown[]
  readonly type?: BasicType
}
const parquet = (columnData: readonly Column[], rowGroupSize = 1000): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], rowGroupSize }))
const at = (quarter: number): Date => new Date(Date.UTC(2026, 4, 1, 10) + quarter * 900_000)

describe('a Parquet file', () => {
  test('with rows as in a long CSV gives the same columns, over several row groups', async () => {
    const quarters = Array.from({ length: 25 }, (_, t) => t)
    const bytes = parquet(
      [
        { name: 'meter', data: quarters.map((t) => (t % 2 === 0 ? 'm1' : 'm2')) },
        { name: 'from', data: quarters.map((t) => at(Math.floor(t / 2))), type: 'TIMESTAMP' },
        { name: 'import_wh', data: quarters, type: 'INT32' },
        { name: 'export_wh', data: quarters.map(() => 0n), type: 'INT64' },
      ],
      10,
    )
    const csv = [
      'meter,from,import_wh,export_wh',
      ...quarters.map((t) => `m${(t % 2) + 1},${at(Math.floor(t / 2)).toISOString()},${t},0`),
    ].join('\n')
    expect(await columnsOf({ 'a.parquet': bytes })).toEqual(await columnsOf(csv))
  })

  test('with a column a meter and direction, in kWh as floating point, is read to the Wh', async () => {
    const bytes = parquet([
      { name: 'from', data: ['2026-05-01T10:00:00Z', '2026-05-01T10:15:00Z'] },
      { name: 'm1.import_kwh', data: [0.1 + 0.2, 1.1], type: 'DOUBLE' },
      { name: 'm1.export_kwh', data: [0, 0], type: 'DOUBLE' },
    ])
    expect(rowOf(await columnsOf({ 'a.parquet': bytes }), 'm1')).toEqual(['300/0', '1100/0'])
  })

  test('with a local time that only looks like an instant asks for its zone', async () => {
    const bytes = parquet([
      { name: 'meter', data: ['m1'] },
      { name: 'from', data: ['2026-05-01 12:00'] },
      { name: 'import_wh', data: [1], type: 'INT32' },
      { name: 'export_wh', data: [0], type: 'INT32' },
    ])
    expect((await refusalOf({ 'a.parquet': bytes }))[0]).toContain(
      'Pass --time-zone UTC, --time-zone local (Europe/Rome)',
    )
    const { firstSlot } = await columnsOf({ 'a.parquet': bytes }, { timeZone: 'local' })
    expect(new Date(firstSlot * 900_000).toISOString()).toBe('2026-05-01T10:00:00.000Z')
  })

  test('with a bad row names file, row, meter and quarter hour', async () => {
    const bytes = parquet([
      { name: 'meter', data: ['m1', 'm9', 'm1'] },
      { name: 'from', data: [at(0), at(0), at(1)], type: 'TIMESTAMP' },
      { name: 'import_wh', data: [-1, 1, 1], type: 'INT32' },
      { name: 'export_wh', data: [0, 0, 0], type: 'INT32' },
    ])
    expect(await refusalOf({ 'a.parquet': bytes })).toEqual([
      'a.parquet, line 1, meter m1, 2026-05-01T10:00Z: The energy -1 is negative. Import and export are each 0 or more: a negative net belongs in the other column.',
      'a.parquet, line 2, meter m9: The meter "m9" is not in the community file. Add it there, or remove its readings.',
    ])
  })

  test('that ends early is refused as damaged', async () => {
    const whole = parquet([{ name: 'meter', data: ['m1'] }])
    const [sentence] = await refusalOf({ 'a.parquet': whole.subarray(0, whole.length - 8) })
    expect(sentence).toMatch(/^a.parquet: The file ends early or is damaged \(.*\). Fetch it again.$/)
  })

  test('that disagrees with a CSV is refused with both places', async () => {
    const bytes = parquet([
      { name: 'meter', data: ['m1'] },
      { name: 'from', data: [at(0)], type: 'TIMESTAMP' },
      { name: 'import_wh', data: [5], type: 'INT32' },
      { name: 'export_wh', data: [0], type: 'INT32' },
    ])
    const csv = `meter,from,import_wh,export_wh\nm1,${at(0).toISOString()},6,0`
    expect(await refusalOf({ 'a.parquet': bytes, 'b.csv': csv })).toEqual([
      'b.csv, line 2, meter m1, 2026-05-01T10:00Z: This file says 6/0 Wh (import/export), but a.parquet, line 1, says 5/0. Import only the right file.',
    ])
  })
})
