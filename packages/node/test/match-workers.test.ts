import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { matchTotals, neighbourTree, webAssemblyKernel, type MatchRun } from '@tri/exchange'
import { syntheticNetWh, syntheticTown } from '@tri/exchange/testing'
import { Fault, must, slot } from '@tri/units'
import { expect, test } from 'vitest'

import { openMatchWorkers } from '../src/match-workers.ts'

const wasm = readFileSync(fileURLToPath(import.meta.resolve('@tri/exchange/kernels/match.wasm')))
const meters = 60
const slots = 1000

function townRun(netWh: Int32Array): MatchRun {
  const { nodes, places } = syntheticTown(meters)
  const tree = neighbourTree(nodes, places)
  must(tree.ok, 'the town is a tree')
  return {
    tree: tree.value,
    split: 'systematic',
    firstSlot: slot(1_976_544),
    slots,
    netWh,
    stride: slots,
    at: 0,
  }
}

test('any number of threads gives the same bytes as one kernel, from shared columns or others', async () => {
  const netWh = new Int32Array(meters * slots)
  syntheticNetWh(netWh, meters, slots, 5, 120)
  const run = townRun(netWh)
  const alone = matchTotals(run.tree)
  webAssemblyKernel(wasm).match(run, alone)
  const shared = new Int32Array(new SharedArrayBuffer(netWh.byteLength))
  shared.set(netWh)
  for (const count of [1, 2, 3]) {
    await using workers = openMatchWorkers(wasm, count)
    for (const columns of [netWh, shared]) {
      const totals = matchTotals(run.tree)
      await workers.match({ ...run, netWh: columns }, totals)
      expect(totals).toEqual(alone)
    }
  }
})

test('a slot that is too large is named by its number, and the threads go on', async () => {
  const netWh = new Int32Array(meters * slots)
  netWh[700] = 2_147_483_647
  netWh[slots + 700] = 1
  const run = townRun(netWh)
  const totals = matchTotals(run.tree)
  await using workers = openMatchWorkers(wasm, 2)
  const refused = workers.match(run, totals)
  await expect(refused).rejects.toThrow(Fault)
  await expect(refused).rejects.toThrow('slot-too-large slot=1977244')
  expect(totals).toEqual(matchTotals(run.tree))
  netWh[slots + 700] = -1
  await workers.match(run, totals)
  expect(totals.groupWh.reduce((a, b) => a + b)).toBe(1)
})
