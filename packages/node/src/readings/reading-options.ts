import type { Slot } from '@tri/units'

/** Meter-slots one import holds in memory, nine bytes each: 1101 meters for almost four years, or 4200 for one. */
export const METER_SLOTS_MAX = 150_000_000
/** A line longer than this is no line of a readings file: 100 000 meters side by side fit. */
export const LINE_BYTES_MAX = 8 * 1024 * 1024
export const FILES_MAX = 1000
/**
 * What one meter can carry in a quarter hour. A household behind 250 kW, or anybody behind 10 MW, is a wrong unit or a
 * damaged row long before it is a reading.
 */
export const HOUSEHOLD_SLOT_WH_MAX = 62_500
export const METER_SLOT_WH_MAX = 2_500_000

/** Quality codes of a meter-slot. */
export const QUALITY = { missing: 0, measured: 1, substituted: 2, estimated: 3 } as const

/** µWh in one of each unit; power is the mean over the quarter hour. */
export const MICRO_WH_PER = {
  wh: 1_000_000,
  kwh: 1_000_000_000,
  mwh: 1_000_000_000_000,
  w: 250_000,
  kw: 250_000_000,
} as const
export type EnergyUnit = keyof typeof MICRO_WH_PER
export const MICRO_WH_PER_WH = MICRO_WH_PER.wh

export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** What a person answers when a file does not say it itself; everything else is read from the file. */
export interface ReadingOptions {
  /** For times without an offset: `UTC`, `local` (the community's zone) or an IANA zone. */
  readonly timeZone?: string
  readonly decimal?: 'point' | 'comma'
  /** The unit of every energy column, whatever the header says. */
  readonly unit?: EnergyUnit
  readonly delimiter?: Delimiter
  /** For dates with slashes. */
  readonly dateOrder?: 'dmy' | 'mdy'
  /** A meter with one direction only did not measure the other: `zero` says it is 0 Wh. */
  readonly absentDirection?: 'zero'
  /** Where cumulative registers begin again at 0. Without it a register that falls leaves the quarter hour missing. */
  readonly registerWrapsAtWh?: number
  /** Rows outside `[from, until)` are passed over. */
  readonly from?: Slot
  readonly until?: Slot
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void
}
