import { Fault, must, slot } from '@tri/units'

import { SLOT_WH_MAX, type MatchKernel, type MatchTotals } from './match-kernel.ts'
import { coarsenedToRings, type NeighbourTree } from './neighbour-tree.ts'
import { sumOf } from './rules/apportion.ts'
import { sharingRule } from './rules/named-rules.ts'
import type { SharingRule } from './rules/sharing-rule.ts'
import { QUALITY, type SettlementInput, type SlotRange } from './settlement-input.ts'

/** What does not change from day to day of one settlement. */
export interface SettlementPlan {
  readonly input: SettlementInput
  readonly kernel: MatchKernel
  readonly rule: SharingRule
  /** The input's tree, or its rings if the charter says so. */
  readonly tree: NeighbourTree
}

/**
 * One day, or less, settled. All columns are meter-major, `[column * intervals + t]`; an interval is a slot, or an hour
 * for rules that settle hours.
 */
export interface SettledDay {
  readonly range: SlotRange
  readonly intervals: number
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /**
   * Wh that a meter imported and exported within one interval. On net basis they are its own use and never shared; on
   * gross basis they are the part that the rule let the meter share with itself, in ring home.
   */
  readonly ownWh: Int32Array
  /** Flow between meters by ring of the tree: `[(ring * meters + column) * intervals + t]`, received > 0, given < 0. */
  readonly flowWh: Int32Array
  readonly gridImportWh: Int32Array
  readonly gridExportWh: Int32Array
}

export function settlementPlan(input: SettlementInput, kernel: MatchKernel): SettlementPlan {
  const tree = input.charter.matchOn === 'rings' ? coarsenedToRings(input.tree) : input.tree
  return { input, kernel, tree, rule: sharingRule(input.charter, input.tree) }
}

/**
 * Settles the slots of at most one day.
 *
 *     own = min(import, export) on net basis;  need = import - own,  surplus = export - own          [Wh]
 *     the rule decides taken <= need and given <= surplus;  flow: taken - given matched neighbour first
 *     gridImport = import - own - received,  gridExport = export - own - given                         [Wh]
 *
 * @param totals the kernel's sums, added to
 */
export function settleDay(plan: SettlementPlan, range: SlotRange, totals: MatchTotals): SettledDay {
  const { input, rule, tree } = plan
  const meters = tree.meters.length
  const intervals = range.slots / rule.intervalSlots
  const cells = meters * intervals
  const importWh = new Int32Array(cells)
  const exportWh = new Int32Array(cells)
  const ownWh = new Int32Array(cells)
  const netWh = new Int32Array(cells)
  gather(plan, range, { importWh, exportWh })
  if (rule.basis === 'net')
    for (let i = 0; i < cells; i++) {
      ownWh[i] = Math.min(importWh[i] ?? 0, exportWh[i] ?? 0)
      netWh[i] = (importWh[i] ?? 0) - (exportWh[i] ?? 0)
    }
  const firstInterval = slot(range.firstSlot / rule.intervalSlots)
  // Neighbour first offers everything: its net needs no rule.
  if (rule.name !== 'neighbour-first')
    allocateAll(rule, { firstInterval, intervals, meters }, { importWh, exportWh, ownWh, netWh })
  const flowWh = new Int32Array(tree.rings.length * cells)
  plan.kernel.match(
    {
      tree,
      split: input.charter.split,
      firstSlot: firstInterval,
      slots: intervals,
      netWh,
      stride: intervals,
      at: 0,
    },
    totals,
    flowWh,
  )
  const [gridImportWh, gridExportWh] = rests(tree, { importWh, exportWh, ownWh, flowWh })
  return { range, intervals, importWh, exportWh, ownWh, flowWh, gridImportWh, gridExportWh }
}

/** Copies a day from the statements, summed to the rule's intervals. */
function gather(
  { input, rule }: SettlementPlan,
  range: SlotRange,
  to: Pick<Columns, 'importWh' | 'exportWh'>,
): void {
  const at = range.firstSlot - input.firstSlot
  const intervals = range.slots / rule.intervalSlots
  for (let column = 0; column < input.tree.meters.length; column++) {
    const from = column * input.slots + at
    if (!isUsable(input, from, range.slots)) throw unusable(input, column, range)
    const row = column * intervals
    for (let t = 0, i = row, k = 0; t < range.slots; t++) {
      const imported = (to.importWh[i] ?? 0) + (input.importWh[from + t] ?? 0)
      const exported = (to.exportWh[i] ?? 0) + (input.exportWh[from + t] ?? 0)
      if (imported > SLOT_WH_MAX || exported > SLOT_WH_MAX)
        throw tooLarge(range.firstSlot + t, Math.max(imported, exported))
      to.importWh[i] = imported
      to.exportWh[i] = exported
      if (++k < rule.intervalSlots) continue
      k = 0
      i++
    }
  }
}

