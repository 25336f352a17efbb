import { microCredit, must, total, wattHour, type MicroCredit, type Slot, type WattHour } from '@tri/units'
import { hex, merkleRoot } from '@tri/units/crypto'

import { ringsOf } from './charter-fit.ts'
import { lossWeight } from './loss-weight.ts'
import { matchTotals, type MatchKernel, type MatchTotals } from './match-kernel.ts'
import { memberSettlements, type ColumnTotals, type MemberSettlement } from './member-settlement.ts'
import type { Ring } from './ring.ts'
import { settleDay, settlementPlan, type SettledDay, type SettlementPlan } from './settlement-day.ts'
import { QUALITY, checkRange, daysOf, type SettlementInput } from './settlement-input.ts'
import { meterSalts } from './meter-salts.ts'
import { DAY_DIGEST_BYTES, dayDigests, settlementLeaves } from './settlement-root.ts'

/** A community's settlement in numbers. Always: import = shared + own + gridImport, export = shared + own + gridExport. */
export interface SettlementTotals {
  readonly slots: number
  readonly meters: number
  readonly importWh: WattHour
  readonly exportWh: WattHour
  readonly ownWh: WattHour
  readonly sharedWh: WattHour
  readonly ringWh: Partial<Readonly<Record<Ring, WattHour>>>
  readonly gridImportWh: WattHour
  readonly gridExportWh: WattHour
  readonly missingSlots: number
  /** Wh x ohm along the ways of the allocation; a floating-point figure of physics, which no posting uses. */
  readonly lossWeightedWhOhm: number
  /** Of all members and the commons: 0. */
  readonly sumMicroCredit: MicroCredit
}

/** What a period's statements are worth. A pure function of its input: same input, same bytes, everywhere. */
export interface Settlement {
  readonly community: string
  readonly charterVersion: number
  readonly firstSlot: Slot
  readonly slots: number
  /** Slots settled as one: 4 for rules that settle hours. */
  readonly intervalSlots: number
  /** Rings with a line, nearest first. */
  readonly rings: readonly Ring[]
  readonly meters: readonly string[]
  /** Wh given to and received from neighbours: `[ring * meters + column]`. */
  readonly givenWh: Float64Array
  readonly receivedWh: Float64Array
  readonly totals: SettlementTotals
  readonly members: readonly MemberSettlement[]
  /** What the members' fees come to: the commons' posting. */
  readonly commonsMicroCredit: MicroCredit
  /** One a meter, by column, see `settlementLeaf`. */
  readonly leaves: readonly Uint8Array[]
  /** Merkle root of the leaves, in hexadecimal. */
  readonly root: string
}

/**
 * Settles a period: who shared which Wh with whom by ring, and what it is worth.
 *
 * @param input  statements by meter and slot, with the charter and the network they are settled under
 * @param kernel any; all give the same settlement
 * @throws Fault `period-cuts-interval`, `statement-unusable` for a negative reading or one that is missing and not 0,
 *               `slot-too-large`, `quantity-not-exact` when a credit leaves the safe integers
 * @see          docs/maths/sharing.md; the input is checked at the door: `charterFit`, `neighbourTree`
 */
export function settle(input: SettlementInput, kernel: MatchKernel): Settlement {
  checkRange(input, input)
  const plan = settlementPlan(input, kernel)
  const meters = plan.tree.meters.length
  const matched = matchTotals(plan.tree)
  const columns = columnTotals(meters)
  const days = daysOf(input)
  const digests = new Uint8Array(meters * days.length * DAY_DIGEST_BYTES)
  for (const [d, range] of days.entries()) {
    const day = settleDay(plan, range, matched)
    addDay(columns, day, meters)
    let column = 0
    for (const digest of dayDigests(plan, day))
      digests.set(digest, (column++ * days.length + d) * DAY_DIGEST_BYTES)
  }
  countMissing(columns, input)
  return concluded(plan, { matched, columns, leaves: leavesOf(plan, digests) })
}

function columnTotals(meters: number): ColumnTotals {
  return {
    importWh: new Float64Array(meters),
    exportWh: new Float64Array(meters),
    ownWh: new Float64Array(meters),
    gridImportWh: new Float64Array(meters),
    gridExportWh: new Float64Array(meters),
    missingSlots: new Float64Array(meters),
  }
}

const DAY_COLUMNS = ['importWh', 'exportWh', 'ownWh', 'gridImportWh', 'gridExportWh'] as const

function addDay(columns: ColumnTotals, day: SettledDay, meters: number): void {
  for (const name of DAY_COLUMNS) {
    const values = day[name]
    const sums = columns[name]
    for (let column = 0; column < meters; column++) {
      const from = column * day.intervals
      let sum = 0
      for (let i = from; i < from + day.intervals; i++) sum += values[i] ?? 0
      sums[column] = (sums[column] ?? 0) + sum
    }
  }
}

function countMissing(columns: ColumnTotals, { quality, slots }: SettlementInput): void {
  for (let i = 0; i < quality.length; i++) {
    if (quality[i] !== QUALITY.missing) continue
    const column = Math.floor(i / slots)
    columns.missingSlots[column] = (columns.missingSlots[column] ?? 0) + 1
  }
}

