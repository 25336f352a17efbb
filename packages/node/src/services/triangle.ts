import type { ResponseOf } from '@tri/contract'
import type { EpochMs } from '@tri/units'

/** Power at the meters of one household, W, each >= 0; null where no such meter stands. */
export interface HouseholdPower {
  readonly producedW: number | null
  readonly consumedW: number | null
  /** Whether the connection's meter reports; without it import and export are unknown and stand as 0. */
  readonly isConnectionRead: boolean
  readonly importedW: number
  readonly exportedW: number
  /** The part of import and export that neighbours take up, W. */
  readonly fromNeighboursW: number
  readonly toNeighboursW: number
}

export type Triangle = NonNullable<ResponseOf<'home'>['triangle']>

/**
 * The picture that must balance: produced + imported = consumed + exported + residual. The residual is what no sensor
 * explains; it is printed, never clamped away.
 *
 * A home without a production meter has no plant that anyone told of: what its connection lets in is what it uses.
 */
export function triangleOf(power: HouseholdPower, at: EpochMs): Triangle {
  const { producedW, importedW, exportedW } = power
  const hasProduction = producedW !== null
  const consumedW = power.consumedW ?? (hasProduction ? null : importedW)
  const residualW = (producedW ?? 0) + importedW - (consumedW ?? 0) - exportedW
  const throughput = Math.max((producedW ?? 0) + importedW, (consumedW ?? 0) + exportedW)
  return {
    producedW,
    consumedW,
    importedW,
    exportedW,
    fromNeighboursW: power.fromNeighboursW,
    toNeighboursW: power.toNeighboursW,
    fromGridW: importedW - power.fromNeighboursW,
    toGridW: exportedW - power.toNeighboursW,
    residualW,
    residual01: throughput === 0 ? 0 : Math.min(1, Math.abs(residualW) / throughput),
    sensors: {
      connection: power.isConnectionRead,
      production: hasProduction,
      consumption: consumedW !== null,
    },
    at,
    mark: 'live',
  }
}
