import {
  SLOT_MS,
  SLOTS_PER_UTC_DAY,
  accept,
  must,
  refuse,
  slot,
  type EpochMs,
  type Outcome,
  type Slot,
} from '@tri/units'

import { newestOf, type Stretch } from './register-cells.ts'
import {
  AHEAD_MS_MAX,
  LATE_DAYS_MAX,
  type MeterFacts,
  type ReadingRefusal,
  type RegisterReading,
} from './register-reading.ts'
import { historyFrom, historySnapshot, type ToldSlot } from './history-snapshot.ts'
import { ENDS_KEPT, NEIGHBOURS } from './register-track.ts'
import { evaluated, gapsAmong, wholeGaps, type MeterTracks } from './slot-evaluation.ts'
import type { RegisterGap, SlotChange, SlotEnergy, SlotIncident } from './slot-energy.ts'
import { registersOf, sourceTracks, type SourceTrack } from './source-tracks.ts'

/** Slots that are kept: those that a late reading may restate, and two days that bear it out. */
const SLOTS_KEPT_MAX = (LATE_DAYS_MAX + 2) * SLOTS_PER_UTC_DAY
/** Incidents that are remembered as told, newest first; an older one may be told twice. */
const INCIDENTS_TOLD_MAX = 256
/** Slots before a reading that it can close: a second source speaks for a slot two slots after its end. */
const CLOSED_BACK = 4

/** What a reading changed. */
export interface Taken {
  /** In order of time; empty when the reading changed nothing, as a repeated one does. */
  readonly changed: readonly SlotChange[]
  /** Each is told once. */
  readonly incidents: readonly SlotIncident[]
}

/**
 * From register readings to slots, for one meter. Whatever the order in which readings arrive, however often they are
 * repeated, and wherever the node was restarted, the same readings give the same slots; only the versions count the way there.
 * It has no clock: time comes with the call.
 */
export interface RegisterHistory {
  /** Takes a reading, late or not. @returns what it changed, or why it is not taken */
  take(reading: RegisterReading, now: EpochMs): Outcome<Taken, ReadingRefusal>
  /** Names as gaps the slots before `until` that are still open: nothing came, and somebody must know. */
  closeUntil(until: Slot): Taken
  /** What was last told of a slot. */
  slot(of: Slot): SlotChange | undefined
  /** The gaps within `[from, until)`, with what the registers counted over each. */
  gaps(from: Slot, until: Slot): readonly RegisterGap[]
  /** Everything that it must know after a restart, as canonical bytes. */
  snapshot(): Uint8Array
}

/**
 * Opens a meter's history, empty or as a snapshot left it. Readings that are taken again after a restart change nothing.
 *
 * @throws Fault `bytes-not-canonical` when the snapshot is damaged, `must` when it is another meter's
 * @see          docs/maths/registers-to-slots.md
 */
export function openRegisterHistory(facts: MeterFacts, snapshot?: Uint8Array): RegisterHistory {
  return new SlotsOfMeter(facts, snapshot)
}

class SlotsOfMeter implements RegisterHistory {
  readonly #facts: MeterFacts
  readonly #tracks: MeterTracks
  readonly #told = new Map<number, ToldSlot>()
  readonly #incidentsTold = new Set<string>()
  #closedUntil = 0
  #newestAt = 0

