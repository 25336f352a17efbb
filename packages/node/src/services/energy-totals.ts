import type { Mark, ResponseOf } from '@tri/contract'
import type { Ring } from '@tri/exchange'

import { allColumns, exchangedIn, ownUse, summed, type Period } from './period.ts'
import { mayShowTotal, shownRings } from './threshold.ts'

export type EnergyTotals = NonNullable<ResponseOf<'state'>['energy']['today']>

/**
 * The community's energy of a period, or null when it would tell what single homes did.
 *
 * @param isPrivate by column, see `privateColumns`
 */
export function energyTotals(period: Period, isPrivate: readonly boolean[], mark: Mark): EnergyTotals | null {
  const columns = allColumns(period)
  const each = (of: 'importWh' | 'exportWh') => columns.map((column) => summed(period, of, [column]))
  const isOpen = (['importWh', 'exportWh'] as const).every((of) =>
    mayShowTotal({ energyWh: each(of), isPrivate }),
  )
  if (!isOpen) return null
  const rings = ringTotals(period)
  return {
    importWh: summed(period, 'importWh', columns),
    exportWh: summed(period, 'exportWh', columns),
    ownWh: ownUse(period, columns),
    sharedWh: rings.reduce((sum, [, energyWh]) => sum + energyWh, 0),
    ringWh: shownRings(rings, (ring) => mayShowRing(period, ring, isPrivate)),
    gridImportWh: summed(period, 'gridImportWh', columns),
    gridExportWh: summed(period, 'gridExportWh', columns),
    mark,
  }
}

/**
 * How many of a period's intervals, from its start, may be told as a total that grows: each stretch by which it grows
 * passes the threshold by itself, for import and for export.
 */
export function openIntervals({ flows }: Period, isPrivate: readonly boolean[]): number {
  const stretch = {
    importWh: new Float64Array(isPrivate.length),
    exportWh: new Float64Array(isPrivate.length),
  }
  const sums = [stretch.importWh, stretch.exportWh]
  let open = 0
  for (let t = 0; t < flows.intervals; t++) {
    for (let column = 0; column < isPrivate.length; column++) {
      const at = column * flows.intervals + t
      stretch.importWh[column] = (stretch.importWh[column] ?? 0) + (flows.importWh[at] ?? 0)
      stretch.exportWh[column] = (stretch.exportWh[column] ?? 0) + (flows.exportWh[at] ?? 0)
    }
    if (!sums.every((energyWh) => mayShowTotal({ energyWh, isPrivate }))) continue
    open = t + 1
    for (const energyWh of sums) energyWh.fill(0)
  }
  return open
}

/** Every total, whoever stands behind it: for the coordinator, who settles, and for checks. */
export function openTotals(period: Period, mark: Mark): EnergyTotals {
  const columns = allColumns(period)
  const rings = ringTotals(period)
  return {
    importWh: summed(period, 'importWh', columns),
    exportWh: summed(period, 'exportWh', columns),
    ownWh: ownUse(period, columns),
    sharedWh: rings.reduce((sum, [, energyWh]) => sum + energyWh, 0),
    ringWh: Object.fromEntries(rings),
    gridImportWh: summed(period, 'gridImportWh', columns),
    gridExportWh: summed(period, 'gridExportWh', columns),
    mark,
  }
}

/** Import and export that do not balance with sharing and the grid: 0 to the Wh, or our own mistake. */
export function residualWh(totals: EnergyTotals): number {
  const { importWh, exportWh, ownWh, sharedWh, gridImportWh, gridExportWh } = totals
  return (
    Math.abs(importWh - sharedWh - ownWh - gridImportWh) +
    Math.abs(exportWh - sharedWh - ownWh - gridExportWh)
  )
}

function ringTotals(period: Period): (readonly [Ring, number])[] {
  const columns = allColumns(period)
  return period.rings.map((ring) => [ring, exchangedIn(period, ring, columns).receivedWh] as const)
}

function mayShowRing(period: Period, ring: Ring, isPrivate: readonly boolean[]): boolean {
  const flows = allColumns(period).map((column) => exchangedIn(period, ring, [column]))
  const given = { energyWh: flows.map(({ givenWh }) => givenWh), isPrivate }
  const received = { energyWh: flows.map(({ receivedWh }) => receivedWh), isPrivate }
  return mayShowTotal(given) && mayShowTotal(received)
}
