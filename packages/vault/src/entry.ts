import {
  Fault,
  SLOT_MAX,
  SLOT_MS,
  watt,
  wattHour,
  type EpochMs,
  type Slot,
  type Watt,
  type WattHour,
} from '@tri/units'

import { RESOLUTIONS, type Resolution } from './resolution.ts'

/** What stands behind a value: a meter that was read, a rule that took its place, or a guess between two readings. */
export type QualityKind = 'measured' | 'substituted' | 'estimated'
/** The kind, and after a colon the rule by which the value was made: `substituted:last-week`. */
export type Quality = QualityKind | `${QualityKind}:${string}`

/** Letters of the name of a meter. */
const METER_NAME = /^[A-Za-z0-9][\w.:-]{0,63}$/
const QUALITY = /^(?:measured|substituted|estimated)(?::[a-z0-9][a-z0-9-]{0,39})?$/

interface Given {
  /** Letters, digits and `. _ : -`, at most 64. */
  readonly meter: string
  readonly quality: Quality
  /** Takes the place of what was there; what was there is kept and stays readable. */
  readonly isCorrection?: boolean
}

/** What a meter showed at an instant. */
interface ReadingTaken extends Given {
  readonly is: 'reading'
  readonly takenAt: EpochMs
  /** Into the household is positive; null when the meter did not say. */
  readonly powerW: Watt | null
  /** OBIS 1.8.0, cumulative. */
  readonly importRegisterWh: WattHour | null
  /** OBIS 2.8.0, cumulative. */
  readonly exportRegisterWh: WattHour | null
}

/** What a meter counted in a quarter hour, as it is stated for settlement. */
interface SlotMetered extends Given {
  readonly is: 'slot'
  readonly slot: Slot
  readonly importWh: WattHour
  readonly exportWh: WattHour
}

/**
 * What is given to the vault to keep: a reading of any instant, for the channel of seconds, or the energy of a quarter hour,
 * for the channel of slots. Sums by day are made by the vault.
 */
export type VaultEntry = ReadingTaken | SlotMetered

/** An entry as the channels keep it: numbers in the order of the channel's columns, null where nothing was said. */
export interface Entered {
  readonly at: number
  readonly numbers: readonly (number | null)[]
  readonly quality: string
  readonly isCorrection: boolean
}

/** Whether two say the same; whether one of them is a correction does not matter. */
export function isSame(a: Entered, b: Entered): boolean {
  return a.quality === b.quality && a.numbers.every((value, i) => value === b.numbers[i])
}

/** Where an entry belongs, and what of it is kept. */
export interface Placed {
  readonly meter: string
  readonly resolution: Resolution
  readonly entered: Entered
}

/**
 * Takes an entry apart.
 *
 * @throws Fault `entry-unusable` for a name, a quality or an instant that cannot be kept; `quantity-not-exact`
 */
export function placed(entry: VaultEntry): Placed {
  const { meter, quality, isCorrection = false } = entry
  if (!METER_NAME.test(meter)) throw new Fault('entry-unusable', { name: meter })
  if (quality !== 'measured' && !QUALITY.test(quality)) throw new Fault('entry-unusable', { name: quality })
  if (entry.is === 'slot') {
    const numbers = [plain(wattHour(entry.importWh)), plain(wattHour(entry.exportWh))]
    return {
      meter,
      resolution: 'slot',
      entered: { at: entry.slot * SLOT_MS, numbers, quality, isCorrection },
    }
  }
  const { takenAt: at, powerW, importRegisterWh, exportRegisterWh } = entry
  if (at > SLOT_MAX * SLOT_MS) throw new Fault('entry-unusable', { name: String(at) })
  const numbers = [
    powerW === null ? null : plain(watt(powerW)),
    importRegisterWh === null ? null : plain(wattHour(importRegisterWh)),
    exportRegisterWh === null ? null : plain(wattHour(exportRegisterWh)),
  ]
  return { meter, resolution: 'second', entered: { at, numbers, quality, isCorrection } }
}

/** There is one zero: a register of -0 is not another value than 0. */
function plain(value: number): number {
  return value === 0 ? 0 : value
}

/** The kind of a quality. */
export function qualityKind(quality: string): QualityKind {
  if (quality.startsWith('measured')) return 'measured'
  return quality.startsWith('substituted') ? 'substituted' : 'estimated'
}

/** The number of columns of a resolution. */
export function columnCount(resolution: Resolution): number {
  return RESOLUTIONS[resolution].columns.length
}
