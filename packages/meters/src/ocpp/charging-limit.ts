import { must, type EpochMs } from '@tri/units'

import { scaled } from '../decimal.ts'
import { timestampOf } from './charger-frames.ts'
import type { OcppVersion } from './ocpp-actions.ts'

/** The most that may be drawn. */
export type ChargingLimit = {
  /** Connector of 1.6, EVSE of 2.0.1; 0 limits each of them for `each-charge`, and is the only one for `charger`. */
  readonly connector: number
  /** `each-charge` holds for every car that comes (TxDefaultProfile), `charger` for the charger as a whole. */
  readonly scope: 'each-charge' | 'charger'
  readonly phases?: 1 | 2 | 3
  /** Until when it holds; until another comes when absent. */
  readonly untilAt?: EpochMs
  /** Above the levels of other profiles that the charger may have. */
  readonly stackLevel?: number
} & (
  | { readonly limitW: number; readonly limitA?: undefined }
  | { readonly limitA: number; readonly limitW?: undefined }
)

/** One stretch of a schedule that a charger follows. */
export interface LimitPeriod {
  /** Seconds from the beginning of the schedule. */
  readonly fromS: number
  readonly limit: number
  readonly unit: 'W' | 'A'
  readonly phases?: number
}

/** The action and parameters of an order to a charger. */
export interface ChargerOrder {
  readonly action: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Profile numbers of ours: each place has one of a kind, which the next takes the place of. */
const PROFILE_ID = { 'each-charge': 1000, charger: 2000 } as const

const PURPOSE = {
  'ocpp1.6': { 'each-charge': 'TxDefaultProfile', charger: 'ChargePointMaxProfile' },
  'ocpp2.0.1': { 'each-charge': 'TxDefaultProfile', charger: 'ChargingStationMaxProfile' },
} as const

/**
 * SetChargingProfile with one stretch from now on. The limit is cut to a tenth, downwards: it is a promise to whoever else
 * is on the line, and the published schema of 1.6 takes no more places.
 */
export function limitOrder(version: OcppVersion, limit: ChargingLimit, now: EpochMs): ChargerOrder {
  const { connector, scope, phases, untilAt, stackLevel = 0 } = limit
  const amount = limit.limitW ?? limit.limitA
  must(Number.isFinite(amount) && amount >= 0, 'a limit of a charger is not a quantity', { amount })
  must(connector >= 0 && (scope === 'each-charge' || connector === 0), 'no such place for a limit', {
    connector,
  })
  const schedule = {
    startSchedule: timestampOf(now),
    ...(untilAt === undefined ? {} : { duration: Math.max(1, Math.ceil((untilAt - now) / 1000)) }),
    chargingRateUnit: limit.limitW === undefined ? 'A' : 'W',
    chargingSchedulePeriod: [
      {
        startPeriod: 0,
        limit: toTenthBelow(amount),
        ...(phases === undefined ? {} : { numberPhases: phases }),
      },
    ],
  }
  const profile = {
    stackLevel,
    chargingProfilePurpose: PURPOSE[version][scope],
    chargingProfileKind: 'Absolute',
    ...(untilAt === undefined ? {} : { validTo: timestampOf(untilAt) }),
  }
  const id = PROFILE_ID[scope] + connector
  const params =
    version === 'ocpp1.6'
      ? {
          connectorId: connector,
          csChargingProfiles: { chargingProfileId: id, ...profile, chargingSchedule: schedule },
        }
      : { evseId: connector, chargingProfile: { id, ...profile, chargingSchedule: [{ id, ...schedule }] } }
  return { action: 'SetChargingProfile', params }
}

/** A quantity cut to a tenth, downwards and in decimal: 16.1 stays 16.1, though ten times it is not 161 in binary. */
export function toTenthBelow(amount: number): number {
  return scaled(Math.floor(scaled(amount, 1)), -1)
}

/** ClearChargingProfile of what `limitOrder` set there. */
export function clearOrder(
  version: OcppVersion,
  { connector, scope }: Pick<ChargingLimit, 'connector' | 'scope'>,
): ChargerOrder {
  const id = PROFILE_ID[scope] + connector
  return {
    action: 'ClearChargingProfile',
    params: version === 'ocpp1.6' ? { id } : { chargingProfileId: id },
  }
}
