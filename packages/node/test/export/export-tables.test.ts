import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { accountLines, balanceOf, settlementRecords } from '@tri/community'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { exportTables } from '../../src/export/export-tables.ts'
import { tableBytes, type TableColumn, type TableFormat } from '../../src/export/table-bytes.ts'
import { settleStretch } from '../../src/services/month-acts.ts'
import { energyOf, openStreet, paid, rangeOf, type Street } from '../services/small-street.ts'

type Row = Readonly<Record<string, string | number>>
const days = ['2026-03-28', '2026-03-29', '2026-03-30'].map(rangeOf)
let street: Street
let root = ''
let folders = 0
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tri-export-'))
  street = await openStreet('2026-04-02T08:00:00Z')
  const { node } = street
  for (const day of days) {
    await street.bring(day)
    await settleStretch(node, day)
  }
  const payment = { from: 'home-1', to: 'home-2', amountMicroCredit: 5, key: 'k' }
  await paid(node, { ...payment, memo: '=1+1, "two"' })
})
afterAll(async () => {
  await street[Symbol.asyncDispose]()
  rmSync(root, { recursive: true })
})

const freshFolder = () => join(root, String(++folders))

/** The rows of all files of a folder. */
async function rowsIn(folder: string, format: TableFormat): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of readdirSync(folder).toSorted()) {
    const bytes = readFileSync(join(folder, name))
    if (format === 'parquet')
      rows.push(...((await parquetReadObjects({ file: new Uint8Array(bytes).buffer })) as Row[]))
    else if (format === 'jsonl')
      rows.push(
        ...bytes
          .toString()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Row),
      )
    else rows.push(...csvRows(bytes.toString()))
  }
  return rows
}

function valued(cell: string): string | number {
  return /^-?\d+$/.test(cell) ? Number(cell) : cell
}

/** Fields of a CSV as in RFC 4180; what is a whole number becomes one. */
function csvRows(text: string): Row[] {
  const [head = [], ...lines] = text
    .trim()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((m) =>
        (m[1] ?? m[2] ?? '').replaceAll('""', '"'),
      ),
    )
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, valued(cells[i] ?? '')])))
}

describe('energy, taken out', () => {
  it('has the same figures as CSV, JSON lines and Parquet', async () => {
    const read: Row[][] = []
    for (const format of ['csv', 'jsonl', 'parquet'] as const) {
      const out = freshFolder()
      const { files } = await exportTables(street.node.view, { what: 'energy', format, out })
      expect(files.map(({ rows }) => rows)).toEqual([7 * 96, 7 * 92, 7 * 96])
      read.push(await rowsIn(out, format))
    }
    expect(read[1]).toEqual(read[0])
    expect(read[2]).toEqual(read[0])
  })

  it('has every reading as it was stated, and balances row by row', async () => {
    const out = freshFolder()
    await exportTables(street.node.view, { what: 'energy', format: 'jsonl', out })
    for (const row of await rowsIn(out, 'jsonl')) {
      const at = Date.parse(String(row['from'])) / 900_000
      const { importWh, exportWh } = energyOf(Number(String(row['meter']).slice(1)), at)
      expect([row['import_wh'], row['export_wh']]).toEqual([importWh, exportWh])
      const sum = (verb: string) =>
        Object.entries(row).reduce(
          (before, [name, value]) => before + (name.startsWith(verb) ? Number(value) : 0),
          0,
        )
      expect(importWh).toBe(sum('received_') + Number(row['own_wh']) + Number(row['grid_import_wh']))
      expect(exportWh).toBe(sum('given_') + Number(row['own_wh']) + Number(row['grid_export_wh']))
    }
  })

  it('of one member has her meters only', async () => {
    const out = freshFolder()
    await exportTables(street.node.view, { what: 'energy', format: 'csv', out, member: 'home-3' })
    const rows = await rowsIn(out, 'csv')
    expect(new Set(rows.map(({ member, meter }) => `${member} ${meter}`))).toEqual(new Set(['home-3 m3']))
    expect(rows).toHaveLength(96 + 92 + 96)
  })
})

