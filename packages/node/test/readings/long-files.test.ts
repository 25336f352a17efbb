import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { columnsOf, readFiles, refusalOf, rowOf } from './desk.ts'

const HEADER = 'meter,from,import_wh,export_wh'

describe('a long file', () => {
  test('of the issue’s example gives two readings of one quarter hour', async () => {
    const columns = await columnsOf(
      `${HEADER}\nm1,2026-05-01T10:00:00Z,0,500\nm2,2026-05-01T10:00:00Z,300,0\n`,
    )
    expect(columns).toMatchObject({ meters: ['m1', 'm2', 'm3'], slots: 1, notes: [] })
    expect(new Date(columns.firstSlot * 900_000).toISOString()).toBe('2026-05-01T10:00:00.000Z')
    expect([...columns.importWh]).toEqual([0, 300, 0])
    expect([...columns.exportWh]).toEqual([500, 0, 0])
    expect([...columns.quality]).toEqual([1, 1, 0])
  })

  test('keeps what is missing missing: a slot without a row has quality 0', async () => {
    const columns = await columnsOf(`${HEADER}\nm1,2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T10:30:00Z,3,0`)
    expect(rowOf(columns, 'm1')).toEqual(['1/0', '-', '3/0'])
    expect(rowOf(columns, 'm3')).toEqual(['-', '-', '-'])
  })

  test('carries the quality as a word or a digit, and a row may say that it is missing', async () => {
    const columns = await columnsOf(
      `${HEADER},quality\nm1,2026-05-01T10:00:00Z,1,0,measured\nm1,2026-05-01T10:15:00Z,1,0,2\n` +
        `m2,2026-05-01T10:00:00Z,1,0,Estimated\nm2,2026-05-01T10:15:00Z,0,0,missing\n`,
    )
    expect([...columns.quality]).toEqual([1, 2, 3, 0, 0, 0])
    expect(await refusalOf(`${HEADER},quality\nm1,2026-05-01T10:00:00Z,1,0,good`)).toEqual([
      'letture.csv, line 2, meter m1, 2026-05-01T10:00Z: The quality "good" is unknown. ' +
        'Write measured, substituted, estimated or missing (1, 2, 3, 0).',
    ])
  })

  test('may be gzipped, begin with a byte order mark, end lines as Windows does, and have quotes and empty lines', async () => {
    const text = `\uFEFF\r\n"meter","from","import_wh","export_wh"\r\n"m1","2026-05-01T10:00:00Z","1","0"\r\n\r\nm1,2026-05-01T10:15:00+00:00,2,0`
    expect(rowOf(await columnsOf({ 'a.csv.gz': gzipSync(text) }), 'm1')).toEqual(['1/0', '2/0'])
  })

  test('may part its columns by semicolon, tab or bar, in any order, and a remark is passed over and said', async () => {
    for (const delimiter of [';', '\t', '|']) {
      const lines = [
        'remark;export_wh;import_wh;from;meter',
        'x;5;0;2026-05-01T10:00:00Z;m1',
        ';6;0;2026-05-01T10:15:00Z;m1',
      ]
      const columns = await columnsOf(lines.join('\n').replaceAll(';', delimiter))
      expect(rowOf(columns, 'm1')).toEqual(['0/5', '0/6'])
      expect(columns.notes).toMatchObject([{ code: 'columns-ignored', details: { columns: ['remark'] } }])
    }
  })

  test('in UTF-16 or Latin-1 is read as what it is', async () => {
    const text = `${HEADER},città\nm1,2026-05-01T10:00:00Z,1,0,è\n`
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
    const files = [utf16, utf16.subarray(2), Buffer.from(utf16).swap16(), Buffer.from(text, 'latin1')]
    for (const bytes of files) expect(rowOf(await columnsOf({ 'a.csv': bytes }), 'm1')).toEqual(['1/0'])
  })
})

