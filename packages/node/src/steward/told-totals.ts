import { settlementRecords, type SettlementRecord, type SlotRange } from '@tri/community'
import type { BookDeskPorts } from '@tri/ledger'
import { SLOT_MAX, slot } from '@tri/units'

import { energyTotals, type EnergyTotals } from '../services/energy-totals.ts'
import { periodOf } from '../services/period.ts'
import { markOf, privateColumns, type NodeView } from '../services/view.ts'

/**
 * What members may be told of everybody's energy: totals of periods as they were settled, over enough homes. A period is
 * told whole or not at all: totals of stretches that overlap would tell by subtraction what none of them tells.
 */
export function toldTotals(view: NodeView): Pick<BookDeskPorts, 'totals' | 'mayTell'> {
  return {
    totals: ({ firstSlot, slots }) =>
      settlementRecords(view.store, rangeOf(firstSlot, slots)).flatMap((record) => {
        const open = openTotals(view, record)
        if (open === undefined) return []
        const { mark, ringWh, ...energies } = open.totals
        const { firstSlot: from, slots: count, version } = record
        return [{ firstSlot: from, slots: count, version, mark, ringWh: { ...ringWh }, ...energies }]
      }),
    mayTell: ({ until, version }) => {
      if (until === 0) return false
      const [record] = settlementRecords(view.store, rangeOf(until - 1, 1))
      const isNewest = record?.version === version && record.firstSlot + record.slots === until
      // The record names every ring: it is shown only where none of them has to be left out.
      return isNewest && openTotals(view, record)?.isWhole === true
    },
  }
}

function rangeOf(firstSlot: number, slots: number): SlotRange {
  const from = slot(Math.min(firstSlot, SLOT_MAX))
  return { firstSlot: from, slots: Math.min(slots, SLOT_MAX - from) }
}

function openTotals(
  view: NodeView,
  record: SettlementRecord,
): { readonly totals: EnergyTotals; readonly isWhole: boolean } | undefined {
  const period = periodOf(view, record)
  if (period === undefined) return undefined
  const totals = energyTotals(period, privateColumns(view, period.input.memberOf), markOf(view, record))
  if (totals === null) return undefined
  return { totals, isWhole: Object.keys(totals.ringWh).length === period.rings.length }
}
