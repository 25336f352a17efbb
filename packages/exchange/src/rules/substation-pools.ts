import { present } from '@tri/units'

import type { NeighbourTree } from '../neighbour-tree.ts'

/**
 * The pools of a rule that shares under one primary substation: the meters whose nearest substation on the way to the
 * root is the same. Meters with none above them share one pool, for then the whole network lies below one substation
 * that nobody drew.
 *
 * @returns for each pool a column of 1 (inside) and 0, in the order of their first meters
 */
export function substationPools(tree: NeighbourTree): Int32Array[] {
  const poolOf = new Map<number, Int32Array>()
  for (const [column, place] of tree.meterNode.entries()) {
    const substation = nearestSubstation(tree, place)
    const pool = poolOf.get(substation) ?? new Int32Array(tree.meters.length)
    pool[column] = 1
    poolOf.set(substation, pool)
  }
  return [...poolOf.values()]
}

function nearestSubstation(tree: NeighbourTree, place: number): number {
  let node = place
  while (node >= 0 && tree.nodeRing[node] !== 'substation')
    node = present(tree.nodeParent[node], 'a node has a parent or is the root')
  return node
}
