import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { RuleName } from '@tri/exchange'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { newFolder, type OutFolder } from '../../src/batch/out-folder.ts'
import { settleRunJson, settleRunReport } from '../../src/batch/report.ts'
import { settleRun, type SettleRun, type SettleRunOptions } from '../../src/batch/settle-run.ts'
import { problemSentence } from '../../src/problem.ts'
import { smallestCommunity } from '../community-file/smallest.ts'

let folder = ''
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tri-settle-'))
})
afterAll(async () => rm(folder, { recursive: true }))

type Wanted = Omit<SettleRunOptions, 'community' | 'readings'> & { readonly community?: object }

async function filesFor(readings: string, community: object = smallestCommunity): Promise<SettleRunOptions> {
  const place = path.join(folder, String(count++))
  await mkdir(place)
  const files = { community: path.join(place, 'prova.json'), readings: [path.join(place, 'letture.csv')] }
  await writeFile(files.community, JSON.stringify(community))
  await writeFile(path.join(place, 'letture.csv'), readings)
  return files
}
async function settled(readings: string, { community, ...wanted }: Wanted = {}): Promise<SettleRun> {
  const run = await settleRun({ ...(await filesFor(readings, community)), ...wanted })
  expect(run.ok ? [] : run.refusal.map((problem) => problemSentence(problem))).toEqual([])
  if (!run.ok) throw new TypeError('not settled')
  return run.value
}
async function refused(readings: string, { community, ...wanted }: Wanted = {}): Promise<string[]> {
  const run = await settleRun({ ...(await filesFor(readings, community)), ...wanted })
  return run.ok ? [] : run.refusal.map((problem) => problemSentence(problem))
}

const HEADER = 'meter,from,import_wh,export_wh'
const EXAMPLE = `${HEADER}\nm1,2026-05-01T10:00:00Z,0,500\nm2,2026-05-01T10:00:00Z,300,0\n`
const at = (quarter: number): string => new Date(Date.UTC(2026, 4, 1) + quarter * 900_000).toISOString()
/** Quarter hours from 2026-05-01T00:00Z on, for both meters. */
const rows = (quarters: number, from = 0): string[] =>
  Array.from({ length: quarters }, (_, t) => from + t).flatMap((t) => [
    `m1,${at(t)},${(t * 37) % 200},${(t * 91) % 500}`,
    `m2,${at(t)},${(t * 53) % 400},0`,
  ])

describe('settling the example of the docs', () => {
  test('prints its figures', async () => {
    expect(settleRunReport(await settled(EXAMPLE)).split('\n')).toEqual([
      'community prova',
      'rule neighbour-first',
      'from 2026-05-01T10:00Z',
      'until 2026-05-01T10:15Z',
      'slots 1',
      'meters 2',
      'importWh 300',
      'exportWh 500',
      'ownWh 0',
      'sharedWh 300',
      'ringWh.street 300',
      'gridImportWh 0',
      'gridExportWh 200',
      'lossWeightedWhOhm 8',
      'sumMicroCredit 0',
      expect.stringMatching(/^root [0-9a-f]{64}$/),
      'home-1 +0.033 CC',
      'home-2 -0.033 CC',
    ])
  })

  test('gives the same figures as JSON, with each member’s lines', async () => {
    expect(settleRunJson(await settled(EXAMPLE))).toMatchObject({
      slots: 1,
      meters: 2,
      sharedWh: 300,
      ringWh: { street: 300 },
      gridExportWh: 200,
      lossWeightedWhOhm: 8,
      sumMicroCredit: 0,
      book: { operations: 3, sumMicroCredit: 0 },
      members: [
        {
          member: 'home-1',
          creditMicroCredit: 33_000,
          lines: [{ ring: 'street', givenWh: 300, receivedWh: 0 }],
        },
        {
          member: 'home-2',
          creditMicroCredit: -33_000,
          lines: [{ ring: 'street', givenWh: 0, receivedWh: 300 }],
        },
      ],
    })
  })
})

