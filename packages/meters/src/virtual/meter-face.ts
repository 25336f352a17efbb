import type { EpochMs, WattHour } from '@tri/units'

/** What a virtual meter shows at an instant: whole Wh, and W positive into the household. */
export interface MeterFace {
  readonly at: EpochMs
  /** As it names itself, letters and digits. */
  readonly serial: string
  readonly importWh: WattHour
  readonly exportWh: WattHour
  readonly powerW: number
}
