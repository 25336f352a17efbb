import { canonicalBytes, fromOwnBytes, must, type Canonical } from '@tri/units'
import { z } from 'zod'

import type { MeterTracks } from './slot-evaluation.ts'
import type { SlotEnergy } from './slot-energy.ts'

/** What was last told of a slot. */
export interface ToldSlot {
  readonly slot: number
  readonly version: number
  readonly energy: SlotEnergy
}

/** A history beyond its readings. */
export interface KeptHistory {
  readonly told: readonly ToldSlot[]
  readonly incidentsTold: readonly string[]
  readonly closedUntil: number
  readonly newestAt: number
}

const SNAPSHOT_VERSION = 1
const count = z.int().min(0)
const wh = z.custom<Extract<SlotEnergy, { is: 'measured' }>['importWh']>(
  (value) => count.safeParse(value).success,
)
const energies = { importWh: wh, exportWh: wh, withinWh: count }
const energyShape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('measured'), ...energies }),
  z.strictObject({
    is: z.literal('estimated'),
    why: z.enum(['interpolated', 'device-clock', 'coarse-register', 'sources-differ']),
    ...energies,
  }),
  z.strictObject({
    is: z.literal('gap'),
    why: z.enum([
      'silence',
      'register-reset',
      'register-fell',
      'meter-replaced',
      'implausible-power',
      'unconfirmed',
    ]),
  }),
])
const snapshotShape = z.strictObject({
  v: z.literal(SNAPSHOT_VERSION),
  meter: z.string(),
  tracks: z.array(
    z.strictObject({
      name: z.string(),
      entries: z.array(z.tuple([count, count, z.string(), z.boolean()])),
    }),
  ),
  told: z.array(z.strictObject({ slot: count, version: count, energy: energyShape })),
  incidentsTold: z.array(z.string()),
  closedUntil: count,
  newestAt: count,
})

/** A history as canonical bytes. */
export function historySnapshot(meter: string, tracks: MeterTracks, kept: KeptHistory): Uint8Array {
  const rows: Canonical[] = []
  for (const [register, sources] of tracks)
    for (const { source, time, track } of sources)
      rows.push({
        name: nameOf(register, source, time),
        entries: track.entries.map(({ at, wh: value, serial, isChecked }) => [at, value, serial, isChecked]),
      })
  return canonicalBytes({
    v: SNAPSHOT_VERSION,
    meter,
    tracks: rows,
    told: kept.told.map(({ slot, version, energy }) => ({ slot, version, energy: { ...energy } })),
    incidentsTold: kept.incidentsTold,
    closedUntil: kept.closedUntil,
    newestAt: kept.newestAt,
  })
}

/** Fills a meter's tracks from a snapshot. A source that the meter no longer has is left out. */
export function historyFrom(snapshot: Uint8Array, meter: string, tracks: MeterTracks): KeptHistory {
  const kept = snapshotShape.parse(fromOwnBytes(snapshot))
  must(kept.meter === meter, 'a snapshot is read for the meter it was made of', { meter, got: kept.meter })
  const byName = new Map(kept.tracks.map(({ name, entries }) => [name, entries]))
  for (const [register, sources] of tracks)
    for (const { source, time, track } of sources)
      for (const [at, value, serial, isChecked] of byName.get(nameOf(register, source, time)) ?? [])
        track.insert({ at, wh: value, serial, isChecked })
  return kept
}

function nameOf(register: string, source: string, time: string): string {
  return `${register} ${time} ${source}`
}