  constructor(facts: MeterFacts, snapshot?: Uint8Array) {
    must(facts.powerMaxW > 0, 'a connection lets something through', { meter: facts.meter })
    this.#facts = facts
    this.#tracks = new Map(registersOf(facts).map((register) => [register, sourceTracks(facts, register)]))
    if (snapshot === undefined) return
    const kept = historyFrom(snapshot, facts.meter, this.#tracks)
    this.#closedUntil = kept.closedUntil
    this.#newestAt = kept.newestAt
    for (const one of kept.told) this.#told.set(one.slot, one)
    for (const key of kept.incidentsTold) this.#incidentsTold.add(key)
  }

  take(reading: RegisterReading, now: EpochMs): Outcome<Taken, ReadingRefusal> {
    const refusal = this.#refusalOf(reading, now)
    if (refusal !== undefined) return refuse(refusal)
    let from = Number.POSITIVE_INFINITY
    let until = Number.NEGATIVE_INFINITY
    for (const source of this.#sourcesOf(reading)) {
      const wh = reading[source.register]
      if (wh === undefined) continue
      const { takenAt: at, serial = '', check } = reading
      const place = source.track.insert({ at, wh, serial, isChecked: check === 'valid' })
      if (place === undefined) continue
      const reached = reachOf(source, place)
      from = Math.min(from, reached.from)
      until = Math.max(until, reached.until)
    }
    if (from >= until) return accept({ changed: [], incidents: [] })
    this.#advance(reading.takenAt)
    return accept(this.#tell({ from, until }))
  }

  closeUntil(until: Slot): Taken {
    const from = Math.max(this.#closedUntil, this.#limits().from)
    this.#closedUntil = Math.max(this.#closedUntil, until)
    return this.#newestAt > 0 && from < until ? this.#tell({ from, until }) : { changed: [], incidents: [] }
  }

  slot(of: Slot): SlotChange | undefined {
    const told = this.#told.get(of)
    return told === undefined ? undefined : { ...told.energy, slot: of, version: told.version }
  }

  gaps(from: Slot, until: Slot): readonly RegisterGap[] {
    const energies = Array.from({ length: until - from }, (_, i) => this.#told.get(from + i)?.energy)
    return gapsAmong(this.#tracks, from, energies).map(({ firstSlot, slots, gap }) => ({
      firstSlot: slot(firstSlot),
      slots,
      ...gap,
    }))
  }

  snapshot(): Uint8Array {
    return historySnapshot(this.#facts.meter, this.#tracks, {
      told: [...this.#told.values()].toSorted((a, b) => a.slot - b.slot),
      incidentsTold: [...this.#incidentsTold],
      closedUntil: this.#closedUntil,
      newestAt: this.#newestAt,
    })
  }

  #refusalOf(reading: RegisterReading, now: EpochMs): ReadingRefusal | undefined {
    if (reading.meter !== this.#facts.meter) return 'meter-unknown'
    if (!this.#facts.sources.some(({ name }) => name === reading.source)) return 'source-unknown'
    const values = registersOf(this.#facts).flatMap((register) => reading[register] ?? [])
    if (values.length === 0) return 'register-missing'
    if (values.some((wh) => wh < 0)) return 'register-unusable'
    if (reading.takenAt > now + AHEAD_MS_MAX) return 'reading-from-the-future'
    const oldest = this.#newestAt - LATE_DAYS_MAX * SLOTS_PER_UTC_DAY * SLOT_MS
    return reading.takenAt < oldest ? 'reading-too-late' : undefined
  }

  #sourcesOf({ source, time }: RegisterReading): SourceTrack[] {
    return [...this.#tracks.values()].flatMap((tracks) =>
      tracks.filter((track) => track.source === source && track.time === time),
    )
  }

  /** What is older than the slots that may still change is forgotten, a slot at a time. */
  #advance(at: number): void {
    const before = Math.floor(this.#newestAt / SLOT_MS)
    this.#newestAt = Math.max(this.#newestAt, at)
    if (Math.floor(this.#newestAt / SLOT_MS) === before) return
    const from = Math.floor(this.#newestAt / SLOT_MS) - SLOTS_KEPT_MAX
    for (const tracks of this.#tracks.values())
      for (const { track } of tracks) track.forgetBefore(from * SLOT_MS)
    for (const old of this.#told.keys()) if (old < from) this.#told.delete(old)
  }

  /** From the first reading that is kept to the newest one. */
  #limits(): Stretch {
    const newest = Math.floor(this.#newestAt / SLOT_MS)
    let first = newest
    for (const tracks of this.#tracks.values())
      for (const { track } of tracks)
        first = Math.min(first, Math.floor((track.entries[0]?.at ?? this.#newestAt) / SLOT_MS))
    return { from: Math.max(first, newest - SLOTS_KEPT_MAX), until: newest + 1 }
  }

  #tell(reached: Stretch): Taken {
    const limits = this.#limits()
    const from = Math.max(reached.from, limits.from)
    const stretch = wholeGaps(this.#tracks, { from, until: Math.max(from, reached.until) }, limits)
    const { slots, incidents } = evaluated(this.#facts, this.#tracks, stretch)
    const changed: SlotChange[] = []
    for (const [i, energy] of slots.entries()) {
      const change = this.#changeOf(stretch.from + i, energy)
      if (change !== undefined) changed.push(change)
    }
    return { changed, incidents: this.#firstTold(incidents) }
  }

  #changeOf(at: number, evaluation: SlotEnergy | undefined): SlotChange | undefined {
    const had = this.#told.get(at)
    // The limits begin with the first reading: before it there is nothing to miss.
    const isClosed = at < this.#closedUntil
    // A slot that was told of is not taken back: what is known no longer is a gap.
    const energy = evaluation ?? (isClosed || had !== undefined ? { is: 'gap', why: 'silence' } : undefined)
    if (energy === undefined) return undefined
    const isNews = !isSame(had?.energy, energy)
    const version = (had?.version ?? 0) + (isNews ? 1 : 0)
    this.#told.set(at, { slot: at, version, energy })
    return isNews ? { ...energy, slot: slot(at), version } : undefined
  }

  #firstTold(incidents: readonly SlotIncident[]): SlotIncident[] {
    return incidents.filter(({ is, source, at }) => {
      const key = `${is} ${source} ${at}`
      if (this.#incidentsTold.has(key)) return false
      this.#incidentsTold.add(key)
      for (const oldest of this.#incidentsTold) {
        if (this.#incidentsTold.size <= INCIDENTS_TOLD_MAX) break
        this.#incidentsTold.delete(oldest)
      }
      return true
    })
  }
}

/** The slots that a reading at a place can have changed: those of the readings it may bear out or contradict. */
function reachOf(source: SourceTrack, place: number): Stretch {
  const { entries } = source.track
  const reach = 2 * NEIGHBOURS + ENDS_KEPT
  const first = entries[Math.max(0, place - reach)]?.at ?? 0
  const at = entries[place]?.at ?? 0
  const last = entries[Math.min(entries.length - 1, place + reach)]?.at ?? newestOf(source)
  const from = Math.min(Math.floor(first / SLOT_MS), Math.floor(at / SLOT_MS) - CLOSED_BACK)
  return { from: Math.max(0, from), until: Math.floor(last / SLOT_MS) + 1 }
}

/** Whether a slot says the same, whatever is known of its precision by now. */
function isSame(had: SlotEnergy | undefined, is: SlotEnergy): boolean {
  if (had === undefined || had.is !== is.is || reasonOf(had) !== reasonOf(is)) return false
  if (had.is === 'gap' || is.is === 'gap') return true
  return had.importWh === is.importWh && had.exportWh === is.exportWh
}

function reasonOf(energy: SlotEnergy): string {
  return energy.is === 'measured' ? '' : energy.why
}
