import type { ResponseOf } from '@tri/contract'

export type HomeSlot = ResponseOf<'homeDay'>['slots'][number]

/** A quarter hour as the day chart draws it: where what was used came from, and where what was given went. */
export interface DayBar {
  readonly slot: number
  readonly ownWh: number
  readonly receivedWh: number
  readonly gridInWh: number
  readonly givenWh: number
  readonly gridOutWh: number
  readonly producedWh: number | null
  readonly isMeasured: boolean
}

/**
 * Splits a quarter hour into the parts of its bar.
 *
 * Own use is what was consumed and not drawn from outside; without a sensor for it, what was produced and not fed in.
 */
export function dayBar(of: HomeSlot): DayBar {
  const own =
    of.consumedWh !== null
      ? of.consumedWh - of.importWh
      : of.producedWh !== null
        ? of.producedWh - of.exportWh
        : 0
  return {
    slot: of.slot,
    ownWh: Math.max(0, own),
    receivedWh: of.sharedReceivedWh,
    gridInWh: Math.max(0, of.importWh - of.sharedReceivedWh),
    givenWh: of.sharedGivenWh,
    gridOutWh: Math.max(0, of.exportWh - of.sharedGivenWh),
    producedWh: of.producedWh,
    isMeasured: of.quality === 'measured',
  }
}

export interface DaySums {
  readonly usedWh: number
  readonly producedWh: number
  readonly receivedWh: number
  readonly givenWh: number
}

export function daySums(bars: readonly DayBar[]): DaySums {
  const sum = (part: (bar: DayBar) => number) => bars.reduce((before, bar) => before + part(bar), 0)
  return {
    usedWh: sum((bar) => bar.ownWh + bar.receivedWh + bar.gridInWh),
    producedWh: sum((bar) => bar.producedWh ?? 0),
    receivedWh: sum((bar) => bar.receivedWh),
    givenWh: sum((bar) => bar.givenWh),
  }
}

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]
const SLOTS_PER_HOUR = 4

/** The energy of a quarter hour, at or above a value, whose power is a round number: for the end of an axis. */
export function powerUp(energyWh: number): number {
  const power = energyWh * SLOTS_PER_HOUR
  if (power <= 0) return 1
  const tens = 10 ** Math.floor(Math.log10(power))
  return ((ROUND.find((step) => step * tens >= power) ?? 10) * tens) / SLOTS_PER_HOUR
}
