import { settlementDraft, settlementInputAt } from '@tri/community'
import { MAY, states } from '@tri/community/testing'
import { meterLeaf, meterShare, typescriptKernel } from '@tri/exchange'
import { must, present, slot } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { leafOf, joined } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { meterPartOf } from '../../src/proof/meter-part.ts'
import { proofOf } from '../../src/proof/proof-of.ts'
import { verifyProof } from '../../src/proof/verify-proof.ts'
import { stewardTown, type StewardTown } from '../../src/testing/steward-town.ts'

const SLOTS = 200
const range = { firstSlot: slot(MAY + 40), slots: SLOTS }

/** Two days and a bit in which home 1 gives and home 2 takes, settled as one period. */
function settledTown(): StewardTown {
  const town = stewardTown()
  const wh = (of: (t: number) => readonly [number, number]) => Array.from({ length: SLOTS }, (_, t) => of(t))
  const first = { meter: 'm1', firstSlot: range.firstSlot, wh: wh((t) => [0, 100 + t]) }
  const second = { meter: 'm2', firstSlot: range.firstSlot, wh: wh((t) => [300 - t, 0]) }
  town.stage.does('home-1', states([first]))
  town.stage.does('home-2', states([second]))
  must(town.stage.settles(range.firstSlot, SLOTS).ok, 'the period is settled')
  return town
}

/** What home 2 knows of the period: her columns; and what everybody may know: the leaves. */
function secondMeter(town: StewardTown) {
  const input = settlementInputAt(town.replica.store, range, 1)
  must(input.ok, 'a settled period can be settled again')
  return meterShare(input.value, typescriptKernel, 'm2')
}

function leavesOf(town: StewardTown): readonly Uint8Array[] {
  const fresh = stewardTown()
  for (const { bytes, signature } of town.replica.operations(2)) {
    const draft = settlementDraft(fresh.replica.store, range, typescriptKernel)
    if (draft.ok) return draft.value.settlement.leaves
    fresh.replica.check({ bytes, signature })
    const time = present(fresh.replica.time, 'the town is founded')
    const height = fresh.replica.height + 1
    fresh.replica.commit(
      fresh.replica.execute({ height, time, operations: [{ bytes, signature }], evidence: [] }),
    )
  }
  throw new Error('the period was settled')
}

describe('one meter’s part of a settlement', () => {
  const town = settledTown()
  const { header, columns, intervalSlots } = secondMeter(town)
  const settled = { header: { ...header }, intervalSlots, ...columns }
  const leaves = leavesOf(town)
  const at = range.firstSlot + 100
  const part = meterPartOf(nodePrimitives, settled, { leaves, index: 1 }, at)

  test('has the leaf that the exchange makes of the same columns', () => {
    const digests = part.days.map((day) =>
      'digest' in day ? day.digest : nodePrimitives.sha256(day.columns),
    )
    expect(hex(leafOf(nodePrimitives, part.header, joined(...digests)))).toBe(hex(meterLeaf(header, columns)))
  })

  test('proves the Wh of a slot from the genesis, and shows no other day', async () => {
    const [key] =
      [...town.replica.store.entries({ from: 'settlement-version/', until: 'settlement-version0' })][0] ?? []
    const bytes = present(
      await proofOf(town.source, present(key, 'it is settled'), part),
      'it is in the book',
    )
    expect(bytes.length).toBeLessThanOrEqual(8192)
    const outcome = verifyProof(bytes, town.text, nodePrimitives)
    if (!outcome.ok) expect.fail(outcome.refusal.place)
    const { meter, record } = outcome.value
    expect([record.kind, meter?.meter, meter?.days.length]).toEqual(['slot', 'm2', 1])
    const day = present(meter?.days[0], 'one day is shown')
    const i = at - day.firstSlot
    expect([day.importWh[i], day.exportWh[i], day.quality[i]]).toEqual([200, 0, 1])
    expect(day.flows.find(({ ring }) => ring === 'street')?.wh[i]).toBe(200)
    expect(day.gridImportWh[i]).toBe(0)
  })

  test('is refused with its place when a Wh, another day’s digest or a sibling is another', async () => {
    const [key = ''] =
      [...town.replica.store.entries({ from: 'settlement-version/', until: 'settlement-version0' })][0] ?? []
    const placeOf = async (changed: typeof part) => {
      const bytes = present(await proofOf(town.source, key, changed), 'it is in the book')
      const outcome = verifyProof(bytes, town.text, nodePrimitives)
      return outcome.ok ? 'believed' : outcome.refusal.place
    }
    const [day] = part.days.filter((one) => 'columns' in one)
    const shown = present(day, 'a day is shown').columns
    const withDay = (columnsOf: Uint8Array) =>
      part.days.map((one) => ('columns' in one ? { columns: columnsOf } : one))
    expect(await placeOf({ ...part, days: withDay(shown.with(7, 1)) })).toBe('meter.leaf')
    expect(await placeOf({ ...part, days: withDay(shown.subarray(1)) })).toBe('meter.leaf')
    expect(await placeOf({ ...part, days: part.days.slice(1) })).toBe('meter.day')
    const [step, ...others] = part.path.steps
    const other = { ...present(step, 'there are two meters'), sibling: new Uint8Array(32) }
    expect(await placeOf({ ...part, path: { ...part.path, steps: [other, ...others] } })).toBe(
      'meter.path.step[0]',
    )
    expect(await placeOf({ ...part, path: { ...part.path, steps: [] } })).toBe('meter.path')
  })
})
