import { describe, expect, test } from 'vitest'

import { columnsOf, refusalOf, rowOf } from './desk.ts'

describe('a wide file', () => {
  test('has a column a meter and direction, each with its own unit', async () => {
    const columns = await columnsOf(
      'from,m1.import_wh,m1.export_wh,m2.import_kwh,m2.export_kwh\n' +
        '2026-05-01T10:00:00Z,0,500,0.3,0\n2026-05-01T10:15:00Z,10,0,0.25,0\n',
    )
    expect(rowOf(columns, 'm1')).toEqual(['0/500', '10/0'])
    expect(rowOf(columns, 'm2')).toEqual(['300/0', '250/0'])
    expect(rowOf(columns, 'm3')).toEqual(['-', '-'])
  })

  test('may write its titles in the ways spreadsheets do', async () => {
    for (const [importTitle, exportTitle] of [
      ['m1 import [kWh]', 'm1 export [kWh]'],
      ['m1/import (kWh)', 'm1/export (kWh)'],
      ['m1_import_kwh', 'm1_export_kwh'],
      ['"m1:import_kWh"', '"m1:export_kWh"'],
    ]) {
      const columns = await columnsOf(`from_utc;${importTitle};${exportTitle}\n01.05.2026 10:00;0,5;0\n`)
      expect(rowOf(columns, 'm1'), importTitle).toEqual(['500/0'])
    }
  })

  test('with an empty field leaves that quarter hour missing, and a half one is said', async () => {
    const columns = await columnsOf(
      'from,m1.import_wh,m1.export_wh,m2.import_wh,m2.export_wh\n2026-05-01T10:00:00Z,,,1,\n2026-05-01T10:15:00Z,5,0,6,0\n',
    )
    expect(rowOf(columns, 'm1')).toEqual(['-', '5/0'])
    expect(rowOf(columns, 'm2')).toEqual(['-', '6/0'])
    expect(columns.notes).toMatchObject([{ code: 'reading-half', line: 2, meter: 'm2' }])
  })

  test('of local time has 92 or 100 rows on the days the clocks change', async () => {
    const hours = ['00', '01', '02', '02', '03']
    const rows = hours.flatMap((hour) =>
      ['00', '15', '30', '45'].map((minute) => `2026-10-25 ${hour}:${minute},1,0`),
    )
    const columns = await columnsOf(`from_local,m1.import_wh,m1.export_wh\n${rows.join('\n')}`)
    expect(columns.slots).toBe(20)
    expect(rowOf(columns, 'm1').every((pair) => pair === '1/0')).toBe(true)
  })

  test('with a meter the community does not have, or a title of no meter, is refused', async () => {
    expect(
      await refusalOf('from,m1.import_wh,m1.export_wh,m9.import_wh,m9.export_wh\n2026-05-01T10:00Z,1,0,1,0'),
    ).toEqual([
      'letture.csv, line 1, meter m9: The meter "m9" is not in the community file. Add it there, or remove its readings.',
    ])
    const [title] = await refusalOf('from,m1.import_wh,m1.export_wh,temperature\n2026-05-01T10:00Z,1,0,21')
    expect(title).toBe(
      'letture.csv, line 1: The column "temperature" is not of the form meter.import_wh or meter.export_kwh. Rename or remove it.',
    )
  })

  test('with one direction only asks before it takes the other for 0', async () => {
    const text = 'from,m1.import_wh\n2026-05-01T10:00Z,7'
    expect(await refusalOf(text)).toEqual([
      'letture.csv, line 1: There is a column for import but not "m1.export_wh". Add it, or pass --absent-direction zero if it is always 0.',
    ])
    expect(rowOf(await columnsOf(text, { absentDirection: 'zero' }), 'm1')).toEqual(['7/0'])
  })
})

describe('a file that is none', () => {
  test('is told by its first bytes: a spreadsheet, an image, nothing at all', async () => {
    expect(await refusalOf({ 'letture.xlsx': Buffer.from('PK\u0003\u0004rest') })).toEqual([
      'letture.xlsx: This is a zip archive or a spreadsheet. Unpack it, or save the sheet as CSV.',
    ])
    const noise = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 37) % 256))
    expect(await refusalOf({ 'letture.csv': noise })).toEqual([
      'letture.csv: This is neither text (UTF-8, UTF-16, Latin-1) nor Parquet. Export the readings as CSV in UTF-8.',
    ])
    expect(await refusalOf('')).toEqual([
      'letture.csv: The file is empty. The first line must be a header such as meter,from,import_wh,export_wh.',
    ])
  })

  test('or is parted by another character than the header’s names allow, is refused with its header', async () => {
    const [sentence] = await refusalOf('meter#from#import_wh#export_wh\nm1#2026-05-01T10:00:00Z#1#0')
    expect(sentence).toMatch(
      /^letture.csv, line 1: The header "meter#from#import_wh#export_wh" is none we know: .* pass --delimiter/,
    )
    const forced = await refusalOf('meter,from,import_wh,export_wh\nm1,2026-05-01T10:00:00Z,1,0', {
      delimiter: ';',
    })
    expect(forced[0]).toContain('The header "meter,from,import_wh,export_wh" is none we know')
  })

  test('and has rows without a header is refused', async () => {
    expect((await refusalOf('m1,2026-05-01T10:00:00Z,1,0'))[0]).toContain('is none we know')
  })

  test('cut short in its gzip is refused as damaged', async () => {
    const { gzipSync } = await import('node:zlib')
    const whole = gzipSync(`meter,from,import_wh,export_wh\nm1,2026-05-01T10:00:00Z,1,0\n`)
    expect(await refusalOf({ 'letture.csv.gz': whole.subarray(0, whole.length - 6) })).toEqual([
      'letture.csv.gz: The file ends early or is damaged (Z_BUF_ERROR). Fetch it again.',
    ])
  })

  test('is missing altogether is named', async () => {
    const { readReadings } = await import('../../src/readings/read-readings.ts')
    const read = await readReadings(['/nowhere/letture.csv'], { timezone: 'UTC', members: [], meters: [] })
    expect(read.ok ? [] : read.refusal).toMatchObject([
      { code: 'file-unreadable', file: 'letture.csv', details: { reason: 'ENOENT' } },
    ])
  })
})

describe('a header', () => {
  test('with a column twice is refused with its name', async () => {
    expect(await refusalOf('meter,from,import_wh,import_wh,export_wh\nm1,2026-05-01T10:00Z,1,1,0')).toEqual([
      'letture.csv, line 1: The header has the column "import_wh" twice. Remove one.',
    ])
  })
})