/** No energy is negative, and none stands where the reading is missing. */
function isUsable({ importWh, exportWh, quality }: SettlementInput, from: number, slots: number): boolean {
  let bits = 0
  for (let at = from; at < from + slots; at++) {
    const both = (importWh[at] ?? 0) | (exportWh[at] ?? 0)
    bits |= quality[at] === QUALITY.missing && both !== 0 ? -1 : both
  }
  return bits >= 0
}

function tooLarge(slotNumber: number, energyWh: number): Fault {
  return new Fault('slot-too-large', { slot: slotNumber, energyWh, most: SLOT_WH_MAX })
}

/** Names the statement that cannot be settled: energy below 0, or energy without a reading. */
function unusable(input: SettlementInput, column: number, range: SlotRange): Fault {
  const from = column * input.slots + range.firstSlot - input.firstSlot
  let t = 0
  while (t < range.slots - 1 && isUsable(input, from + t, 1)) t++
  return new Fault('statement-unusable', {
    meter: input.tree.meters[column] ?? '',
    slot: range.firstSlot + t,
    importWh: input.importWh[from + t] ?? 0,
    exportWh: input.exportWh[from + t] ?? 0,
  })
}

interface Columns {
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly ownWh: Int32Array
}

/** Asks the rule, interval by interval, and writes what it decided: `ownWh` on gross basis, and the net to match. */
function allocateAll(
  rule: SharingRule,
  size: { readonly firstInterval: number; readonly intervals: number; readonly meters: number },
  { importWh, exportWh, ownWh, netWh }: Columns & { readonly netWh: Int32Array },
): void {
  const { firstInterval, intervals, meters } = size
  const needWh = new Int32Array(meters)
  const surplusWh = new Int32Array(meters)
  const parts = { takenWh: new Int32Array(meters), givenWh: new Int32Array(meters) }
  const { takenWh, givenWh } = parts
  for (let t = 0; t < intervals; t++) {
    for (let c = 0, i = t; c < meters; c++, i += intervals) {
      const own = ownWh[i] ?? 0
      needWh[c] = (importWh[i] ?? 0) - own
      surplusWh[c] = (exportWh[i] ?? 0) - own
    }
    const energyWh = Math.max(sumOf(needWh), sumOf(surplusWh))
    if (energyWh > SLOT_WH_MAX) throw tooLarge((firstInterval + t) * rule.intervalSlots, energyWh)
    rule.allocate({ interval: slot(firstInterval + t), needWh, surplusWh }, parts)
    let balance = 0
    let isWithin = true
    for (let c = 0, i = t; c < meters; c++, i += intervals) {
      const taken = takenWh[c] ?? 0
      const given = givenWh[c] ?? 0
      balance += taken - given
      isWithin =
        isWithin && taken >= 0 && given >= 0 && taken <= (needWh[c] ?? 0) && given <= (surplusWh[c] ?? 0)
      netWh[i] = taken - given
      if (rule.basis === 'gross') ownWh[i] = Math.min(taken, given)
    }
    must(balance === 0 && isWithin, 'a rule gives what it takes, within needs and surpluses', {
      rule: rule.name,
    })
  }
}

/** What found no neighbour: from the grid and to the grid. */
function rests(
  tree: NeighbourTree,
  { importWh, exportWh, ownWh, flowWh }: Columns & { readonly flowWh: Int32Array },
): readonly [Int32Array, Int32Array] {
  const cells = importWh.length
  const gridImportWh = new Int32Array(cells)
  const gridExportWh = new Int32Array(cells)
  for (let i = 0; i < cells; i++) {
    const own = ownWh[i] ?? 0
    gridImportWh[i] = (importWh[i] ?? 0) - own
    gridExportWh[i] = (exportWh[i] ?? 0) - own
  }
  for (let ring = 0; ring < tree.rings.length; ring++) {
    const row = ring * cells
    for (let i = 0; i < cells; i++) {
      const flow = flowWh[row + i] ?? 0
      if (flow > 0) gridImportWh[i] = (gridImportWh[i] ?? 0) - flow
      else if (flow < 0) gridExportWh[i] = (gridExportWh[i] ?? 0) + flow
    }
  }
  return [gridImportWh, gridExportWh]
}
