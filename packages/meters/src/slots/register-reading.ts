import type { EpochMs, WattHour } from '@tri/units'

/**
 * What a meter's registers showed at one instant. A reading may carry one register only, as some bridges send them.
 *
 * `takenAt` is by our clock (see `readingClock`); `time` says `device` where only the device's own clock knows it, which
 * may have been wrong. `check` is the verdict of the frame it came in; values of an invalid frame never get here.
 */
export interface RegisterReading {
  readonly meter: string
  /** One of the meter's sources, by name. */
  readonly source: string
  readonly takenAt: EpochMs
  readonly time: 'ours' | 'device'
  readonly check: 'valid' | 'absent'
  /** The meter's serial number, where the device sends it: another one is another meter. */
  readonly serial?: string
  /** OBIS 1.8.0, Wh. */
  readonly importWh?: WattHour
  /** OBIS 2.8.0, Wh. */
  readonly exportWh?: WattHour
}

/** A way in which a meter is read. */
export interface MeterSource {
  readonly name: string
  /** The step in which it shows the register, Wh: 1 for most, 10 or 100 for some bridges. */
  readonly resolutionWh: number
}

/** A meter that was replaced, with the last and the first values as they stand on the installer's paper, Wh. */
export interface MeterChange {
  readonly at: EpochMs
  readonly from: { readonly serial: string; readonly importWh: WattHour; readonly exportWh: WattHour }
  readonly to: { readonly serial: string; readonly importWh: WattHour; readonly exportWh: WattHour }
}

/** What is known of a meter beforehand: from its table, its contract and the household. */
export interface MeterFacts {
  readonly meter: string
  /** In order of trust: the first is the primary, each other one only fills gaps. */
  readonly sources: readonly [MeterSource, ...MeterSource[]]
  /** The most the connection lets through in either direction, W: what is above it did not happen. */
  readonly powerMaxW: number
  /** What the meter counts; a direction that it does not count is 0. */
  readonly registers: 'import' | 'export' | 'both'
  /** Wh at which a register begins again at 0, from the device's table. Without it a fall is never taken for a rollover. */
  readonly rollsOverAtWh?: number
  readonly changes?: readonly MeterChange[]
}

/** Why a reading is not taken. */
export type ReadingRefusal =
  | 'meter-unknown'
  | 'source-unknown'
  | 'register-missing'
  | 'register-unusable'
  | 'reading-too-late'
  | 'reading-from-the-future'

/** Days back to which a late reading still restates its slots. An older one is refused: its slots stay as they are. */
export const LATE_DAYS_MAX = 40
/** A reading further ahead of the time handed in is refused: a clock is wrong. */
export const AHEAD_MS_MAX = 60_000
/** Two readings of one register at most so far apart, and what lies between them is known to the second telegram. */
export const NARROW_MS_MAX = 20_000
/** The longest silence that is bridged by interpolation: two slots. A longer one is a gap. */
export const BRIDGED_MS_MAX = 1_800_000
/** How far the arrivals of two readings may be off, when the power between them is judged. */
export const JITTER_MS = 10_000
/** A register that is shown in coarser steps gives estimated slots, Wh. */
export const RESOLUTION_WH_MAX = 10
