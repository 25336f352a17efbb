import { epochMs, slot, watt, wattHour } from '@tri/units'

import type { VaultEntry } from '../src/index.ts'

/** 2026-05-01T00:00:00Z. */
export const STREAM_FROM = 1_777_593_600_000

/**
 * The entry number `n` of a stream that has everything in it: two meters in turn, one of them 20 minutes late so that it
 * writes into windows that are sealed, and a quarter hour's energy now and then. Every instant has one value, so that
 * whatever is there twice shows.
 */
export function streamEntry(n: number): VaultEntry {
  const step = Math.floor(n / 3)
  if (n % 3 === 2)
    return {
      is: 'slot',
      meter: 'casa',
      slot: slot(STREAM_FROM / 900_000 + step),
      importWh: wattHour(step % 700),
      exportWh: wattHour(0),
      quality: 'measured',
    }
  const isLate = n % 3 === 1 && step % 2 === 1
  return {
    is: 'reading',
    meter: n % 3 === 0 ? 'casa' : 'tetto',
    takenAt: epochMs(STREAM_FROM + step * 20_000 - (isLate ? 1_210_000 : 0)),
    powerW: watt(step % 997),
    importRegisterWh: wattHour(10_000 + step),
    exportRegisterWh: null,
    quality: 'measured',
  }
}

/** How many entries one call gives, by the number of its first: one, a few, or many. */
export function streamBatch(n: number): number {
  return n % 7 === 0 ? 40 : 1 + (n % 3)
}
