import type { NeighbourTree, Ring } from '@tri/exchange'

/** The ring in which two meters match: that of the smallest group that holds both. */
export function ringBetween(tree: NeighbourTree, a: number, b: number): Ring {
  const [from, until] = [
    Math.min(tree.order.indexOf(a), tree.order.indexOf(b)),
    Math.max(tree.order.indexOf(a), tree.order.indexOf(b)),
  ]
  for (let group = 0; group < tree.groupFrom.length; group++) {
    // Groups are bottom-up: the first that holds both is the smallest.
    if ((tree.groupFrom[group] ?? 0) > from || (tree.groupUntil[group] ?? 0) <= until) continue
    return tree.rings[tree.groupRing[group] ?? 0] ?? 'grid'
  }
  return 'grid'
}

/** How many other members a member can match with in each ring, counted in the nearest one. */
export function memberNeighbours(
  tree: NeighbourTree,
  memberOf: readonly string[],
  member: string,
): ReadonlyMap<Ring, number> {
  const position = new Int32Array(tree.order.length)
  for (const [at, column] of tree.order.entries()) position[column] = at
  const seen = new Set([member])
  const counts = new Map<Ring, number>()
  const own = memberOf.flatMap((of, column) => (of === member ? [position[column] ?? 0] : []))
  for (let group = 0; group < tree.groupFrom.length; group++) {
    const [from, until] = [tree.groupFrom[group] ?? 0, tree.groupUntil[group] ?? 0]
    if (!own.some((at) => at >= from && at < until)) continue
    const ring = tree.rings[tree.groupRing[group] ?? 0] ?? 'grid'
    for (const column of tree.order.subarray(from, until)) {
      const other = memberOf[column] ?? ''
      if (seen.has(other)) continue
      seen.add(other)
      counts.set(ring, (counts.get(ring) ?? 0) + 1)
    }
  }
  return counts
}
