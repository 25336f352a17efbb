import { settlementInputAt } from '@tri/community'
import { matchTotals, type Ring } from '@tri/exchange'
import { must, slot } from '@tri/units'

import { ringBetween } from './neighbours.ts'
import { slotNow, type LivePower, type NodeView } from './view.ts'

/** Who shares with whom at this moment: the same matching as a settlement's, over power instead of energy. */
export interface LiveMatch {
  readonly memberOf: readonly string[]
  /** W by column; positive is into the household. */
  readonly netW: Int32Array
  /** W matched with neighbours by column; received > 0, given < 0. */
  readonly sharedW: Int32Array
  /** W that flow to the public grid, by column. */
  readonly spareW: Int32Array
  readonly columnsOf: (member: string) => number[]
  readonly ringBetween: (a: number, b: number) => Ring
}

/**
 * Matches the power of this moment, neighbour first. A meter that does not report counts as silent.
 */
export function liveMatch(view: NodeView, live: LivePower): LiveMatch {
  const now = slotNow(view)
  const input = settlementInputAt(view.store, { firstSlot: now, slots: 1 })
  must(input.ok, 'a founded community has a network', { refusal: input.ok ? '' : input.refusal.is })
  const { tree, memberOf, charter } = input.value
  const netW = Int32Array.from(tree.meters, (meter) => {
    const power = live.byMeter.get(meter)
    return power === undefined ? 0 : Math.round(power.importW - power.exportW)
  })
  const flowW = new Int32Array(tree.rings.length * tree.meters.length)
  const run = { tree, split: charter.split, firstSlot: slot(now), slots: 1, netWh: netW, stride: 1, at: 0 }
  view.kernel.match(run, matchTotals(tree), flowW)
  const sharedW = netW.map((_, column) => {
    let sum = 0
    for (let ring = 0; ring < tree.rings.length; ring++) sum += flowW[ring * tree.meters.length + column] ?? 0
    return sum
  })
  return {
    memberOf,
    netW,
    sharedW,
    spareW: netW.map((net, column) => Math.max(0, (sharedW[column] ?? 0) - net)),
    columnsOf: (member) => memberOf.flatMap((of, column) => (of === member ? [column] : [])),
    ringBetween: (a, b) => ringBetween(tree, a, b),
  }
}
