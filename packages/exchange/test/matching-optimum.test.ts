import { present } from '@tri/units'
import { describe, expect, test } from 'vitest'

import { loadHighs } from '../bench/load-highs.ts'
import { edgeCostWhOhm, RINGS, tradesOf, typescriptKernel, type NeighbourTree } from '../src/index.ts'
import { seededDice } from '../src/testing/index.ts'
import { matched, randomNetwork, randomNetWh, runOf, treeOf } from './random-network.ts'

const TREES = 200
const RELATIVE = 1e-9

describe('neighbour first is the cheapest way there is', async () => {
  const highs = await loadHighs()

  /** Transport problem: what each seller sends each buyer or the grid, and what each buyer takes from the grid. */
  function leastCost(
    netWh: Int32Array,
    pairCost: (a: number, b: number) => number,
    gridCost: (a: number) => number,
  ) {
    const columns = [...netWh.keys()]
    const sellers = columns.filter((c) => netWh[c]! < 0)
    const buyers = columns.filter((c) => netWh[c]! > 0)
    if (sellers.length + buyers.length === 0) return 0
    const terms: string[] = []
    for (const s of sellers) terms.push(`${gridCost(s)} out${s}`)
    for (const b of buyers) terms.push(`${gridCost(b)} in${b}`)
    for (const s of sellers) for (const b of buyers) terms.push(`${pairCost(s, b)} x${s}_${b}`)
    const rows = [
      ...sellers.map((s) => `${[`out${s}`, ...buyers.map((b) => `x${s}_${b}`)].join(' + ')} = ${-netWh[s]!}`),
      ...buyers.map((b) => `${[`in${b}`, ...sellers.map((s) => `x${s}_${b}`)].join(' + ')} = ${netWh[b]!}`),
    ]
    const problem = `Minimize\n ${terms.join('\n + ')}\nSubject To\n ${rows.join('\n ')}\nEnd`
    const solved = highs.solve(problem, { output_flag: false })
    if (solved.Status !== 'Optimal') throw new Error(`the LP ended as ${solved.Status}`)
    return solved.ObjectiveValue
  }

  test(`on ${TREES} random trees flow x resistance equals the linear programme and the edge formula`, () => {
    for (let seed = 0; seed < TREES; seed++) {
      const tree = treeOf(randomNetwork(seed, { nodes: 64, meters: 30 }))
      const netWh = randomNetWh(seed, tree.meters.length)
      const { groupWh } = matched(typescriptKernel, runOf(tree, netWh, 'systematic'))
      // From the allocation itself: everybody's own to the root, less twice the way above each meeting.
      const toRoot = [...netWh].reduce((cost, net, c) => cost + Math.abs(net) * tree.meterOhm[c]!, 0)
      const cost = groupWh.reduce((left, wh, g) => left - 2 * wh * tree.groupOhm[g]!, toRoot)
      const least = leastCost(
        netWh,
        (a, b) => pathOhm(tree, a, b),
        (a) => tree.meterOhm[a]!,
      )
      expectSame(cost, least)
      expectSame(cost, edgeCostWhOhm(tree, { netWh, stride: 1, at: 0, slots: 1 }))
      const sold = tradesOf(tree, netWh).reduce((wh, trade) => wh + trade.energyWh * trade.ohm, 0)
      const left = leftOver(tree, netWh).reduce((wh, net, c) => wh + Math.abs(net) * tree.meterOhm[c]!, 0)
      expectSame(sold + left, least)
    }
  })

  test(`on ${TREES} random trees it is also the cheapest for any tariff that does not fall with distance`, () => {
    for (let seed = 1000; seed < 1000 + TREES; seed++) {
      const tree = treeOf(randomNetwork(seed, { nodes: 40, meters: 25 }))
      const netWh = randomNetWh(seed, tree.meters.length)
      const dice = seededDice(seed)
      let price = 0
      const prices = RINGS.map(() => (price += Math.floor(dice() * 3) * Math.floor(dice() * 50)))
      const gridPrice = present(prices.at(-1), 'the grid has a price')
      const { groupWh } = matched(typescriptKernel, runOf(tree, netWh, 'systematic'))
      const ringPrice = (g: number) => prices[RINGS.indexOf(tree.rings[tree.groupRing[g]!]!)]!
      const all = [...netWh].reduce((wh, net) => wh + Math.abs(net), 0)
      const cost = groupWh.reduce(
        (left, wh, g) => left + wh * (ringPrice(g) - gridPrice),
        (all * gridPrice) / 2,
      )
      const pairPrice = (a: number, b: number) => ringPrice(nearestGroup(tree, a, b))
      // Buying from and selling to the grid each bear half of its price: what is not matched pays it once a pair.
      expectSame(
        cost,
        leastCost(netWh, pairPrice, () => gridPrice / 2),
      )
    }
  })
})

function expectSame(cost: number, other: number): void {
  expect(Math.abs(cost - other)).toBeLessThanOrEqual(RELATIVE * Math.max(Math.abs(cost), 1e-3))
}

/** The way from a to b, walked over the network itself and not read from the groups. */
function pathOhm(tree: NeighbourTree, a: number, b: number): number {
  const ohmTo = new Map<number, number>()
  let ohm = 0
  for (let node = tree.meterNode[a]!; node >= 0; node = tree.nodeParent[node]!) {
    ohmTo.set(node, ohm)
    ohm += tree.nodeOhm[node]!
  }
  let back = 0
  for (let node = tree.meterNode[b]!; node >= 0; node = tree.nodeParent[node]!) {
    const there = ohmTo.get(node)
    if (there !== undefined) return there + back
    back += tree.nodeOhm[node]!
  }
  throw new Error('a tree has one root')
}

function nearestGroup(tree: NeighbourTree, a: number, b: number): number {
  const [pa, pb] = [tree.order.indexOf(a), tree.order.indexOf(b)]
  const holds = (g: number, p: number) => tree.groupFrom[g]! <= p && p < tree.groupUntil[g]!
  return [...tree.groupFrom.keys()].findIndex((g) => holds(g, pa) && holds(g, pb))
}

function leftOver(tree: NeighbourTree, netWh: Int32Array): Int32Array {
  const left = Int32Array.from(netWh)
  for (const { seller, buyer, energyWh } of tradesOf(tree, netWh)) {
    left[seller]! += energyWh
    left[buyer]! -= energyWh
  }
  return left
}
