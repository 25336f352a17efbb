import { memoryStore } from '@tri/community'
import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  emptyReadings,
  householdReadings,
  type MeterReadings,
} from '../../src/household/household-readings.ts'

const first = 1_970_000
/** Some quarter hours of a few days, each read or not. */
const anyReadings: fc.Arbitrary<MeterReadings> = fc
  .record({
    from: fc.nat(300),
    cells: fc.array(fc.tuple(fc.nat(5000), fc.nat(5000), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 250,
    }),
  })
  .map(({ from, cells }) => ({
    firstSlot: slot(first + from),
    slots: cells.length,
    importWh: Int32Array.from(cells, ([importWh]) => importWh),
    exportWh: Int32Array.from(cells, ([, exportWh]) => exportWh),
    quality: Uint8Array.from(cells, ([, , quality]) => quality),
  }))

describe('readings that stay in the household', () => {
  it('are read as they were written, the later over the earlier, over the ends of days', () => {
    fc.assert(
      fc.property(fc.array(anyReadings, { maxLength: 4 }), (written) => {
        const kept = householdReadings(memoryStore())
        const model = new Map<number, readonly [number, number, number]>()
        for (const readings of written) {
          kept.write('roof', readings)
          for (let t = 0; t < readings.slots; t++) {
            if (readings.quality[t] === 0) continue
            model.set(readings.firstSlot + t, [
              readings.importWh[t]!,
              readings.exportWh[t]!,
              readings.quality[t]!,
            ])
          }
        }
        const read = kept.read('roof', { firstSlot: slot(first - 10), slots: 600 })
        for (let t = 0; t < 600; t++) {
          const cell = [read.importWh[t], read.exportWh[t], read.quality[t]]
          expect(cell).toEqual(model.get(first - 10 + t) ?? [0, 0, 0])
        }
      }),
    )
  })

  it('of one meter are not those of another whose name begins alike', () => {
    const kept = householdReadings(memoryStore())
    const range = { firstSlot: slot(first), slots: 4 }
    kept.write('roof', {
      ...emptyReadings(range),
      exportWh: Int32Array.of(1, 2, 3, 4),
      quality: Uint8Array.of(1, 1, 1, 1),
    })
    expect(kept.read('roof-2', range)).toEqual(emptyReadings(range))
    expect(kept.read('roof', range).exportWh).toEqual(Int32Array.of(1, 2, 3, 4))
  })
})
