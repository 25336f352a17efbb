import { must, type Slot } from '@tri/units'

import type { NeighbourTree } from './neighbour-tree.ts'
import type { Split } from './rounding.ts'

/** Surplus or need that may come together in one group and slot. Beyond it a sum leaves 32 bits: `slot-too-large`. */
export const SLOT_WH_MAX = 2_147_483_647

/** What is to be matched: net Wh of every meter in a range of slots, as the meters deliver it, meter by meter. */
export interface MatchRun {
  readonly tree: NeighbourTree
  readonly split: Split
  /** Slot number of `t = 0`: seeds the rounding. */
  readonly firstSlot: Slot
  readonly slots: number
  /** Column c, slot t: `netWh[c * stride + at + t]`; into the household positive: need > 0, surplus < 0. */
  readonly netWh: Int32Array
  readonly stride: number
  readonly at: number
}

/** Sums over slots: exact integers. */
export interface MatchTotals {
  /** Wh given to neighbours: `[ring * meters + column]`, `ring` as in `tree.rings`. */
  readonly givenWh: Float64Array
  /** Wh received from neighbours: `[ring * meters + column]`. */
  readonly receivedWh: Float64Array
  /** Wh matched in each group of the tree. */
  readonly groupWh: Float64Array
}

/**
 * Neighbour-first matching over columns. Every kernel gives the same bytes for the same run, however the run is cut
 * into ranges of slots.
 */
export interface MatchKernel {
  readonly name: 'typescript' | 'webassembly'
  /**
   * Adds the matched energy of `run` to `totals`.
   *
   * @param flowWh when given, overwritten with the signed flow of each meter, ring and slot:
   *               `[(ring * meters + column) * slots + t]`, received > 0, given < 0
   * @throws Fault `slot-too-large` when more than SLOT_WH_MAX comes together; `totals` are then unusable
   */
  match(run: MatchRun, totals: MatchTotals, flowWh?: Int32Array): void
}

/** Totals at zero for a tree. */
export function matchTotals(tree: NeighbourTree): MatchTotals {
  const cells = tree.rings.length * tree.meters.length
  return {
    givenWh: new Float64Array(cells),
    receivedWh: new Float64Array(cells),
    groupWh: new Float64Array(tree.groupFrom.length),
  }
}

/** What every kernel relies on before it reads the columns. */
export function checkRun({ tree, netWh, stride, at, slots }: MatchRun): void {
  const end = (tree.meters.length - 1) * stride + at + slots
  must(slots >= 0 && at >= 0 && netWh.length >= end, 'every column reaches the last slot', {
    stride,
    at,
    slots,
  })
}
