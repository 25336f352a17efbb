import { SLOT_MS, wattHour, type WattHour } from '@tri/units'

import { breakOf } from './counted-energy.ts'
import { cellOf, countedIn, newestOf, registerCells, type Cell, type Stretch } from './register-cells.ts'
import type { MeterFacts } from './register-reading.ts'
import type { RegisterGap, SlotEnergy, SlotIncident } from './slot-energy.ts'
import type { RegisterName, SourceTrack } from './source-tracks.ts'

const NOTHING = wattHour(0)

/** A meter's tracks: every register it counts, in order of trust. */
export type MeterTracks = ReadonlyMap<RegisterName, readonly SourceTrack[]>

/** The slots of a stretch; undefined where a slot is not over, or before the first reading. */
export interface Evaluation {
  readonly slots: readonly (SlotEnergy | undefined)[]
  readonly incidents: readonly SlotIncident[]
}

/**
 * A stretch widened to whole gaps of the primary: how a gap is filled depends on all of it.
 *
 * @param limits slots beyond which nothing is kept
 */
export function wholeGaps(tracks: MeterTracks, stretch: Stretch, limits: Stretch): Stretch {
  let { from, until } = stretch
  for (const [primary, ...others] of tracks.values()) {
    if (primary === undefined || others.every(({ track }) => track.entries.length === 0)) continue
    // Where the primary is silent still, or was never read before, each slot is filled by itself.
    const first = primary.track.entries[0]?.at ?? Number.POSITIVE_INFINITY
    const last = newestOf(primary)
    if (last < from * SLOT_MS || first >= until * SLOT_MS) continue
    const end = Math.min(limits.until, Math.floor(last / SLOT_MS) + 1)
    while (from > limits.from && first < from * SLOT_MS && cellOf(primary, from - 1).is !== 'known') from--
    while (until < end && cellOf(primary, until).is !== 'known') until++
  }
  return { from, until }
}

/** The energy of every slot of a stretch, both registers together: a slot is known when each counted register is. */
export function evaluated(facts: MeterFacts, tracks: MeterTracks, stretch: Stretch): Evaluation {
  const incidents: SlotIncident[] = []
  const columns: RegisterColumn[] = []
  for (const [register, sources] of tracks) {
    const { cells, disagreeing } = registerCells(sources, stretch)
    columns.push({ register, cells })
    for (const { source, slot } of disagreeing)
      incidents.push({ is: 'sources-disagree', meter: facts.meter, source, at: slot * SLOT_MS })
    for (const source of sources) incidents.push(...incidentsIn(facts.meter, source, stretch))
  }
  const slots: (SlotEnergy | undefined)[] = []
  for (let i = 0; i < stretch.until - stretch.from; i++) slots.push(slotEnergy(columns, i))
  return { slots, incidents }
}

interface RegisterColumn {
  readonly register: RegisterName
  readonly cells: readonly Cell[]
}

function slotEnergy(columns: readonly RegisterColumn[], at: number): SlotEnergy | undefined {
  const energy: Record<RegisterName, WattHour> = { importWh: NOTHING, exportWh: NOTHING }
  let withinWh = 0
  let why: Extract<Cell, { is: 'known' }>['estimate']
  let gap: SlotEnergy | undefined
  for (const { register, cells } of columns) {
    const cell = cells[at]
    if (cell === undefined || cell.is === 'open') return undefined
    if (cell.is === 'gap') {
      gap ??= cell
      continue
    }
    energy[register] = wattHour(cell.wh)
    withinWh = Math.max(withinWh, cell.withinWh)
    why ??= cell.estimate
  }
  if (gap !== undefined) return gap
  return why === undefined
    ? { is: 'measured', ...energy, withinWh }
    : { is: 'estimated', why, ...energy, withinWh }
}

/** Readings of a stretch that are contradicted by their neighbours, and breaks between those that are not. */
function incidentsIn(
  meter: string,
  { source, track, counted }: SourceTrack,
  stretch: Stretch,
): SlotIncident[] {
  const incidents: SlotIncident[] = []
  const end = track.indexAt(stretch.until * SLOT_MS)
  for (let i = track.indexAt(stretch.from * SLOT_MS); i < end; i++) {
    const entry = track.entries[i]
    if (entry === undefined) break
    if (!track.isTrusted(i)) {
      incidents.push({ is: 'reading-contradicts', meter, source, at: entry.at })
      continue
    }
    const before = track.trustedBefore(i)
    const last = before === undefined ? undefined : track.entries[before]
    if (last === undefined || counted(last, entry) !== undefined) continue
    const is = breakOf(last, entry)
    if (is !== 'silence' && is !== 'unconfirmed') incidents.push({ is, meter, source, at: entry.at })
  }
  return incidents
}

/** The gaps among the slots of a stretch, each with what the primary's registers counted over it, where they tell. */
export function gapsAmong(
  tracks: MeterTracks,
  first: number,
  slots: readonly (SlotEnergy | undefined)[],
): {
  readonly firstSlot: number
  readonly slots: number
  readonly gap: Omit<RegisterGap, 'firstSlot' | 'slots'>
}[] {
  const gaps = []
  for (let at = 0; at < slots.length; at++) {
    const begun = slots[at]
    if (begun?.is !== 'gap') continue
    const from = at
    while (at + 1 < slots.length && slots[at + 1]?.is === 'gap') at++
    const stretch = { from: first + from, until: first + at + 1 }
    const gap = { why: begun.why, ...countedOver(tracks, stretch) }
    gaps.push({ firstSlot: stretch.from, slots: at + 1 - from, gap })
  }
  return gaps
}

function countedOver(tracks: MeterTracks, stretch: Stretch): Pick<RegisterGap, 'importWh' | 'exportWh'> {
  const sums: { importWh?: WattHour; exportWh?: WattHour } = {}
  for (const register of ['importWh', 'exportWh'] as const) {
    const sources = tracks.get(register)
    // A direction that the meter does not count is 0 over any gap.
    if (sources === undefined) sums[register] = NOTHING
    const [primary] = sources ?? []
    if (primary === undefined) continue
    const between = countedIn(primary, stretch)
    if (between.is === 'counted') sums[register] = wattHour(between.wh)
  }
  return sums
}
