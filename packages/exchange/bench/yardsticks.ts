import { tradesOf, type MatchRun, type NeighbourTree } from '../src/index.ts'
import type { Highs } from './load-highs.ts'
import { median } from './measure.ts'

/** Slots at noon of days spread over the run: sun, so that there is something to match. */
function sampleOf(run: MatchRun, count: number): number[] {
  const days = Math.floor(run.slots / 96)
  return Array.from({ length: count }, (_, i) => Math.floor((i * days) / count) * 96 + 36 + (i % 3) * 8)
}

function netAt(run: MatchRun, t: number): Int32Array {
  return Int32Array.from(run.tree.meters, (_, column) => run.netWh[column * run.stride + run.at + t] ?? 0)
}

/** ms for one slot as a minimum-cost flow over the edges of the network, solved by HiGHS. */
export function highsMs(highs: Highs, run: MatchRun, count: number): number {
  return median(
    sampleOf(run, count).map((t) => {
      const problem = flowProblem(run.tree, netAt(run, t))
      const start = performance.now()
      const { Status } = highs.solve(problem, { output_flag: false })
      if (Status !== 'Optimal') throw new Error(`the yardstick ended as ${Status}`)
      return performance.now() - start
    }),
  )
}

// Flow up and down each edge, >= 0; what leaves a node is what its meters and its children bring; the root is the grid.
function flowProblem(tree: NeighbourTree, netWh: Int32Array): string {
  const needAt = new Float64Array(tree.nodeIds.length)
  for (const [column, node] of tree.meterNode.entries()) needAt[node]! += netWh[column]!
  const inflow: string[][] = tree.nodeIds.map((_, node) => [`d${node} - u${node}`])
  for (const [node, up] of tree.nodeParent.entries()) if (up >= 0) inflow[up]!.push(`u${node} - d${node}`)
  const edges = [...tree.nodeParent.keys()].filter((node) => tree.nodeParent[node]! >= 0)
  const cost = edges.map((node) => `${tree.nodeOhm[node]} u${node} + ${tree.nodeOhm[node]} d${node}`)
  const rows = edges.map((node) => `${inflow[node]!.join(' + ')} = ${needAt[node]}`)
  return `Minimize\n ${cost.join('\n + ')}\nSubject To\n ${rows.join('\n ')}\nEnd`
}

/** ms for one slot by a plain double loop over all pairs, ring by ring; the rings of pairs are known beforehand. */
export function pairLoopMs(run: MatchRun, count: number): number {
  const rings = ringOfPairs(run.tree)
  return median(
    sampleOf(run, count).map((t) => {
      const netWh = netAt(run, t)
      const shared = tradesOf(run.tree, netWh).reduce((wh, { energyWh }) => wh + energyWh, 0)
      const start = performance.now()
      const looped = pairLoop(netWh, rings, run.tree.rings.length)
      const ms = performance.now() - start
      if (looped !== shared) throw new Error(`the double loop shared ${looped} Wh, the tree ${shared} Wh`)
      return ms
    }),
  )
}

function pairLoop(left: Int32Array, rings: Uint8Array, count: number): number {
  const meters = left.length
  let shared = 0
  for (let ring = 0; ring < count; ring++)
    for (let seller = 0; seller < meters; seller++)
      for (let buyer = 0; left[seller]! < 0 && buyer < meters; buyer++) {
        if (left[buyer]! <= 0 || rings[seller * meters + buyer] !== ring) continue
        const energyWh = Math.min(-left[seller]!, left[buyer]!)
        left[seller]! += energyWh
        left[buyer]! -= energyWh
        shared += energyWh
      }
  return shared
}

function ringOfPairs(tree: NeighbourTree): Uint8Array {
  const meters = tree.meters.length
  const rings = new Uint8Array(meters * meters)
  for (let g = tree.groupFrom.length - 1; g >= 0; g--) {
    const columns = tree.order.subarray(tree.groupFrom[g], tree.groupUntil[g])
    for (const a of columns) for (const b of columns) rings[a * meters + b] = tree.groupRing[g]!
  }
  return rings
}