describe('rows', () => {
  test('out of order give the same columns', async () => {
    const rows = ['m1,2026-05-01T10:00:00Z,1,0', 'm2,2026-05-01T10:15:00Z,2,0', 'm1,2026-05-03T10:00:00Z,3,0']
    const sorted = await columnsOf([HEADER, ...rows].join('\n'))
    const reversed = await columnsOf([HEADER, ...rows.toReversed()].join('\n'))
    expect(reversed).toEqual(sorted)
  })

  test('given twice alike count once, and it is said where', async () => {
    const columns = await columnsOf(`${HEADER}\nm1,2026-05-01T10:00:00Z,7,0\nm1,2026-05-01T10:00:00Z,7,0\n`)
    expect(rowOf(columns, 'm1')).toEqual(['7/0'])
    expect(columns.notes).toMatchObject([{ code: 'reading-repeated', line: 3, meter: 'm1' }])
  })

  test('given twice with different values are refused with both lines', async () => {
    expect(
      await refusalOf(
        `${HEADER}\nm1,2026-05-01T10:00:00Z,7,0\nm2,2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T10:00:00Z,8,0\n`,
      ),
    ).toEqual([
      'letture.csv, line 4, meter m1, 2026-05-01T10:00Z: This row says 8/0 Wh (import/export), but line 2 says 7/0. Keep the right one.',
    ])
  })

  test('of two files that disagree are refused with both files and lines', async () => {
    const files = {
      'aprile.csv': `${HEADER}\nm2,2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T10:00:00Z,7,0\n`,
      'corretto.csv': `${HEADER}\nm1,2026-05-01T10:00:00Z,7,2\n`,
    }
    expect(await refusalOf(files, {}, 'it')).toEqual([
      'corretto.csv, riga 2, contatore m1, 2026-05-01T10:00Z: Questo file dice 7/2 Wh (prelievo/immissione), ' +
        'ma aprile.csv, riga 3, dice 7/0. Importa solo il file giusto.',
    ])
  })

  test('that are negative are refused; minus zero is zero', async () => {
    expect(await refusalOf(`${HEADER}\nm1,2026-05-01T10:00:00Z,-5,0`)).toEqual([
      'letture.csv, line 2, meter m1, 2026-05-01T10:00Z: The energy -5 is negative. ' +
        'Import and export are each 0 or more: a negative net belongs in the other column.',
    ])
    expect(await refusalOf(`${HEADER}\nm1,2026-05-01T10:00:00Z,-0,0`)).toEqual([])
  })

  test('of a meter that is not in the community are refused by its name', async () => {
    expect(await refusalOf(`${HEADER}\nm9,2026-05-01T10:00:00Z,5,0`)).toEqual([
      'letture.csv, line 2, meter m9: The meter "m9" is not in the community file. Add it there, or remove its readings.',
    ])
  })

  test('that begin inside a quarter hour, or last longer than one, would overlap and are refused', async () => {
    expect(await refusalOf(`${HEADER}\nm1,2026-05-01T10:07:00Z,5,0`)).toEqual([
      'letture.csv, line 2, meter m1: "2026-05-01T10:07:00Z" is inside a quarter hour: the reading would overlap two. ' +
        'Readings begin at :00, :15, :30 or :45.',
    ])
    const withUntil = 'meter,from,until,import_wh,export_wh'
    expect(await refusalOf(`${withUntil}\nm1,2026-05-01T10:00Z,2026-05-01T10:15Z,5,0`)).toEqual([])
    expect(await refusalOf(`${withUntil}\nm1,2026-05-01T10:00Z,2026-05-01T10:30Z,5,0`)).toEqual([
      'letture.csv, line 2, meter m1, 2026-05-01T10:00Z: The row runs from 2026-05-01T10:00Z to 2026-05-01T10:30Z, ' +
        'which is not a quarter hour: it would overlap other readings. Split it into quarter hours.',
    ])
  })

  test('outside the period asked for are passed over', async () => {
    const text = `${HEADER}\nm1,2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T10:15:00Z,2,0\nm1,2026-05-01T10:30:00Z,3,0\n`
    const { firstSlot } = await columnsOf(text)
    const read = await readFiles(
      { 'a.csv': text },
      { from: firstSlot, until: (firstSlot + 2) as typeof firstSlot },
    )
    expect(read.ok && rowOf(read.value, 'm1')).toEqual(['1/0', '2/0'])
  })

  test('with a field too few, a quote never closed, or a broken number or date are named one by one', async () => {
    const sentences = await refusalOf(
      `${HEADER}\nm1,2026-05-01T10:00:00Z,1\nm1,"2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T10:00:00Z,1x,0\nm1,2026-02-29T10:00:00Z,1,0\n`,
    )
    expect(sentences.map((sentence) => sentence.slice(0, 60))).toEqual([
      'letture.csv, line 2: The row has 3 fields, the header 4 (par',
      'letture.csv, line 3: A quote is opened and never closed.',
      'letture.csv, line 4, meter m1, 2026-05-01T10:00Z: "1x" is no',
      'letture.csv, line 5, meter m1: "2026-02-29T10:00:00Z" is no ',
    ])
  })

  test('wrong by the thousand are counted, and the first twenty listed', async () => {
    const rows = Array.from({ length: 1000 }, () => 'm1,yesterday,1,0')
    const sentences = await refusalOf([HEADER, ...rows].join('\n'))
    expect(sentences).toHaveLength(20)
    expect(sentences[19]).toContain('And 980 more like this.')
  })

  test('far apart by a mistyped year are refused with both ends of the period', async () => {
    const [sentence] = await refusalOf(
      `${HEADER}\nm1,2026-05-01T10:00:00Z,1,0\nm1,9026-05-01T10:15:00Z,2,0\n`,
    )
    expect(sentence).toContain(
      'from 2026-05-01T10:00Z (letture.csv, line 2) to 9026-05-01T10:30Z (letture.csv, line 3)',
    )
  })
})

