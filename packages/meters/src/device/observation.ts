import type { EpochMs } from '@tri/units'

/** What a device is to its household: it decides what its counters mean to the TRI counter. */
export const DEVICE_ROLES = ['grid', 'plant', 'storage', 'load', 'charger', 'heat'] as const
/** One of DEVICE_ROLES. */
export type DeviceRole = (typeof DEVICE_ROLES)[number]

/**
 * What one usable frame says, in the words that every device shares; what the device does not know is absent.
 *
 * Directions are those of the device's own meter: import is energy that flows into what stands behind it, and power in that
 * direction is positive. Behind the grid's meter stands the household; behind a plant's, the plant, so what a plant
 * produces is its export and its power is negative.
 */
export interface Observation {
  /** When the frame arrived, by the node's clock. */
  readonly takenAt: EpochMs
  /** Whether the frame carried a check, and it fitted; false where its protocol has none. */
  readonly isChecked: boolean
  /** The meter as it names itself: another one means that it was replaced. */
  readonly counter?: string
  /** Registers in Wh, as decimals that were sent; they become whole Wh once, where slots are made. */
  readonly importWh?: number
  readonly exportWh?: number
  readonly powerW?: number
  readonly phasePowersW?: readonly number[]
  readonly phaseVoltagesV?: readonly number[]
  readonly phaseCurrentsA?: readonly number[]
  readonly temperatureC?: number
  /** How full a battery is, 0 to 100. */
  readonly charge100?: number
  readonly isOn?: boolean
}

/** What a device can tell, by the fields of an observation it fills. */
export const ABILITIES = ['registers', 'power', 'phases', 'temperature', 'charge', 'switch'] as const
/** One of ABILITIES. */
export type Ability = (typeof ABILITIES)[number]

/** The abilities that an observation shows. */
export function abilitiesOf(seen: Observation): Ability[] {
  const shows: Record<Ability, boolean> = {
    registers: seen.importWh !== undefined || seen.exportWh !== undefined,
    power: seen.powerW !== undefined,
    phases: seen.phasePowersW !== undefined || seen.phaseVoltagesV !== undefined,
    temperature: seen.temperatureC !== undefined,
    charge: seen.charge100 !== undefined,
    switch: seen.isOn !== undefined,
  }
  return ABILITIES.filter((ability) => shows[ability])
}
