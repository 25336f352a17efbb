import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import type { AxdrNumber } from './axdr.ts'

/**
 * The powers of ten of a push list that does not send them: they are in the document of the meter. A quantity that the
 * document does not scale is left out, and its numbers are given without a unit.
 */
export interface UnstatedScale {
  readonly power?: number
  readonly energy?: number
  readonly voltage?: number
  readonly current?: number
}

/** Kamstrup, "HAN-NVE interface description" rev. 3.1 (published by NEK), lists 1 and 2: energy in 10 Wh, current in 0.01 A. */
export const KAMSTRUP_SCALE = {
  power: 0,
  energy: 1,
  voltage: 0,
  current: -2,
} as const satisfies UnstatedScale
/** The same for meters behind current transformers, whose type number begins with 685: current in 0.001 A. */
export const KAMSTRUP_TRANSFORMER_SCALE = { ...KAMSTRUP_SCALE, current: -3 } as const satisfies UnstatedScale
/** Kaifa, "KFM_001" (HAN object list, published by NEK): voltage in 0.1 V, current in 0.001 A. */
export const KAIFA_SCALE = { power: 0, energy: 0, voltage: -1, current: -3 } as const satisfies UnstatedScale
/** Iskraemeco AM550 and Landis+Gyr E360, from their captures: voltage in 0.1 V, current in 0.01 A. */
export const ISKRA_SCALE = { power: 0, energy: 0, voltage: -1, current: -2 } as const satisfies UnstatedScale
/** Landis+Gyr E450 and E570, from their captures: volts without a decimal, current in 0.01 A. */
export const WHOLE_VOLT_SCALE = {
  power: 0,
  energy: 0,
  voltage: 0,
  current: -2,
} as const satisfies UnstatedScale

const INSTANT = 7
const TOTAL = 8
const PHASE_CHANNELS = 20
const CHANNELS_MAX = 80
const CURRENT = 11
const VOLTAGE = 12

/** Whether the channel of an OBIS code is a voltage at this moment. */
export function isVoltage(obis: Uint8Array): boolean {
  return obis[0] === 1 && obis[3] === INSTANT && channelOf(obis) === VOLTAGE
}

/** A number under a scale that was not sent, as a value and its unit: without a unit where the scale is not known. */
export function unstatedValue(
  obis: Uint8Array,
  { value }: AxdrNumber,
  scale: UnstatedScale,
): Pick<MeterValue, 'value' | 'unit'> {
  const [of, unit] = quantityOf(obis) ?? []
  const power = of === undefined ? undefined : scale[of]
  if (power === undefined || unit === undefined) return { value: Number(value) }
  return { value: scaled(value, power), unit }
}

// OBIS, group C (IEC 62056-6-1, table of electricity): 1 to 20 are of all phases, 21 to 40 of the first and so on.
function channelOf(obis: Uint8Array): number {
  const channel = obis[2] ?? 0
  return channel < 1 || channel > CHANNELS_MAX ? 0 : ((channel - 1) % PHASE_CHANNELS) + 1
}

function quantityOf(obis: Uint8Array): readonly [of: keyof UnstatedScale, unit: string] | undefined {
  const kind = obis[3]
  if (obis[0] !== 1 || (kind !== INSTANT && kind !== TOTAL)) return undefined
  const channel = channelOf(obis)
  const isInstant = kind === INSTANT
  if (channel === CURRENT) return isInstant ? ['current', 'A'] : undefined
  if (channel === VOLTAGE) return isInstant ? ['voltage', 'V'] : undefined
  const base = [1, 2, 15, 16].includes(channel)
    ? 'W'
    : channel >= 3 && channel <= 8
      ? 'var'
      : channel === 9 || channel === 10
        ? 'VA'
        : undefined
  if (base === undefined) return undefined
  return isInstant ? ['power', base] : ['energy', `${base}h`]
}