describe('a settled period', () => {
  test('has the same root for any order of its rows, and another root for one Wh more', async () => {
    const some = rows(8)
    const { settlement } = await settled([HEADER, ...some].join('\n'))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(some, { minLength: some.length }), async (shuffled) => {
        const again = await settled([HEADER, ...shuffled].join('\n'))
        expect(again.settlement.root).toBe(settlement.root)
        expect(again.settlement.totals).toEqual(settlement.totals)
      }),
      { numRuns: 10 },
    )
    const other = await settled(
      [HEADER, ...some].join('\n').replace(/,(\d+),0$/, (_, wh) => `,${Number(wh) + 1},0`),
    )
    expect(other.settlement.root).not.toBe(settlement.root)
  })

  test('balances to the Wh, and the book it went through to the µCC', async () => {
    const { settlement, book } = await settled([HEADER, ...rows(96)].join('\n'))
    const { importWh, exportWh, sharedWh, ownWh, gridImportWh, gridExportWh } = settlement.totals
    expect(importWh).toBe(sharedWh + ownWh + gridImportWh)
    expect(exportWh).toBe(sharedWh + ownWh + gridExportWh)
    expect(book.sumMicroCredit).toBe(0)
    for (const { member, creditMicroCredit } of settlement.members)
      expect(book.balances.get(member)).toBe(creditMicroCredit)
  })

  test('over two months is posted month by month and comes to the same', async () => {
    // The local month of Rome ends at 22:00Z on 31 May: quarter hour 2968 from 1 May.
    const { book, settlement } = await settled([HEADER, ...rows(16, 2960)].join('\n'))
    expect(settlement.slots).toBe(16)
    // Founding, statements of two UTC days at most, and a settlement for each month.
    expect(book.operations).toBeGreaterThanOrEqual(4)
    expect(book.balances.get('home-2')).toBe(settlement.members[1]?.creditMicroCredit)
  })

  test('may be chosen in local days and months, each taken whole', async () => {
    const days = [HEADER, ...rows(4 * 96)].join('\n')
    const one = await settled(days, { from: '2026-05-02', to: '2026-05-02' })
    expect(settleRunJson(one)).toMatchObject({
      from: '2026-05-01T22:00Z',
      until: '2026-05-02T22:00Z',
      slots: 96,
    })
    const hours = await settled(days, { from: '2026-05-02T10:00Z', to: '2026-05-02T12:00+01:00' })
    expect(settleRunJson(hours)).toMatchObject({
      from: '2026-05-02T10:00Z',
      until: '2026-05-02T11:00Z',
      slots: 4,
    })
    expect(await refused(days, { from: '2026-02-30' })).toEqual([
      '--from "2026-02-30" is no date. Write 2026-05-01 for a day, 2026-05 for a month, or 2026-05-01T10:00Z.',
    ])
    expect((await refused(days, { from: '2026-05-03', to: '2026-05-02' }))[0]).toContain('is not before')
  })

  test('of the months when clocks change has 2972 and 2980 slots', async () => {
    const { monthsOf, periodAsked } = await import('../../src/batch/period.ts')
    for (const [month, slots] of [
      ['2026-03', 2972],
      ['2026-10', 2980],
      ['2026-05', 2976],
    ] as const) {
      const asked = periodAsked({ from: month, to: month }, 'Europe/Rome')
      if (!asked.ok) throw new TypeError('a month')
      const { from, until } = asked.value
      expect((until ?? 0) - (from ?? 0), month).toBe(slots)
      expect(
        monthsOf({ firstSlot: from!, slots: slots + 8 }, 'Europe/Rome').map((piece) => piece.slots),
      ).toEqual([slots, 8])
    }
  })
})

describe('a rule asked for', () => {
  const day = [HEADER, ...rows(96)].join('\n')
  const keyed = {
    ...smallestCommunity,
    charter: { ...smallestCommunity.charter, rule: 'static', keys: { m1: '0.5', m2: '0.5' } },
  }

  test('takes the place of the charter’s, whose options it leaves aside', async () => {
    const rules: readonly RuleName[] = [
      'neighbour-first',
      'pro-rata',
      'equal-share',
      'italy-cer',
      'austria-dynamic',
    ]
    for (const rule of rules) {
      const run = await settled(day, { rule, community: keyed })
      expect(run.rule).toBe(rule)
      expect(run.settlement.totals.sumMicroCredit).toBe(0)
    }
  })

  test('that needs keys the charter has not is refused by name', async () => {
    expect((await refused(day, { rule: 'static' }))[0]).toContain('The rule "static" needs keys')
  })

  test('that settles hours needs whole ones', async () => {
    expect(await refused(EXAMPLE, { rule: 'italy-cer' })).toEqual([
      'The rule italy-cer settles whole hours, but the period runs from 2026-05-01T10:00Z to 2026-05-01T10:15Z. Choose whole hours with --from and --to.',
    ])
  })
})

const without = (all: readonly string[], meter: string, from: number, until: number): string => {
  const gone = new Set(Array.from({ length: until - from }, (_, i) => `${meter},${at(from + i)}`))
  return [HEADER, ...all.filter((row) => !gone.has(row.split(',').slice(0, 2).join(',')))].join('\n')
}

