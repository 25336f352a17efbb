import { must } from '@tri/units'

import { matchPlan } from './match-plan.ts'
import type { NeighbourTree } from './neighbour-tree.ts'
import type { Ring } from './ring.ts'

/** One seller's energy for one buyer. */
export interface Trade {
  /** Column. */
  readonly seller: number
  /** Column. */
  readonly buyer: number
  readonly energyWh: number
  /** Where the ways of the two meet. */
  readonly ring: Ring
  /** Resistance of the way from seller to buyer. */
  readonly ohm: number
}

/**
 * Who sold to whom in one slot: the shortest list of pairs that carries the neighbour-first flows.
 *
 * What is matched in each group is exactly what the kernels match, so energy and resistance are the same in sum. Within
 * a group the first in line are served first, where the kernels give everybody her proportional share: a share for all
 * takes more pairs than there are meters. So a statement is made from the kernels, and this list shows ways.
 *
 * @param netWh one slot by column; need > 0, surplus < 0
 * @returns     at most meters - 1 trades, nearest groups first; linear time
 * @see         docs/maths/matching.md
 */
export function tradesOf(tree: NeighbourTree, netWh: Int32Array): Trade[] {
  must(netWh.length === tree.meters.length, 'a slot has one net value for each meter')
  const plan = matchPlan(tree)
  const trades: Trade[] = []
  const left = Int32Array.from(tree.order, (column) => netWh[column] ?? 0)
  // Leftovers of one group are a linked list of positions with one sign: `head` by group, `next` by position.
  const next = new Int32Array(left.length).fill(-1)
  const heads: Line[] = []
  for (const [group, ring] of tree.groupRing.entries()) {
    const line: Line = { head: -1, tail: -1 }
    const pair = (a: number, b: number, energyWh: number): void => {
      const [seller, buyer] = (left[a] ?? 0) < 0 ? [a, b] : [b, a]
      const columns = { seller: tree.order[seller] ?? -1, buyer: tree.order[buyer] ?? -1 }
      const ohm = wayOhm(tree, columns.seller, columns.buyer, group)
      trades.push({ ...columns, energyWh, ring: tree.rings[ring] ?? 'grid', ohm })
    }
    for (let item = plan.itemStart[group] ?? 0; item < (plan.itemStart[group + 1] ?? 0); item++) {
      const inner = heads[plan.itemGroup[item] ?? -1]
      if (inner !== undefined) join({ left, next, pair }, line, inner)
      else
        for (let p = plan.itemFrom[item] ?? 0; p < (plan.itemUntil[item] ?? 0); p++)
          if (left[p] !== 0) join({ left, next, pair }, line, { head: p, tail: p })
    }
    heads.push(line)
  }
  return trades
}

/** Positions that still have something left, all of one sign. */
interface Line {
  head: number
  tail: number
}

interface Meeting {
  readonly left: Int32Array
  readonly next: Int32Array
  readonly pair: (a: number, b: number, energyWh: number) => void
}

/** `other` joins `line`: heads trade while the signs differ, then what is left is spliced in one step. */
function join({ left, next, pair }: Meeting, line: Line, other: Line): void {
  let { head } = other
  while (line.head >= 0 && head >= 0) {
    const here = left[line.head] ?? 0
    const there = left[head] ?? 0
    if (here > 0 === there > 0) break
    const energyWh = Math.min(Math.abs(here), Math.abs(there))
    pair(line.head, head, energyWh)
    left[line.head] = here - Math.sign(here) * energyWh
    left[head] = there - Math.sign(there) * energyWh
    if (left[line.head] === 0) line.head = next[line.head] ?? -1
    if (left[head] === 0) head = next[head] ?? -1
  }
  if (head < 0) return
  if (line.head < 0) line.head = head
  else next[line.tail] = head
  line.tail = other.tail
}

function wayOhm(tree: NeighbourTree, seller: number, buyer: number, group: number): number {
  return (tree.meterOhm[seller] ?? 0) + (tree.meterOhm[buyer] ?? 0) - 2 * (tree.groupOhm[group] ?? 0)
}
