import { present } from '@tri/units'

import type { NeighbourTree } from './neighbour-tree.ts'

/**
 * What meets in each group: runs of meters that hang there without a nearer group, and nearer groups, in the order of
 * positions. Items `[itemStart[g], itemStart[g + 1])` belong to group g.
 */
export interface MatchPlan {
  readonly itemStart: Int32Array
  /** Positions `[itemFrom, itemUntil)`. */
  readonly itemFrom: Int32Array
  readonly itemUntil: Int32Array
  /** The nearer group, or -1 for a run of meters. */
  readonly itemGroup: Int32Array
  /**
   * Where a group keeps what it could not match until the group around it has taken it: few rows, used again and again,
   * so that they stay in the cache.
   */
  readonly leftRow: Int32Array
  readonly leftRows: number
}

// A tree never changes, so its plan is made once: a live slot is matched in microseconds, its plan is not.
const plans = new WeakMap<NeighbourTree, MatchPlan>()

export function matchPlan(tree: NeighbourTree): MatchPlan {
  const known = plans.get(tree)
  if (known !== undefined) return known
  const plan = planned(tree)
  plans.set(tree, plan)
  return plan
}

function planned({ groupFrom, groupUntil }: NeighbourTree): MatchPlan {
  const groups = groupFrom.length
  const itemStart = new Int32Array(groups + 1)
  const itemFrom: number[] = []
  const itemUntil: number[] = []
  const itemGroup: number[] = []
  const add = (from: number, until: number, group: number): void => {
    itemFrom.push(from)
    itemUntil.push(until)
    itemGroup.push(group)
  }
  const leftRow = new Int32Array(groups)
  const freeRows: number[] = []
  let leftRows = 0
  const open: number[] = []
  for (let g = 0; g < groups; g++) {
    const from = present(groupFrom[g], 'a group has a range')
    const nearer = takenWhile(open, (inner) => (groupFrom[inner] ?? 0) >= from)
    let position = from
    for (const inner of nearer) {
      const start = present(groupFrom[inner], 'a group has a range')
      if (start > position) add(position, start, -1)
      position = present(groupUntil[inner], 'a group has a range')
      add(start, position, inner)
    }
    const until = present(groupUntil[g], 'a group has a range')
    if (until > position) add(position, until, -1)
    itemStart[g + 1] = itemFrom.length
    open.push(g)
    leftRow[g] = freeRows.pop() ?? leftRows++
    for (const inner of nearer) freeRows.push(present(leftRow[inner], 'a group has a row'))
  }
  return {
    leftRow,
    leftRows,
    itemStart,
    itemFrom: Int32Array.from(itemFrom),
    itemUntil: Int32Array.from(itemUntil),
    itemGroup: Int32Array.from(itemGroup),
  }
}

/** Takes from the end of `stack` what satisfies `wanted`, and gives it in the order in which it was pushed. */
function takenWhile(stack: number[], wanted: (value: number) => boolean): number[] {
  let keep = stack.length
  while (keep > 0 && wanted(stack[keep - 1] ?? -1)) keep--
  return stack.splice(keep)
}