describe('the ledger, taken out', () => {
  it('has every posting once, oldest first, up to the balance', async () => {
    const out = freshFolder()
    const { view } = street.node
    await exportTables(view, { what: 'ledger', format: 'parquet', out })
    const rows = await rowsIn(out, 'parquet')
    for (const member of ['home-1', 'home-4', 'coop']) {
      const own = rows.filter(({ account }) => account === member)
      expect(own).toHaveLength(accountLines(view.store, member).lines.length)
      expect(own.at(-1)?.['balance_micro_credit']).toBe(balanceOf(view.store, member)?.balance)
      let balance = 0
      for (const row of own)
        expect(row['balance_micro_credit']).toBe((balance += Number(row['amount_micro_credit'])))
    }
    expect(rows.reduce((sum, row) => sum + Number(row['amount_micro_credit']), 0)).toBe(0)
  })

  it('of a month has the postings that are for it, whenever they were made', async () => {
    const out = freshFolder()
    await exportTables(street.node.view, { what: 'ledger', format: 'jsonl', out, month: '2026-03' })
    const rows = await rowsIn(out, 'jsonl')
    expect(new Set(rows.map(({ posting }) => posting))).toEqual(new Set(['energy', 'fee']))
    expect(settlementRecords(street.node.view.store, rangeOf('2026-03'))).toHaveLength(3)
    expect(rows.filter(({ account, posting }) => account === 'home-2' && posting === 'energy')).toHaveLength(
      3,
    )
  })

  it('does not let a note run as a formula in a spreadsheet', async () => {
    const out = freshFolder()
    await exportTables(street.node.view, { what: 'ledger', format: 'csv', out, member: 'home-2' })
    expect(readFileSync(join(out, 'ledger.csv'), 'utf8')).toContain(`"'=1+1, ""two"""`)
  })
})

describe('a folder to write to', () => {
  it('that is not empty is refused, and left as it is', async () => {
    const out = freshFolder()
    mkdirSync(out)
    writeFileSync(join(out, 'mine.txt'), 'mine')
    const wanted = { what: 'ledger', format: 'csv', out } as const
    await expect(exportTables(street.node.view, wanted)).rejects.toMatchObject({
      code: 'out-folder-not-empty',
    })
    expect(readdirSync(out)).toEqual(['mine.txt'])
  })

  it('that is there and empty is taken', async () => {
    const out = freshFolder()
    mkdirSync(out)
    await exportTables(street.node.view, { what: 'ledger', format: 'csv', out })
    expect(readdirSync(out)).toEqual(['ledger.csv'])
  })

  it('has nothing half-done beside it when there was nothing to write, or writing failed', async () => {
    const parent = freshFolder()
    mkdirSync(parent)
    const out = join(parent, 'out')
    const { view } = street.node
    for (const [wanted, code] of [
      [{ month: '2031-01' }, 'month-unknown'],
      [{ month: '2026-04' }, 'export-empty'],
      [{ member: 'nobody' }, 'member-unknown'],
    ] as const) {
      const asked = exportTables(view, { what: 'energy', format: 'csv', out, ...wanted })
      await expect(asked).rejects.toMatchObject({ code })
      expect(readdirSync(parent)).toEqual([])
    }
    const torn = {
      ...view,
      kernel: {
        ...view.kernel,
        match: () => {
          throw new Error('no more room')
        },
      },
    }
    await expect(exportTables(torn, { what: 'energy', format: 'csv', out })).rejects.toThrow('no more room')
    expect(readdirSync(parent)).toEqual([])
  })
})

describe('the bytes of a table', () => {
  const columns: readonly TableColumn<Row>[] = [
    { name: 'text', type: 'STRING', of: (row) => String(row['text']) },
    { name: 'energy_wh', type: 'DOUBLE', of: (row) => Number(row['energy_wh']) },
  ]

  it('hold every safe integer exactly', async () => {
    const rows = [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, 1].map((energyWh) => ({
      text: 'più',
      energy_wh: energyWh,
    }))
    const parquet = tableBytes(columns, rows, 'parquet')
    expect(await parquetReadObjects({ file: new Uint8Array(parquet).buffer })).toEqual(rows)
    expect(csvRows(new TextDecoder().decode(tableBytes(columns, rows, 'csv')))).toEqual(rows)
  })

  it.each(['=1', '+1', '-1', '@x', '\tx'])('mark text that a spreadsheet would run: %j', (text) => {
    const csv = new TextDecoder().decode(tableBytes(columns, [{ text, energy_wh: -1 }], 'csv'))
    expect(csv).toContain(`'${text},-1`)
  })
})
