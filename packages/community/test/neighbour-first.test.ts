import { RINGS, flowsOf, ringDistance, type SettlementInput, type SlotFlows } from '@tri/exchange'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { settlementInputAt, settlementRecords } from '../src/index.ts'
import { MAY, PROVA_CHARTER, anyCommunity, stageFor, states } from '../src/testing/index.ts'

const SLOTS = 4
const range = { firstSlot: MAY, slots: SLOTS }
const anyWh = fc.array(fc.nat(900), { minLength: 64, maxLength: 64 })

/** What leaves or enters a branch of the network: flow in the rings beyond the branch's own, and the grid's. */
function outward(
  flows: SlotFlows,
  cell: { readonly column: number; readonly t: number; readonly beyond: number },
): number {
  const { column, t, beyond } = cell
  const { intervals, meters, rings } = flows
  const at = column * intervals + t
  const matched = rings.map((ring, r) =>
    ringDistance(ring) > beyond ? (flows.flowWh[(r * meters.length + column) * intervals + t] ?? 0) : 0,
  )
  const grid = (flows.gridImportWh[at] ?? 0) - (flows.gridExportWh[at] ?? 0)
  return matched.reduce((sum, flow) => sum + flow, grid)
}

/** The columns of the meters below each node of the network. */
function branches({ tree }: SettlementInput): readonly (readonly number[])[] {
  const below: number[][] = tree.nodeIds.map(() => [])
  for (const [column, start] of tree.meterNode.entries()) {
    for (let node: number = start; node >= 0; node = tree.nodeParent[node] ?? -1) below[node]?.push(column)
  }
  return below
}

test('neighbour first: what crosses the border of a branch goes one way only, and own use is never shared', () => {
  fc.assert(
    fc.property(anyCommunity, anyWh, (sketch, wh) => {
      const stage = stageFor({ ...sketch, charter: PROVA_CHARTER })
      const told = sketch.meters.map(({ id }, n) => ({
        meter: id,
        firstSlot: MAY,
        wh: Array.from(
          { length: SLOTS },
          (_, t) => [wh[n * SLOTS + t] ?? 0, wh[32 + n * SLOTS + t] ?? 0] as const,
        ),
      }))
      stage.does('coop', states(told))
      expect(stage.settles(MAY, SLOTS).ok).toBe(true)
      const own = told.flatMap((one) => one.wh.map(([taken, given]) => Math.min(taken, given)))
      const [record] = settlementRecords(stage.book.store, range)
      expect(record?.versions[0]?.ownWh).toBe(own.reduce((sum, energy) => sum + energy))
      const input = settlementInputAt(stage.book.store, range, 1)
      if (!input.ok) throw new Error(input.refusal.is)
      const flows = flowsOf(input.value, stage.kernel, range)
      const ringOf = new Map(sketch.network.map(({ id, ring }) => [id, ring]))
      for (const [node, columns] of branches(input.value).entries()) {
        const beyond = ringDistance(ringOf.get(input.value.tree.nodeIds[node] ?? '') ?? RINGS[0])
        for (let t = 0; t < SLOTS; t++) {
          const signs = new Set(columns.map((column) => Math.sign(outward(flows, { column, t, beyond }))))
          signs.delete(0)
          expect(signs.size).toBeLessThanOrEqual(1)
        }
      }
    }),
    { numRuns: 60, endOnFailure: true },
  )
})