function leavesOf({ input, tree }: SettlementPlan, digests: Uint8Array): Uint8Array[] {
  const { community, charter, firstSlot, slots } = input
  const bytes = tree.meters.length === 0 ? 0 : digests.length / tree.meters.length
  const { version: charterVersion, rule, split, matchOn } = charter
  const header = { community, firstSlot, slots, charterVersion, rule, split, matchOn, rings: tree.rings }
  const salts = meterSalts(input)
  const leafOf = settlementLeaves(header, salts !== undefined)
  return tree.meters.map((meter, column) =>
    leafOf(meter, digests.subarray(column * bytes, (column + 1) * bytes), salts?.[column]),
  )
}

interface Found {
  readonly matched: MatchTotals
  readonly columns: ColumnTotals
  readonly leaves: readonly Uint8Array[]
}

function concluded(plan: SettlementPlan, { matched, columns, leaves }: Found): Settlement {
  const { input, tree, rule } = plan
  const { charter, community, firstSlot, slots } = input
  const rings = ringsOf(charter, tree)
  const shared = rule.basis === 'gross' ? withOwnAtHome(plan, matched, columns) : matched
  const ownWh = rule.basis === 'gross' ? new Float64Array(tree.meters.length) : columns.ownWh
  const settled = { meters: tree.meters, rings, columns: { ...columns, ownWh }, ...shared }
  const members = memberSettlements(settled, input.memberOf, charter)
  const commonsMicroCredit = microCredit(total(members.map((member) => member.feeMicroCredit)))
  const ringWh = rings.map((ring, r) => [ring, ringSum(shared.receivedWh, r, tree.meters.length)] as const)
  const totals = {
    slots,
    meters: tree.meters.length,
    importWh: wattHour(total(columns.importWh)),
    exportWh: wattHour(total(columns.exportWh)),
    ownWh: wattHour(total(ownWh)),
    sharedWh: wattHour(total(shared.receivedWh)),
    ringWh: Object.fromEntries(ringWh),
    gridImportWh: wattHour(total(columns.gridImportWh)),
    gridExportWh: wattHour(total(columns.gridExportWh)),
    missingSlots: total(columns.missingSlots),
    lossWeightedWhOhm: lossOf(plan, matched, columns),
    sumMicroCredit: microCredit(
      total(members.map((member) => member.creditMicroCredit)) + commonsMicroCredit,
    ),
  }
  checkBalance(totals, total(shared.givenWh))
  return {
    community,
    charterVersion: charter.version,
    firstSlot,
    slots,
    intervalSlots: rule.intervalSlots,
    rings,
    meters: tree.meters,
    givenWh: shared.givenWh,
    receivedWh: shared.receivedWh,
    totals,
    members,
    commonsMicroCredit,
    leaves,
    root: hex(merkleRoot(leaves)),
  }
}

/** On gross basis a meter's own coincidence is shared, in ring home: given and received by the same meter. */
function withOwnAtHome(
  { tree }: SettlementPlan,
  { givenWh, receivedWh }: MatchTotals,
  { ownWh }: ColumnTotals,
): { readonly givenWh: Float64Array; readonly receivedWh: Float64Array } {
  const meters = tree.meters.length
  const widened = (values: Float64Array): Float64Array => {
    const isHomeThere = tree.rings[0] === 'home'
    const wide = new Float64Array(values.length + (isHomeThere ? 0 : meters))
    wide.set(values, isHomeThere ? 0 : meters)
    for (let column = 0; column < meters; column++) wide[column] = (wide[column] ?? 0) + (ownWh[column] ?? 0)
    return wide
  }
  return { givenWh: widened(givenWh), receivedWh: widened(receivedWh) }
}

function ringSum(values: Float64Array, ring: number, meters: number): WattHour {
  return wattHour(total(values.subarray(ring * meters, (ring + 1) * meters)))
}

function lossOf({ tree }: SettlementPlan, { groupWh }: MatchTotals, columns: ColumnTotals): number {
  return lossWeight(
    tree.meters.map((_, c) => ({
      energyWh: at(columns.importWh, c) + at(columns.exportWh, c) - 2 * at(columns.ownWh, c),
      ohm: at(tree.meterOhm, c),
    })),
    Array.from(groupWh, (energyWh, g) => ({ energyWh, ohm: at(tree.groupOhm, g) })),
  )
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}

function checkBalance(totals: SettlementTotals, givenWh: number): void {
  const { importWh, exportWh, ownWh, sharedWh, gridImportWh, gridExportWh, sumMicroCredit } = totals
  must(givenWh === sharedWh, 'what was given was received')
  must(importWh === sharedWh + ownWh + gridImportWh, 'import is shared, own, or from the grid')
  must(exportWh === sharedWh + ownWh + gridExportWh, 'export is shared, own, or to the grid')
  must(sumMicroCredit === 0, 'a settlement neither makes nor loses credit', { sumMicroCredit })
}
