import type { Slot, WattHour } from '@tri/units'

/** Quality codes of a statement, as the book counts them. 0 says nothing about a slot: it is a gap. */
export const QUALITY_CODE = { gap: 0, measured: 1, substituted: 2, estimated: 3 } as const

/**
 * Why a slot is an estimate: `interpolated` (a register between two readings of at most two slots), `device-clock` (only
 * the device's own clock knows when it was read), `coarse-register` (shown in steps above RESOLUTION_WH_MAX),
 * `sources-differ` (a second source gives the shape, the primary the sum, and they differ within their resolution).
 */
export type EstimateReason = 'interpolated' | 'device-clock' | 'coarse-register' | 'sources-differ'

/**
 * Why a slot is a gap: `silence` (longer than two slots), `register-reset` (it began again near 0), `register-fell` (it fell
 * to anything else), `meter-replaced` (another serial number, and no paper that bridges the two), `implausible-power` (it
 * rose by more than the connection lets through), `unconfirmed` (a reading without a check, alone at an end).
 */
export type GapReason =
  | 'silence'
  | 'register-reset'
  | 'register-fell'
  | 'meter-replaced'
  | 'implausible-power'
  | 'unconfirmed'

/** Energy of one slot of one meter, or the name of what is missing. */
export type SlotEnergy =
  | {
      readonly is: 'measured'
      readonly importWh: WattHour
      readonly exportWh: WattHour
      /** Wh by which the slot may be off at most, either direction: what moved in the telegrams' gaps at its two ends. */
      readonly withinWh: number
    }
  | {
      readonly is: 'estimated'
      readonly why: EstimateReason
      readonly importWh: WattHour
      readonly exportWh: WattHour
      readonly withinWh: number
    }
  | { readonly is: 'gap'; readonly why: GapReason }

/** A slot whose energy became known, or changed. The version counts how often. */
export type SlotChange = { readonly slot: Slot; readonly version: number } & SlotEnergy

/**
 * Slots one after another without energy. Where the registers on both sides belong together, the Wh they counted over the
 * whole gap: a substitution rule may give the shape, the registers give the sum.
 */
export interface RegisterGap {
  readonly firstSlot: Slot
  readonly slots: number
  readonly why: GapReason
  readonly importWh?: WattHour
  readonly exportWh?: WattHour
}

/** What happened to a meter that somebody should look at. `at` is the reading's instant, ms. */
export interface SlotIncident {
  readonly is: Exclude<GapReason, 'silence' | 'unconfirmed'> | 'reading-contradicts' | 'sources-disagree'
  readonly meter: string
  readonly source: string
  readonly at: number
}