describe('a gap', () => {
  const fourDays = rows(4 * 96)
  const twoWeeks = [...rows(14 * 96)]
  test('of one quarter hour is not settled over: it is named with its meter and slot', async () => {
    expect(await refused(without(fourDays, 'm2', 100, 101))).toEqual([
      'meter m2, 2026-05-02T01:00Z: 1 quarter hours (0 days) without a reading, until 2026-05-02T01:15Z.',
      '1 of 768 meter-slots are missing, in 1 gaps: nothing was settled. Import what is missing, choose a complete period ' +
        'with --from and --to, or name a rule with --substitute (last-week, same-weekday-mean, zero).',
    ])
  })

  test('of ten days is one gap of 960 quarter hours, not 960 problems', async () => {
    const sentences = await refused(without(twoWeeks, 'm1', 96, 96 + 960))
    expect(sentences).toHaveLength(2)
    expect(sentences[0]).toBe(
      'meter m1, 2026-05-02T00:00Z: 960 quarter hours (10 days) without a reading, until 2026-05-12T00:00Z.',
    )
  })

  test('is filled by the rule that was named, and marked so', async () => {
    const text = without(twoWeeks, 'm2', 800, 804)
    const run = await settled(text, { substitute: 'last-week' })
    expect(run.completeness).toMatchObject({ estimated: 4, missing: 0 })
    expect(settleRunReport(run)).toContain('estimated 4')
    expect((await refused(without(twoWeeks, 'm2', 10, 12), { substitute: 'last-week' }))[0]).toBe(
      'meter m2, 2026-05-01T02:30Z: The rule last-week cannot fill these 2 quarter hours (history-missing). Import them, or choose another rule.',
    )
  })

  test('of a meter inside a household stops nothing', async () => {
    const meters = [
      ...smallestCommunity.meters,
      { id: 'pv', member: 'home-1', site: 'casa-1', role: 'production' },
    ]
    const run = await settled(EXAMPLE, { community: { ...smallestCommunity, meters } })
    expect(run.settlement.totals).toMatchObject({ meters: 2, sharedWh: 300 })
  })
})

describe('the folder of a run', () => {
  test('has a statement by ring and a row a slot for each member, which sum to the same', async () => {
    const out = path.join(folder, 'maggio')
    const run = await settled([HEADER, ...rows(96)].join('\n'), { out })
    expect((await readdir(path.join(out, 'slots'))).toSorted()).toEqual(['home-1.csv', 'home-2.csv'])
    for (const member of run.settlement.members) {
      const [header = '', ...lines] = (
        await readFile(path.join(out, 'slots', `${member.member}.csv`), 'utf8')
      )
        .trim()
        .split('\n')
      const titles = header.split(',')
      const sum = (title: string): number =>
        lines.reduce((total, line) => total + Number(line.split(',')[titles.indexOf(title)]), 0)
      expect(lines).toHaveLength(96)
      expect(sum('import_wh')).toBe(member.importWh)
      expect(sum('own_wh')).toBe(member.ownWh)
      expect(sum('street_wh')).toBe(member.sharedReceivedWh - member.sharedGivenWh)
      expect(sum('grid_export_wh')).toBe(member.gridExportWh)
      expect(sum('micro_credit')).toBe(member.creditMicroCredit)
      const statement: unknown = JSON.parse(
        await readFile(path.join(out, 'statements', `${member.member}.json`), 'utf8'),
      )
      expect(statement).toMatchObject({
        format: 'tri/statement/1',
        root: run.settlement.root,
        creditMicroCredit: member.creditMicroCredit,
      })
    }
    expect(JSON.parse(await readFile(path.join(out, 'summary.json'), 'utf8'))).toEqual(settleRunJson(run))
    expect(await readFile(path.join(out, 'statements', 'home-2.csv'), 'utf8')).toContain(
      'ring,received_wh,given_wh,credit_per_kwh,credit\nstreet,',
    )
  })

  test('has rows that sum to the credit under a rule of whole hours and with a fee too', async () => {
    const out = path.join(folder, 'ore')
    const community = { ...smallestCommunity, charter: { ...smallestCommunity.charter, feePerKwh: '0.01' } }
    const run = await settled([HEADER, ...rows(96)].join('\n'), { out, rule: 'italy-cer', community })
    for (const { member, creditMicroCredit } of run.settlement.members) {
      const lines = (await readFile(path.join(out, 'slots', `${member}.csv`), 'utf8'))
        .trim()
        .split('\n')
        .slice(1)
      expect(lines).toHaveLength(24)
      expect(lines.reduce((total, line) => total + Number(line.split(',').at(-1)), 0)).toBe(creditMicroCredit)
    }
  })

  test('is refused before any work when there is something in it', async () => {
    const out = path.join(folder, 'pieno')
    await mkdir(out)
    await writeFile(path.join(out, 'mio.txt'), 'mio')
    expect(await refused(EXAMPLE, { out })).toEqual([
      `The folder ${out} is not empty, and nothing in it is overwritten. Choose a new one.`,
    ])
    expect(await readdir(out)).toEqual(['mio.txt'])
  })

  test('is not there at all when the disk fills up half-way', async () => {
    const out = path.join(folder, 'mezzo', 'giugno')
    await mkdir(path.dirname(out))
    const real = newFolder(out)
    let written = 0
    const full: OutFolder = {
      ...real,
      append(file, bytes) {
        if (written++ === 3) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
        real.append(file, bytes)
      },
    }
    const run = await settleRun({ ...(await filesFor(EXAMPLE)), out }, { folder: full })
    expect(run.ok ? [] : run.refusal.map((problem) => problemSentence(problem, 'it'))).toEqual([
      `Non c’è più spazio per scrivere ${out}. Nulla è rimasto a metà: libera spazio e riprova.`,
    ])
    expect(await readdir(path.dirname(out))).toEqual([])
  })

  test('is not there when the readings are refused', async () => {
    const out = path.join(folder, 'niente')
    expect(await refused(EXAMPLE.replace('300', '-300'), { out })).toHaveLength(1)
    expect(await readdir(folder)).not.toContain('niente')
  })
})
