import { settlementInputAt } from '@tri/community'
import { flowsOf, ringsOf, type Ring, type SettlementInput, type SlotFlows } from '@tri/exchange'
import { must, slot } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { NodeView } from './view.ts'

/** Statements and flows of a stretch of settled or settleable slots, by meter column. */
export interface Period {
  readonly input: SettlementInput
  readonly flows: SlotFlows
  /** Rings with a line, nearest first. */
  readonly rings: readonly Ring[]
}

/**
 * The flows of a range, computed from the statements as the book has them now. Settlement is a pure function, so nothing
 * of this is kept.
 *
 * @returns undefined for an empty range
 */
export function periodOf(view: NodeView, range: SlotRange): Period | undefined {
  if (range.slots <= 0) return undefined
  const input = settlementInputAt(view.store, range)
  must(input.ok, 'a founded community can be settled', { refusal: input.ok ? '' : input.refusal.is })
  const flows = flowsOf(input.value, view.kernel, input.value)
  return { input: input.value, flows, rings: ringsOf(input.value.charter, input.value.tree) }
}

/** What one meter or several gave and received in a ring over some intervals, Wh. */
export interface Exchanged {
  readonly givenWh: number
  readonly receivedWh: number
}

/**
 * What the columns exchanged in a ring.
 *
 * @param columns   all of one member, or all
 * @param intervals `[from, until)` of the period's intervals; all when left out
 */
export function exchangedIn(
  { flows, input }: Period,
  ring: Ring,
  columns: readonly number[],
  intervals: readonly [number, number] = [0, flows.intervals],
): Exchanged {
  const row = flows.rings.indexOf(ring)
  let givenWh = 0
  let receivedWh = 0
  for (const column of columns) {
    for (let t = intervals[0]; t < intervals[1]; t++) {
      const at = column * flows.intervals + t
      const flow = row < 0 ? 0 : (flows.flowWh[row * input.tree.meters.length * flows.intervals + at] ?? 0)
      const own = ring === 'home' && flows.basis === 'gross' ? (flows.ownWh[at] ?? 0) : 0
      givenWh += Math.max(0, -flow) + own
      receivedWh += Math.max(0, flow) + own
    }
  }
  return { givenWh, receivedWh }
}

/** A column of flows summed over some meters and intervals. */
export function summed(
  { flows }: Period,
  of: 'importWh' | 'exportWh' | 'ownWh' | 'gridImportWh' | 'gridExportWh',
  columns: readonly number[],
  intervals: readonly [number, number] = [0, flows.intervals],
): number {
  const values = flows[of]
  let sum = 0
  for (const column of columns) {
    for (let t = intervals[0]; t < intervals[1]; t++) sum += values[column * flows.intervals + t] ?? 0
  }
  return sum
}

/** Wh that one meter both imported and exported within a slot and that no rule shared. */
export function ownUse(
  period: Period,
  columns: readonly number[],
  intervals?: readonly [number, number],
): number {
  return period.flows.basis === 'gross' ? 0 : summed(period, 'ownWh', columns, intervals)
}

/** The columns of a member. */
export function columnsOf({ input }: Period, member: string): number[] {
  return input.memberOf.flatMap((of, column) => (of === member ? [column] : []))
}

/** Every column. */
export function allColumns({ input }: Period): number[] {
  return Array.from(input.memberOf.keys())
}

/** The range widened to whole intervals of a rule that settles hours. */
export function wholeIntervals({ firstSlot, slots }: SlotRange, intervalSlots: number): SlotRange {
  const from = Math.floor(firstSlot / intervalSlots) * intervalSlots
  const until = Math.ceil((firstSlot + slots) / intervalSlots) * intervalSlots
  return { firstSlot: slot(from), slots: until - from }
}
