import { must, slot } from '@tri/units'

import {
  matchTotals,
  neighbourTree,
  type MatchKernel,
  type MatchRun,
  type NeighbourTree,
} from '../src/index.ts'
import { syntheticNetWh, syntheticTown } from '../src/testing/index.ts'

export const SEED = 20_261_122

export function townTree(meters: number): NeighbourTree {
  const { nodes, places } = syntheticTown(meters)
  const tree = neighbourTree(nodes, places)
  must(tree.ok, 'the synthetic town is a tree')
  return tree.value
}

/** A town's quarter hours from the first of January on, as one run. */
export function townRun(meters: number, slots: number, firstDay = 0): MatchRun {
  const netWh = new Int32Array(meters * slots)
  syntheticNetWh(netWh, meters, slots, SEED, firstDay)
  return {
    tree: townTree(meters),
    split: 'systematic',
    firstSlot: slot(1_963_584),
    slots,
    netWh,
    stride: slots,
    at: 0,
  }
}

/** Four days of April, again and again: the same days whatever the size. */
export function repeatedDays(meters: number, slots: number): MatchRun {
  const days = townRun(meters, Math.min(384, slots), 90)
  const netWh = new Int32Array(meters * slots)
  for (let column = 0; column < meters; column++) {
    const pattern = days.netWh.subarray(column * days.slots, (column + 1) * days.slots)
    for (let t = 0; t < slots; t += days.slots)
      netWh.set(pattern.subarray(0, Math.min(days.slots, slots - t)), column * slots + t)
  }
  return { ...days, slots, stride: slots, netWh }
}

export function matchOnce(kernel: MatchKernel, run: MatchRun): void {
  kernel.match(run, matchTotals(run.tree))
}
