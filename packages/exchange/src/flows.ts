import type { Slot } from '@tri/units'

import { matchTotals, type MatchKernel } from './match-kernel.ts'
import type { Ring } from './ring.ts'
import { settleDay, settlementPlan, type SettledDay } from './settlement-day.ts'
import { checkRange, daysOf, type SettlementInput, type SlotRange } from './settlement-input.ts'

/**
 * The detail behind a settlement: for each meter and interval where its energy came from and went. Columns are
 * meter-major, `[column * intervals + t]`; an interval is `intervalSlots` slots long.
 */
export interface SlotFlows {
  readonly firstSlot: Slot
  readonly slots: number
  readonly intervalSlots: number
  readonly intervals: number
  readonly meters: readonly string[]
  /** Rings of `flowWh`, nearest first. */
  readonly rings: readonly Ring[]
  /** Flow between meters: `[(ring * meters + column) * intervals + t]`, received > 0, given < 0. */
  readonly flowWh: Int32Array
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /**
   * Wh that a meter both imported and exported within one interval. For rules of basis `net` they are its own use; for
   * rules of basis `gross` it shared them with itself: given and received in ring home, beside `flowWh`.
   */
  readonly ownWh: Int32Array
  readonly basis: 'net' | 'gross'
  readonly gridImportWh: Int32Array
  readonly gridExportWh: Int32Array
}

const COLUMNS = ['importWh', 'exportWh', 'ownWh', 'gridImportWh', 'gridExportWh'] as const

/**
 * The flows of a range of slots, exactly as `settle` finds them for the whole period: a slot's flows do not depend on
 * the other slots.
 *
 * @param range within the input; whole hours for rules that settle hours
 * @throws Fault as `settle`
 */
export function flowsOf(input: SettlementInput, kernel: MatchKernel, range: SlotRange): SlotFlows {
  checkRange(input, range)
  const plan = settlementPlan(input, kernel)
  const { rule, tree } = plan
  const intervals = range.slots / rule.intervalSlots
  const cells = tree.meters.length * intervals
  const flows = {
    firstSlot: range.firstSlot,
    slots: range.slots,
    intervalSlots: rule.intervalSlots,
    intervals,
    meters: tree.meters,
    rings: tree.rings,
    basis: rule.basis,
    flowWh: new Int32Array(tree.rings.length * cells),
    importWh: new Int32Array(cells),
    exportWh: new Int32Array(cells),
    ownWh: new Int32Array(cells),
    gridImportWh: new Int32Array(cells),
    gridExportWh: new Int32Array(cells),
  }
  const totals = matchTotals(tree)
  for (const part of daysOf(range)) {
    const day = settleDay(plan, part, totals)
    const at = (part.firstSlot - range.firstSlot) / rule.intervalSlots
    for (const name of COLUMNS)
      paste(day, day[name], flows[name], { rows: tree.meters.length, intervals, at })
    paste(day, day.flowWh, flows.flowWh, { rows: tree.meters.length * tree.rings.length, intervals, at })
  }
  return flows
}

function paste(
  day: SettledDay,
  from: Int32Array,
  to: Int32Array,
  { rows, intervals, at }: { readonly rows: number; readonly intervals: number; readonly at: number },
): void {
  for (let row = 0; row < rows; row++)
    to.set(from.subarray(row * day.intervals, (row + 1) * day.intervals), row * intervals + at)
}
