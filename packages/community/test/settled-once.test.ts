import { settle, type SettlementInput } from '@tri/exchange'
import { hex } from '@tri/units/crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { readingsRootOf, settlementInputAt } from '../src/index.ts'
import { settledOnce } from '../src/settled-once.ts'
import { MAY, anyCommunity, stageFor, states, type Sketch, type Stage } from '../src/testing/index.ts'

const SLOTS = 4

function inputOf(sketch: Sketch): {
  readonly input: SettlementInput
  readonly kernel: Stage['kernel']
} {
  const stage = stageFor(sketch)
  const wh = Array.from({ length: SLOTS }, (_, t) => [100 * t, 300 - 70 * t] as const)
  stage.does('coop', states(sketch.meters.map(({ id }) => ({ meter: id, firstSlot: MAY, wh }))))
  const input = settlementInputAt(stage.book.store, { firstSlot: MAY, slots: SLOTS })
  if (!input.ok) throw new Error(input.refusal.is)
  return { input: input.value, kernel: stage.kernel }
}

test('a settlement is computed again for any input that differs, and comes out as if it had been', () => {
  const changes = fc.array(fc.record({ at: fc.nat(), wh: fc.nat(9), what: fc.nat(3) }), { maxLength: 6 })
  fc.assert(
    fc.property(anyCommunity, changes, (sketch, all) => {
      const { input, kernel } = inputOf(sketch)
      const first = { kernel, version: 1, before: undefined }
      let now = input
      for (const { at, wh, what } of all) {
        const changed = {
          ...now,
          importWh: now.importWh.slice(),
          exportWh: now.exportWh.slice(),
          quality: now.quality.slice(),
        }
        const cell = at % now.quality.length
        if (what === 0) changed.importWh[cell] = wh
        if (what === 1) changed.exportWh[cell] = wh
        if (what === 2) changed.quality[cell] = 2
        now = changed
        const { settlement, claim } = settledOnce(now, first)
        expect(settlement).toEqual(settle(now, kernel))
        expect(hex(claim.readingsRoot)).toBe(readingsRootOf(now))
        expect(settledOnce({ ...now }, first).settlement).toBe(settlement)
      }
    }),
    { numRuns: 40 },
  )
})
