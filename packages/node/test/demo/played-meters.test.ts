import { SLOT_MS, epochMs, slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { PlayedMeters } from '../../src/demo/played-meters.ts'

const firstSlot = slot(1_627_488)

function played(
  importWh: readonly number[],
  exportWh: readonly number[],
  quality?: readonly number[],
): PlayedMeters {
  return new PlayedMeters({
    meters: ['casa-01'],
    firstSlot,
    slots: importWh.length,
    importWh: Int32Array.from(importWh),
    exportWh: Int32Array.from(exportWh),
    quality: Uint8Array.from(quality ?? importWh.map(() => 1)),
    notes: [],
  })
}

const anyEnergies = fc.array(fc.nat(2_500_000), { minLength: 1, maxLength: 300 })

describe('meters that are read back from a file', () => {
  test('400 Wh in a quarter hour are 1600 W into the household, all the time', () => {
    const meters = played([400], [0])
    const start = firstSlot * SLOT_MS
    for (const ms of [0, 1, 450_000, 899_999])
      expect(meters.faceAt('casa-01', epochMs(start + ms))?.powerW).toBe(1600)
  })

  test('a surplus is negative power, and the export register advances with it', () => {
    const face = played([0], [400]).faceAt('casa-01', epochMs(firstSlot * SLOT_MS + 450_000))
    expect(face).toMatchObject({ powerW: -1600, importWh: 0, exportWh: 200 })
  })

  test('a slot without a reading, and a meter that nobody knows, show nothing', () => {
    const meters = played([5, 5], [0, 0], [1, 0])
    expect(meters.faceAt('casa-01', epochMs((firstSlot + 1) * SLOT_MS))).toBeUndefined()
    expect(meters.faceAt('casa-01', epochMs((firstSlot + 2) * SLOT_MS))).toBeUndefined()
    expect(meters.faceAt('casa-01', epochMs((firstSlot - 1) * SLOT_MS))).toBeUndefined()
    expect(meters.faceAt('casa-99', epochMs(firstSlot * SLOT_MS))).toBeUndefined()
  })

  test('between two quarter hours the registers advance by exactly the reading', () => {
    fc.assert(
      fc.property(anyEnergies, fc.nat(), (energies, pick) => {
        const meters = played([...energies, 0], [...energies.toReversed(), 0])
        const of = slot(firstSlot + (pick % energies.length))
        const [before, after] = [of, of + 1].map((at) => meters.faceAt('casa-01', epochMs(at * SLOT_MS)))
        const reading = meters.readingAt('casa-01', of)
        expect(after!.importWh - before!.importWh).toBe(reading!.importWh)
        expect(after!.exportWh - before!.exportWh).toBe(reading!.exportWh)
      }),
    )
  })

  test('registers never run backwards', () => {
    fc.assert(
      fc.property(anyEnergies, fc.nat(), fc.nat(10 * SLOT_MS), (energies, pick, laterMs) => {
        const meters = played(energies, energies)
        const at = firstSlot * SLOT_MS + (pick % (energies.length * SLOT_MS))
        const [face, later] = [at, at + laterMs].map((ms) => meters.faceAt('casa-01', epochMs(ms)))
        if (later !== undefined) expect(later.importWh).toBeGreaterThanOrEqual(face!.importWh)
      }),
    )
  })
})
