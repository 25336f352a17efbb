import { must } from '@tri/units'

import type { NeighbourTree } from './neighbour-tree.ts'

/** Net Wh of every meter in a range of slots: column c, slot t is `netWh[c * stride + at + t]`. */
export interface NetColumns {
  readonly netWh: Int32Array
  readonly stride: number
  readonly at: number
  readonly slots: number
}

/**
 * What any sharing of this energy costs at least in flow x resistance, surplus and need settled with the public grid
 * at the root. On a tree the flow of each edge is forced, so the least cost has a formula:
 *
 *   C* = sum over edges e of R_e |sum of the net Wh below e|
 *
 * @returns Wh x ohm, summed over the slots
 * @see     docs/maths/matching.md
 */
export function edgeCostWhOhm(tree: NeighbourTree, columns: NetColumns): number {
  const { netWh, stride, at, slots } = columns
  const nodes = tree.nodeIds.length
  must(stride >= at + slots || tree.meters.length <= 1, 'a column does not reach into the next', {
    stride,
    at,
    slots,
  })
  const upwards = nodesUpwards(tree.nodeParent)
  // Whole Wh are summed per edge over all slots, exactly; each edge is multiplied by its resistance once.
  const edgeWh = new Float64Array(nodes)
  const below = new Float64Array(nodes)
  for (let t = at; t < at + slots; t++) {
    below.fill(0)
    for (const [column, node] of tree.meterNode.entries()) add(below, node, netWh[column * stride + t] ?? 0)
    for (const node of upwards) {
      const flow = below[node] ?? 0
      add(edgeWh, node, Math.abs(flow))
      const up = tree.nodeParent[node] ?? -1
      if (up >= 0) add(below, up, flow)
    }
  }
  return edgeWh.reduce((cost, energy, node) => cost + energy * (tree.nodeOhm[node] ?? 0), 0)
}

/** Node indices, each before its parent. */
function nodesUpwards(parent: Int32Array): Int32Array {
  const childrenLeft = new Int32Array(parent.length)
  for (const up of parent) if (up >= 0) add(childrenLeft, up, 1)
  const order = new Int32Array(parent.length)
  let filled = 0
  for (const [node, left] of childrenLeft.entries()) if (left === 0) order[filled++] = node
  for (let i = 0; i < filled; i++) {
    const up = parent[order[i] ?? 0] ?? -1
    if (up < 0) continue
    add(childrenLeft, up, -1)
    if (childrenLeft[up] === 0) order[filled++] = up
  }
  return order
}

function add(sums: Float64Array | Int32Array, index: number, amount: number): void {
  sums[index] = (sums[index] ?? 0) + amount
}
