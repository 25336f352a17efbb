const DAY_MS = 86_400_000

/**
 * The channels of a meter: what a block of each covers, how long one key serves (its epoch), and what its columns are. A
 * window is full when it has this many entries; more are kept in further blocks.
 */
export const RESOLUTIONS = {
  second: {
    windowMs: 900_000,
    epochMs: DAY_MS,
    full: 900,
    columns: ['powerW', 'importRegisterWh', 'exportRegisterWh'],
  },
  slot: { windowMs: DAY_MS, epochMs: DAY_MS, full: 96, columns: ['importWh', 'exportWh'] },
  // Sums are one a day: a key a day would be longer than what it protects. A day that is erased gets the others a new key.
  day: {
    windowMs: 32 * DAY_MS,
    epochMs: 32 * DAY_MS,
    full: 32,
    columns: [
      'measuredImportWh',
      'measuredExportWh',
      'substitutedImportWh',
      'substitutedExportWh',
      'estimatedImportWh',
      'estimatedExportWh',
      'slots',
    ],
  },
} as const

/** The resolution of a channel. */
export type Resolution = keyof typeof RESOLUTIONS
export const RESOLUTION_NAMES: readonly Resolution[] = ['second', 'slot', 'day']

/** The start of the window in which an instant lies, in ms. */
export function windowOf(resolution: Resolution, at: number): number {
  const { windowMs } = RESOLUTIONS[resolution]
  return Math.floor(at / windowMs) * windowMs
}

/** The start of the epoch in which an instant lies, in ms. */
export function epochOf(resolution: Resolution, at: number): number {
  const { epochMs } = RESOLUTIONS[resolution]
  return Math.floor(at / epochMs) * epochMs
}
