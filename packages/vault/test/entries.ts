import { epochMs, slot, watt, wattHour } from '@tri/units'
import { constantFrom, double, integer, option, record, type Arbitrary } from 'fast-check'

import type { Quality, VaultEntry } from '../src/index.ts'

/** 2026-05-01T00:00:00Z: the start of a day, of a window of every channel but that of days. */
export const MAY = 1_777_593_600_000
export const DAY = 86_400_000

export interface Taken {
  readonly at: number
  readonly powerW?: number | null
  readonly importWh?: number | null
  readonly exportWh?: number | null
  readonly quality?: Quality
  readonly meter?: string
  readonly isCorrection?: boolean
}

/** A reading, `at` in ms from the first of May. */
export function reading(taken: Taken): VaultEntry {
  const { at, powerW = 300, importWh = 1000, exportWh = null } = taken
  return {
    is: 'reading',
    meter: taken.meter ?? 'm1',
    takenAt: epochMs(MAY + at),
    powerW: powerW === null ? null : watt(powerW),
    importRegisterWh: importWh === null ? null : wattHour(importWh),
    exportRegisterWh: exportWh === null ? null : wattHour(exportWh),
    quality: taken.quality ?? 'measured',
    ...(taken.isCorrection === undefined ? {} : { isCorrection: taken.isCorrection }),
  }
}

/** A quarter hour, counted from the first of May. */
export function metered(of: {
  readonly slot: number
  readonly importWh?: number
  readonly exportWh?: number
  readonly quality?: Quality
  readonly isCorrection?: boolean
}): VaultEntry {
  return {
    is: 'slot',
    meter: 'm1',
    slot: slot(MAY / 900_000 + of.slot),
    importWh: wattHour(of.importWh ?? 100),
    exportWh: wattHour(of.exportWh ?? 0),
    quality: of.quality ?? 'measured',
    ...(of.isCorrection === undefined ? {} : { isCorrection: of.isCorrection }),
  }
}

function mixed(n: number): number {
  const once = Math.imul(n ^ (n >>> 15), 0x85_eb_ca_6b)
  return Math.imul(once ^ (once >>> 13), 0xc2_b2_ae_35) >>> 16
}

/** Seconds one after the other, with numbers of their own that no compressor foresees. */
export function seconds(from: number, count: number, meter = 'm1'): VaultEntry[] {
  return Array.from({ length: count }, (_, i) =>
    reading({
      at: (from + i) * 1000,
      powerW: mixed(from + i) % 4000,
      importWh: 5000 + from + i,
      meter,
    }),
  )
}

const anyQuality: Arbitrary<Quality> = constantFrom('measured', 'estimated', 'substituted:last-week')
const anyPower = option(
  double({ noDefaultInfinity: true, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
)
const anyMeterPower = option(integer({ min: -9_000_000, max: 9_000_000 }).map((value) => value / 1000))
const anyRegister = option(integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))

/** Any reading within four hours of the first of May; several may be of one instant. */
export const anyTaken: Arbitrary<Taken> = record({
  at: integer({ min: 0, max: 4 * 3_600_000 }).map((at) => (at % 3 === 0 ? at : Math.floor(at / 1000) * 1000)),
  powerW: anyPower,
  importWh: anyRegister,
  exportWh: anyRegister,
  quality: anyQuality,
})
/** The same as a meter would say it: three digits after the point at most. */
export const anyMeterTaken: Arbitrary<Taken> = record({
  at: integer({ min: 0, max: 14_400 }).map((second) => second * 1000),
  powerW: anyMeterPower,
  importWh: anyRegister,
  exportWh: anyRegister,
  quality: anyQuality,
})

export const HOUSEHOLD = { owner: 'home-1', purpose: 'household', meter: 'm1' } as const
/** `[from, until)` in ms from the first of May. */
export function range(from: number, until: number) {
  return { from: epochMs(MAY + from), until: epochMs(MAY + until) }
}
