import { Fault, epochMs, type EpochMs } from '@tri/units'

import type { Channel } from './channel/channels.ts'
import type { OpenWindow } from './channel/windows.ts'
import type { Core } from './core.ts'
import { changedSums } from './day-sums.ts'
import { placed, type Entered, type Placed, type VaultEntry } from './entry.ts'
import { windowOf, type Resolution } from './resolution.ts'

/** Entries of one `append`: three quarters of a day of seconds. Whoever has more gives them in parts. */
export const APPEND_ENTRIES_MAX = 64_000

/** An instant of which two different things were said, neither of them as a correction. The first counts, both are kept. */
export interface Conflict {
  readonly meter: string
  readonly resolution: Resolution
  readonly at: EpochMs
}

/** What became of the entries of one `append`. All of them are on the disk, but for those that were known or erased. */
export interface Appended {
  /** Kept, those in conflict and corrections among them. */
  readonly stored: number
  /** Kept before; nothing was written for them. */
  readonly known: number
  /** In a range that the owner erased; they are not kept again. */
  readonly erased: number
  readonly corrected: number
  readonly conflicts: readonly Conflict[]
}

interface Taking {
  stored: number
  known: number
  erased: number
  corrected: number
  readonly conflicts: Conflict[]
  /** What has to be made durable, by window. */
  readonly fresh: Map<OpenWindow, Entered[]>
  readonly touched: Set<Channel>
  readonly moved: Set<Channel>
}

/** Keeps entries, all or none; when it returns they are on the disk. */
export function append(core: Core, entries: readonly VaultEntry[]): Appended {
  if (entries.length > APPEND_ENTRIES_MAX)
    throw new Fault('append-too-large', { entries: entries.length, most: APPEND_ENTRIES_MAX })
  // Taken apart before anything is touched: one entry that cannot be kept leaves no trace of the others.
  const parts = entries.map(placed)
  const appended = core.write(() => {
    const taking = newTaking()
    for (const part of parts) take(core, part, taking)
    settle(core, taking)
    core.receipts.flush()
    const { stored, known, erased, corrected, conflicts } = taking
    return { stored, known, erased, corrected, conflicts }
  })
  core.receipts.flushed()
  return appended
}

function newTaking(): Taking {
  return {
    stored: 0,
    known: 0,
    erased: 0,
    corrected: 0,
    conflicts: [],
    fresh: new Map(),
    touched: new Set(),
    moved: new Set(),
  }
}

function take(core: Core, { meter, resolution, entered }: Placed, taking: Taking): void {
  const { at } = entered
  if (core.erasures.covers(meter, resolution, at)) {
    taking.erased++
    return
  }
  const channel = core.channels.ensured(meter, resolution)
  const start = windowOf(resolution, at)
  const newest = core.windows.newest(channel)
  const window = core.windows.open(channel, start)
  taking.touched.add(channel)
  if (newest === undefined || start > newest) {
    core.windows.advance(channel, start)
    if (newest !== undefined) taking.moved.add(channel)
  }
  const verdict = window.instants.play(entered)
  if (verdict === 'known') {
    taking.known++
    return
  }
  taking.stored++
  if (verdict === 'corrected') taking.corrected++
  if (verdict === 'conflict') {
    taking.conflicts.push({ meter, resolution, at: epochMs(at) })
    core.store.run('INSERT OR IGNORE INTO conflicts (channel, at) VALUES (?, ?)', channel.id, at)
  }
  window.pending.push(entered)
  const fresh = taking.fresh.get(window)
  if (fresh === undefined) taking.fresh.set(window, [entered])
  else fresh.push(entered)
}

/** Makes durable what was taken: into a block where a window is ripe, into the tail otherwise. */
function settle(core: Core, { fresh, touched, moved }: Taking): void {
  const ripe = new Set<OpenWindow>()
  for (const channel of touched)
    for (const window of core.windows.ripe(channel, moved.has(channel))) ripe.add(window)
  for (const [window, entered] of fresh) if (!ripe.has(window)) core.windows.keep(window, entered)
  for (const window of ripe) core.windows.fold(window)
  if (ripe.size > 0) core.log.signHead()
  for (const { channel, start } of ripe) if (channel.resolution === 'slot') addUp(core, channel, start)
  for (const channel of touched) core.windows.release(channel)
}

/** Writes the sums of the days that a folded window of slots belongs to. */
export function addUp(core: Core, slots: Channel, start: number): void {
  const { windows, days } = core
  const sums = core.channels.ensured(slots.meter, 'day')
  const taking = newTaking()
  for (const entered of changedSums(windows, slots, sums, { days, start }))
    take(core, { meter: slots.meter, resolution: 'day', entered }, taking)
  settle(core, taking)
}

/** Folds what windows hold into blocks, full or not. */
export function foldAll(core: Core, channels: readonly Channel[]): void {
  const folded = channels.flatMap((channel) => core.windows.pendingOf(channel))
  for (const window of folded) core.windows.fold(window)
  if (folded.length > 0) core.log.signHead()
}
