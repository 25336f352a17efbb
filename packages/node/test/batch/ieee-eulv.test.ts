import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

import { edgeCostWhOhm, typescriptKernel, type NeighbourTree } from '@tri/exchange'
import * as highsModule from 'highs'
import { describe, expect, test } from 'vitest'

import { settleRun, type SettleRun } from '../../src/batch/settle-run.ts'
import { communityTree } from '../../src/community-file/community-tree.ts'
import { problemSentence } from '../../src/problem.ts'
import { sharedData } from './shared-data.ts'

const grid = sharedData('grids/ieee-eulv/csv/')
const profiles = sharedData('profiles/')
// Its declarations describe the CommonJS build; Node loads the module build, whose default export is the loader.
const loadHighs = highsModule.default as unknown as typeof highsModule.default.default
const HOMES = 55
const QUARTERS = 96
const MINUTES = 15
const PV_KW = 4
const MIDSUMMER = '2016-06-21'
const RELATIVE = 1e-9

/** Rows of a CSV table of the feeder, without its comment and header lines. */
async function table(name: string, headerLines: number): Promise<string[][]> {
  const lines = (await readFile(new URL(name, grid), 'utf8')).trim().split(/\r?\n/)
  return lines.slice(headerLines).map((line) => line.split(',').map((field) => field.trim()))
}

async function feeder(): Promise<object> {
  const ohmPerKm = new Map((await table('LineCodes.csv', 2)).map(([name = '', , r1]) => [name, Number(r1)]))
  const lines = await table('Lines.csv', 2)
  const loads = await table('Loads.csv', 3)
  const buses = lines.map(([, from = '', to = '', , length, , code = '']) => ({
    id: `bus-${to}`,
    kind: 'street',
    parent: `bus-${from}`,
    // Whole nano-ohm, as the book will hold them.
    ohm: Math.round((ohmPerKm.get(code) ?? Number.NaN) * Number(length) * 1e6) / 1e9,
  }))
  const homes = loads.map(([, , bus = ''], i) => ({
    id: `casa-${i + 1}`,
    kind: 'site',
    parent: `bus-${bus}`,
    ohm: 0,
  }))
  const ids = Array.from({ length: HOMES }, (_, i) => i + 1)
  return {
    format: 'tri/community/1',
    id: 'ieee-eulv',
    name: 'IEEE European LV feeder',
    timezone: 'Europe/London',
    network: [{ id: 'bus-1', kind: 'transformer' }, ...buses, ...homes],
    members: ids.map((id) => ({ id: `home-${id}`, kind: 'household' })),
    meters: ids.map((id) => ({ id: `m${id}`, member: `home-${id}`, site: `casa-${id}` })),
    charter: { rule: 'neighbour-first', creditPerKwh: { home: '0.09', street: '0.11', transformer: '0.12' } },
  }
}

