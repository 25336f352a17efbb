import { must } from '@tri/units'

import { flowsOf } from './flows.ts'
import type { MatchKernel } from './match-kernel.ts'
import { meterSalts } from './meter-salts.ts'
import type { SettlementInput } from './settlement-input.ts'
import type { LeafHeader, MeterColumns } from './settlement-root.ts'

/** One meter's part of a settlement: what its leaf is made of. */
export interface MeterShare {
  readonly header: LeafHeader
  readonly columns: MeterColumns
  /** Slots settled as one. */
  readonly intervalSlots: number
}

/**
 * One meter's columns over a whole period, as its household may know and prove them.
 *
 * @param meter one of the input's network
 * @returns columns by slot for statements, by the rule's interval for what the settlement gave, Wh
 * @throws Fault as `settle`
 * @see     docs/decisions/0003-settlement-root.md
 */
export function meterShare(input: SettlementInput, kernel: MatchKernel, meter: string): MeterShare {
  const { slots, tree } = input
  const column = tree.meters.indexOf(meter)
  must(column >= 0, 'a share is of a meter of the network', { meter })
  const { intervals, intervalSlots, flowWh, ...flows } = flowsOf(input, kernel, input)
  const settled = (values: Int32Array, row = column) => values.slice(row * intervals, (row + 1) * intervals)
  const stated = column * slots
  return {
    header: headerOf(input, meter, column),
    intervalSlots,
    columns: {
      importWh: input.importWh.slice(stated, stated + slots),
      exportWh: input.exportWh.slice(stated, stated + slots),
      quality: input.quality.slice(stated, stated + slots),
      flowWh: tree.rings.map((_, ring) => settled(flowWh, ring * tree.meters.length + column)),
      ownWh: settled(flows.ownWh),
      gridImportWh: settled(flows.gridImportWh),
      gridExportWh: settled(flows.gridExportWh),
    },
  }
}

function headerOf(input: SettlementInput, meter: string, column: number): LeafHeader {
  const { community, firstSlot, slots, charter, tree } = input
  const { version: charterVersion, rule, split, matchOn } = charter
  const salt = meterSalts(input)?.[column]
  const blinded = salt === undefined ? {} : { salt }
  const { rings } = tree
  return { community, meter, firstSlot, slots, charterVersion, rule, split, matchOn, rings, ...blinded }
}