describe('the plain writing of a long file and every other', () => {
  const row = fc.record({
    meter: fc.constantFrom('m1', 'm2', 'm3'),
    slot: fc.integer({ min: 1_976_000, max: 1_976_400 }),
    importWh: fc.integer({ min: 0, max: 62_500 }),
    exportWh: fc.integer({ min: 0, max: 9 }),
    quality: fc.integer({ min: 0, max: 3 }),
  })
  const rows = fc.uniqueArray(row, {
    selector: ({ meter, slot }) => `${meter}/${slot}`,
    minLength: 1,
    maxLength: 60,
  })

  test('give equal columns', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        fc.pre(some.some(({ quality }) => quality > 0))
        const write = (line: (of: (typeof some)[number], time: string) => string): string =>
          [
            `${HEADER},quality`,
            ...some.map((of) => line(of, new Date(of.slot * 900_000).toISOString())),
          ].join('\n')
        const plain = write(
          (of, time) => `${of.meter},${time.slice(0, 19)}Z,${of.importWh},${of.exportWh},${of.quality}`,
        )
        const quoted = write(
          (of, time) => `"${of.meter}",${time},${of.importWh}.0,+${of.exportWh},"${of.quality}"`,
        )
        const read = await readFiles({ 'a.csv': plain })
        expect(read.ok).toBe(true)
        expect(await readFiles({ 'a.csv': quoted })).toEqual(read)
        expect(
          await readFiles({ 'a.csv': `${plain}\n`.replaceAll('\n', '\r\n'), 'b.csv': `${HEADER},quality` }),
        ).toEqual(read)
      }),
      { numRuns: 60 },
    )
  })

  test('are told apart row by row in one file', async () => {
    const columns = await columnsOf(
      `${HEADER}\nm1,2026-05-01T10:00:00Z,1,0\nm1,2026-05-01T12:15:00+02:00,2.25,0\nm1,2026-05-01T10:30:00Z,3,0\n`,
    )
    expect(rowOf(columns, 'm1')).toEqual(['1/0', '2/0', '3/0'])
  })

  test('read files larger than one chunk, whatever the lines break on', async () => {
    const lines = Array.from(
      { length: 60_000 },
      (_, t) => `m1,${new Date((1_976_000 + t) * 900_000).toISOString().slice(0, 19)}Z,${t % 1000},0`,
    )
    const { importWh, slots } = await columnsOf([HEADER, ...lines].join('\n'))
    expect(slots).toBe(60_000)
    expect(importWh.subarray(0, slots).every((wh, t) => wh === t % 1000)).toBe(true)
  })
})