async function rows(place: string): Promise<string[][]> {
  const text = gunzipSync(await readFile(new URL(place, profiles))).toString('utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
}

/** Mean W of home h in each quarter hour: 15 measured minutes in kW, less what its panels make. */
async function meanWatts(): Promise<number[][]> {
  const minutes = await rows('household/ieee-eulv-100profiles-1min.csv.gz')
  const sun = (await rows('pv/simbench-pv5-pv6-pv8-15min-2016-pu.csv.gz')).filter(([time = '']) =>
    time.startsWith('21.06.2016'),
  )
  return Array.from({ length: HOMES }, (_, home) =>
    Array.from({ length: QUARTERS }, (_, quarter) => {
      const own = minutes.slice(quarter * MINUTES, (quarter + 1) * MINUTES)
      const used = own.reduce((sum, fields) => sum + Number(fields[home + 1]) * 1000, 0) / MINUTES
      const made = home % 5 === 0 ? Number(sun[quarter]?.[1]) * PV_KW * 1000 : 0
      return Number((used - made).toFixed(6))
    }),
  )
}

async function settledFeeder(watts: readonly (readonly number[])[]): Promise<SettleRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tri-eulv-'))
  try {
    const community = path.join(folder, 'eulv.json')
    const readings = path.join(folder, 'eulv.csv')
    await writeFile(community, JSON.stringify(await feeder()))
    const header = [
      'from_local',
      ...watts.flatMap((_, h) => [`m${h + 1}.import_w`, `m${h + 1}.export_w`]),
    ].join(',')
    const lines = Array.from({ length: QUARTERS }, (_, q) => {
      const time = `${MIDSUMMER} ${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`
      return [
        time,
        ...watts.flatMap((of) => [Math.max(of[q]!, 0).toFixed(6), Math.max(0 - of[q]!, 0).toFixed(6)]),
      ].join(',')
    })
    await writeFile(readings, [header, ...lines].join('\n'))
    const run = await settleRun(
      { community, readings: [readings], reading: { unit: 'w' } },
      { kernel: typescriptKernel },
    )
    if (!run.ok) throw new TypeError(run.refusal.map((problem) => problemSentence(problem)).join('\n'))
    return run.value
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe.skipIf(grid === undefined || profiles === undefined)(
  'the IEEE European LV feeder with 55 measured homes',
  async () => {
    const watts = grid === undefined || profiles === undefined ? [] : await meanWatts()

    test('is settled at the least loss weight a linear programme can find', async () => {
      const run = await settledFeeder(watts)
      const { totals } = run.settlement
      const tree = communityTree(run.document)
      const netWh = netOf(tree, watts)
      const energies = { netWh, stride: QUARTERS, at: 0, slots: QUARTERS }
      expect(totals).toMatchObject({ slots: QUARTERS, meters: HOMES, sumMicroCredit: 0, missingSlots: 0 })
      expect(totals.sharedWh).toBeGreaterThan(10_000)
      expectSame(totals.lossWeightedWhOhm, edgeCostWhOhm(tree, energies))
      const highs = await loadHighs()
      // Each hour's first quarter: a programme of 1920 unknowns a time.
      for (let slot = 0; slot < QUARTERS; slot += 4) {
        const least = leastCost(highs, tree, netWh, slot)
        expectSame(edgeCostWhOhm(tree, { ...energies, at: slot, slots: 1 }), least)
      }
    })

    test('keeps every home’s day to the Wh of its minutes', async () => {
      const { settlement } = await settledFeeder(watts)
      for (const { member, importWh, exportWh } of settlement.members) {
        const own = watts[Number(member.slice('home-'.length)) - 1]!
        const exact = (sign: number): number =>
          own.reduce((sum, watt) => sum + Math.max(sign * watt, 0) / 4, 0)
        expect(Math.abs(importWh - exact(1)), member).toBeLessThanOrEqual(0.5 + 1e-6)
        expect(Math.abs(exportWh - exact(-1)), member).toBeLessThanOrEqual(0.5 + 1e-6)
      }
    })
  },
)

/** The same whole Wh by another way: round the running sum of each home and direction. */
function netOf(tree: NeighbourTree, watts: readonly (readonly number[])[]): Int32Array {
  const netWh = new Int32Array(tree.meters.length * QUARTERS)
  for (const [column, meter] of tree.meters.entries()) {
    const own = watts[Number(meter.slice(1)) - 1]!
    for (const sign of [1, -1]) {
      let micro = 0
      let before = 0
      for (const [q, watt] of own.entries()) {
        micro += Math.round(Math.max(sign * watt, 0) * 250_000)
        const until = Math.floor((micro + 500_000) / 1_000_000)
        netWh[column * QUARTERS + q]! += sign * (until - before)
        before = until
      }
    }
  }
  return netWh
}

type Highs = Awaited<ReturnType<typeof loadHighs>>

/** Minimum flow x resistance on the edges of the network, as a linear programme: Kirchhoff at every node, grid at the root. */
function leastCost(highs: Highs, tree: NeighbourTree, netWh: Int32Array, slot: number): number {
  const need = new Map<number, number>()
  for (const [column, node] of tree.meterNode.entries())
    need.set(node, (need.get(node) ?? 0) + netWh[column * QUARTERS + slot]!)
  const balances: string[][] = tree.nodeIds.map(() => [])
  const cost: string[] = []
  for (const [node, parent] of tree.nodeParent.entries()) {
    if (parent < 0) continue
    // Down and up along the line to the parent, each 0 or more.
    balances[node]!.push(`+ d${node} - u${node}`)
    balances[parent]!.push(`- d${node} + u${node}`)
    const ohm = tree.nodeOhm[node]!
    if (ohm > 0) cost.push(`${ohm} d${node} + ${ohm} u${node}`)
  }
  const rows = balances.flatMap((terms, node) =>
    tree.nodeParent[node]! < 0 ? [] : [`${terms.join(' ')} = ${need.get(node) ?? 0}`],
  )
  const solved = highs.solve(`Minimize\n ${cost.join('\n + ')}\nSubject To\n ${rows.join('\n ')}\nEnd`, {
    output_flag: false,
  })
  expect(solved.Status).toBe('Optimal')
  return solved.ObjectiveValue
}

function expectSame(cost: number, other: number): void {
  expect(Math.abs(cost - other)).toBeLessThanOrEqual(RELATIVE * Math.max(Math.abs(cost), 1e-3))
}
