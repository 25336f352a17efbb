import { Fault, SLOTS_PER_UTC_DAY, must, slot, type Slot } from '@tri/units'

import type { Charter } from './charter.ts'
import type { NeighbourTree } from './neighbour-tree.ts'
import { RULES } from './rules/rule-name.ts'

/** How sure a statement is: the columns of quality codes that go with every import and export. */
export const QUALITY = { missing: 0, measured: 1, substituted: 2, estimated: 3 } as const

/** Statements of a period, and everything that decides what they are worth. */
export interface SettlementInput {
  readonly community: string
  readonly tree: NeighbourTree
  /** Member id by column; a member may own several meters. */
  readonly memberOf: readonly string[]
  /** One that fits the tree, see `charterFit`. */
  readonly charter: Charter
  readonly firstSlot: Slot
  readonly slots: number
  /** Wh, >= 0, meter by meter: `[column * slots + t]`. */
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /** `QUALITY` codes; where one is `missing` the energy is 0. */
  readonly quality: Uint8Array
  /** What the meters' leaves are blinded with; left out where they are not, as in a run over files. */
  readonly leafSecret?: Uint8Array
}

/** A range of slots, such as a day or a month. */
export interface SlotRange {
  readonly firstSlot: Slot
  readonly slots: number
}

/**
 * Checks the shapes of an input and that a range of it can be settled.
 *
 * @throws Fault `period-cuts-interval` when the rule settles hours and the range does not begin and end on one
 */
export function checkRange(input: SettlementInput, range: SlotRange): void {
  const { tree, memberOf, importWh, exportWh, quality, firstSlot, slots, charter } = input
  const cells = tree.meters.length * slots
  const isWhole = importWh.length === cells && exportWh.length === cells && quality.length === cells
  must(isWhole, 'import, export and quality have a cell for every meter and slot', { cells })
  must(memberOf.length === tree.meters.length, 'every meter has a member')
  must(
    range.firstSlot >= firstSlot && range.firstSlot + range.slots <= firstSlot + slots,
    'a settled range lies within its statements',
  )
  const { intervalSlots } = RULES[charter.rule]
  if (range.firstSlot % intervalSlots === 0 && range.slots % intervalSlots === 0) return
  throw new Fault('period-cuts-interval', {
    rule: charter.rule,
    firstSlot: range.firstSlot,
    slots: range.slots,
  })
}

/** The UTC days that a range touches, each cut to the range. Settlement works and is hashed day by day. */
export function daysOf(range: SlotRange): SlotRange[] {
  const days: SlotRange[] = []
  const until = range.firstSlot + range.slots
  for (let from: number = range.firstSlot; from < until;) {
    const dayEnd = (Math.floor(from / SLOTS_PER_UTC_DAY) + 1) * SLOTS_PER_UTC_DAY
    const next = Math.min(until, dayEnd)
    days.push({ firstSlot: slot(from), slots: next - from })
    from = next
  }
  return days
}
