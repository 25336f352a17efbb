import { mulDiv, present, SLOT_MS } from '@tri/units'

import { countedBetween, type Between } from './counted-energy.ts'
import { BRIDGED_MS_MAX, RESOLUTION_WH_MAX } from './register-reading.ts'
import type { EstimateReason, GapReason } from './slot-energy.ts'
import type { SourceTrack } from './source-tracks.ts'

/** Energy of one register in one slot; `open` is not over yet, or before the first reading. */
export type Cell =
  | {
      readonly is: 'known'
      readonly wh: number
      readonly withinWh: number
      readonly estimate: EstimateReason | undefined
    }
  | { readonly is: 'gap'; readonly why: GapReason }
  | { readonly is: 'open' }

/** Slots, `[from, until)`. */
export interface Stretch {
  readonly from: number
  readonly until: number
}

const OPEN: Cell = { is: 'open' }

/** What one source says of a slot. */
export function cellOf(source: SourceTrack, slot: number): Cell {
  const between = countedIn(source, { from: slot, until: slot + 1 })
  if (between.is === 'open') return OPEN
  if (between.is === 'unknown') return { is: 'gap', why: between.why }
  return {
    is: 'known',
    wh: between.wh,
    withinWh: between.withinWh + source.resolutionWh - 1,
    estimate: estimateOf(source, between.isBridged),
  }
}

/** What one source counted over slots. */
export function countedIn({ track, counted }: SourceTrack, { from, until }: Stretch): Between {
  return countedBetween(track, counted, { from: from * SLOT_MS, until: until * SLOT_MS })
}

function estimateOf({ time, resolutionWh }: SourceTrack, isBridged: boolean): EstimateReason | undefined {
  if (time === 'device') return 'device-clock'
  if (resolutionWh > RESOLUTION_WH_MAX) return 'coarse-register'
  return isBridged ? 'interpolated' : undefined
}

/** The cells of a stretch, and where two sources contradict each other. */
export interface RegisterCells {
  readonly cells: readonly Cell[]
  /** Sources that do not fit the primary's registers, with the slot at which the gap begins that they could not fill. */
  readonly disagreeing: readonly { readonly source: string; readonly slot: number }[]
}

/**
 * The cells of one register: the primary's, and where it has none those of the next source, as far as the primary's registers
 * on both sides of the gap bear them out. Two sources are never added up.
 */
export function registerCells(tracks: readonly SourceTrack[], stretch: Stretch): RegisterCells {
  const [primary, ...others] = tracks
  const cells: Cell[] = []
  const disagreeing: { source: string; slot: number }[] = []
  if (primary === undefined) return { cells, disagreeing }
  for (let slot = stretch.from; slot < stretch.until; slot++) cells.push(cellOf(primary, slot))
  const live = others.filter(({ track }) => track.entries.length > 0)
  if (live.length === 0) return { cells, disagreeing }
  for (let at = 0; at < cells.length; at++) {
    if (cells[at]?.is === 'known') continue
    const from = at
    while (at < cells.length && cells[at]?.is !== 'known') at++
    const gap = { from: stretch.from + from, until: stretch.from + at }
    const filled = filledGap(primary, live, gap)
    for (const source of filled.disagreeing) disagreeing.push({ source, slot: gap.from })
    for (const [i, cell] of filled.cells.entries()) if (cell !== undefined) cells[from + i] = cell
  }
  return { cells, disagreeing }
}

interface Filled {
  /** By slot of the gap; undefined where no source fills it. */
  readonly cells: readonly (Cell | undefined)[]
  readonly disagreeing: readonly string[]
}

function filledGap(primary: SourceTrack, others: readonly SourceTrack[], gap: Stretch): Filled {
  const whole = countedIn(primary, gap)
  if (whole.is !== 'counted') return { cells: freelyFilled(others, gap), disagreeing: [] }
  const cells: (Cell | undefined)[] = []
  const disagreeing: string[] = []
  let left = whole.wh
  for (const source of others) {
    const rest = { from: gap.from + cells.length, until: gap.until }
    if (rest.from === rest.until) break
    const slackWh = whole.withinWh + primary.resolutionWh + source.resolutionWh
    const part = boundFill(source, rest, { leftWh: left, slackWh })
    if (part === 'disagrees') disagreeing.push(source.source)
    else
      for (const cell of part) {
        cells.push(cell)
        left -= cell.wh
      }
  }
  return { cells, disagreeing }
}

type Known = Extract<Cell, { is: 'known' }>

/**
 * As many slots from the start of a gap as a source knows, where the primary counted `leftWh` over the whole of it. A source
 * that knows the whole gap must agree with the sum; it then gives the shape and the primary the sum, to the Wh. One that
 * knows a part must not exceed it.
 */
function boundFill(
  source: SourceTrack,
  gap: Stretch,
  { leftWh, slackWh }: { readonly leftWh: number; readonly slackWh: number },
): readonly Known[] | 'disagrees' {
  const known: Known[] = []
  for (let slot = gap.from; slot < gap.until; slot++) {
    const cell = cellOf(source, slot)
    if (cell.is !== 'known') break
    known.push(cell)
  }
  const sum = known.reduce((wh, cell) => wh + cell.wh, 0)
  if (known.length < gap.until - gap.from) return sum <= leftWh ? known : 'disagrees'
  if (sum === leftWh) return known
  const ends = countedIn(source, gap)
  const withinWh = ends.is === 'counted' ? ends.withinWh : 0
  if (Math.abs(sum - leftWh) > slackWh + withinWh) return 'disagrees'
  return scaled(known, { sum, to: leftWh })
}

/** Parts in the same proportions with another sum: c_i is the running sum, the remainder is carried along. */
function scaled(
  known: readonly Known[],
  { sum, to }: { readonly sum: number; readonly to: number },
): Known[] {
  let running = 0
  let given = 0
  const lastAt = known.length - 1
  return known.map((cell, i) => {
    running += cell.wh
    const upTo = i === lastAt ? to : sum === 0 ? 0 : mulDiv(to, running, sum)
    const wh = upTo - given
    given = upTo
    const withinWh = cell.withinWh + Math.abs(sum - to)
    return { is: 'known', wh, withinWh, estimate: cell.estimate ?? 'sources-differ' }
  })
}

/**
 * Where the primary says nothing of the sum: it was never read before, it is silent still, or it began again. Its last
 * telegram may only be late, so another source speaks for a slot once it has itself gone on for two slots more. A device's
 * own clock fills no such gap: with nothing to hold it to, an hour's error would count that hour twice.
 */
function freelyFilled(others: readonly SourceTrack[], gap: Stretch): (Cell | undefined)[] {
  const cells: (Cell | undefined)[] = []
  for (let slot = gap.from; slot < gap.until; slot++) {
    const filling = others.find(
      (source) =>
        source.time === 'ours' &&
        newestOf(source) >= (slot + 1) * SLOT_MS + BRIDGED_MS_MAX &&
        cellOf(source, slot).is === 'known',
    )
    cells.push(filling === undefined ? undefined : cellOf(filling, slot))
  }
  return cells
}

/** When a source was last read. */
export function newestOf({ track }: SourceTrack): number {
  return track.entries.length === 0 ? -1 : present(track.entries.at(-1), 'it is not empty').at
}
