import type { MatchRun } from './match-kernel.ts'

/** Cells of a tile: 4 MiB of Int32, what the far groups go through again; near ones are done in a part of it. */
const TILE_CELLS = 1_048_576
/** Long enough for the memory to be read in a stream, and for what is done once a row or group to weigh little. */
const TILE_SLOTS_MIN = 384
/** Keeps sums over a row of the tile inside 32 bits, see kernels/match.ts. */
const TILE_SLOTS_MAX = 1024

/**
 * Slots that a kernel takes at a time, so that what it works on stays in the cache.
 *
 * @param lanes the result is a multiple of it
 */
export function tileSlots({ tree, slots }: MatchRun, lanes: number): number {
  const fitting = Math.floor(TILE_CELLS / tree.meters.length / TILE_SLOTS_MIN) * TILE_SLOTS_MIN
  const most = Math.min(Math.max(fitting, TILE_SLOTS_MIN), TILE_SLOTS_MAX)
  return Math.min(most, Math.ceil(slots / lanes) * lanes)
}
