import { slot } from '@tri/units'
import * as fc from 'fast-check'

import {
  matchTotals,
  neighbourTree,
  RINGS,
  type MatchKernel,
  type MatchRun,
  type MeterPlace,
  type NeighbourTree,
  type NetworkNode,
  type Split,
} from '../src/index.ts'
import { seededDice } from '../src/testing/index.ts'

export const SPLITS: readonly Split[] = ['systematic', 'largest-remainder']

export interface RandomNetwork {
  readonly nodes: NetworkNode[]
  readonly places: MeterPlace[]
}

/** Any tree of up to `nodes` places whose kinds never fall towards the root, with up to `meters` meters anywhere. */
export function randomNetwork(seed: number, most: { nodes: number; meters: number }): RandomNetwork {
  const dice = seededDice(seed)
  const below = (n: number): number => Math.floor(dice() * n)
  const count = 1 + below(most.nodes)
  const ringOf: number[] = [2 + below(4)]
  const nodes: NetworkNode[] = [{ id: 'n0', ring: RINGS[ringOf[0]!]!, ohm: 0 }]
  for (let i = 1; i < count; i++) {
    const parent = dice() < 0.4 ? Math.max(0, i - 1 - below(3)) : below(i)
    const ring = below(ringOf[parent]! + 1)
    ringOf.push(ring)
    nodes.push({
      id: `n${i}`,
      ring: RINGS[ring]!,
      parent: `n${parent}`,
      ohm: Math.round(dice() * 1000) / 1000,
    })
  }
  const places = Array.from({ length: 1 + below(most.meters) }, (_, i) => ({
    meter: `m${i}`,
    node: `n${below(count)}`,
  }))
  return { nodes, places }
}

export const anySeed = fc.integer({ min: 0, max: 0x7fffffff })

/** Net Wh with many zeros, small and large values, as quarter hours have. */
export function randomNetWh(seed: number, cells: number, large = 4000): Int32Array {
  const dice = seededDice(seed ^ 0x5bd1e995)
  return Int32Array.from({ length: cells }, () => {
    const kind = dice()
    if (kind < 0.15) return 0
    return Math.round((dice() * 2 - 1) * (kind < 0.5 ? 12 : large))
  })
}

export function treeOf({ nodes, places }: RandomNetwork): NeighbourTree {
  const tree = neighbourTree(nodes, places)
  if (!tree.ok) throw new Error(`refused: ${JSON.stringify(tree.refusal)}`)
  return tree.value
}

/** The whole of `netWh` as one run. */
export function runOf(tree: NeighbourTree, netWh: Int32Array, split: Split, firstSlot = 1_976_544): MatchRun {
  const slots = tree.meters.length === 0 ? 0 : netWh.length / tree.meters.length
  return { tree, split, firstSlot: slot(firstSlot), slots, netWh, stride: slots, at: 0 }
}

export function matched(kernel: MatchKernel, run: MatchRun) {
  const totals = matchTotals(run.tree)
  const flowWh = new Int32Array(run.tree.rings.length * run.tree.meters.length * run.slots)
  kernel.match(run, totals, flowWh)
  return { ...totals, flowWh }
}
