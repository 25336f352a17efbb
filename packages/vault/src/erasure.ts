import { accept, epochMs, must, refuse, SLOT_MS, type EpochMs, type Outcome } from '@tri/units'

import { foldAll } from './append.ts'
import type { Channel } from './channel/channels.ts'
import type { Core } from './core.ts'
import type { Entered } from './entry.ts'
import type { ErasureRefusal } from './refusal.ts'
import { epochOf, RESOLUTION_NAMES, RESOLUTIONS, type Resolution } from './resolution.ts'
import { numberIn, textIn, type VaultStore } from './store/vault-store.ts'

/** A range that was erased, of one channel. */
export interface Erasure {
  readonly meter: string
  readonly resolution: Resolution
  readonly from: EpochMs
  readonly until: EpochMs
  readonly at: EpochMs
}

/** The erasures of a vault: what was erased is not kept again when it is sent again. */
export interface Erasures {
  covers(meter: string, resolution: Resolution, at: number): boolean
  all(): readonly Erasure[]
  add(erasure: Erasure): void
  forget(): void
}

/** What is to be erased. */
export interface ErasureRequest {
  readonly owner: string
  readonly meter: string
  /** Starts of quarter hours. */
  readonly from: EpochMs
  readonly until: EpochMs
  /** Whether the energy of quarter hours and days goes too; otherwise only what is finer. */
  readonly totals: boolean
}

/** What was erased, in plain numbers, and what it cannot undo. */
export interface ErasureReport {
  readonly entries: number
  readonly blocks: number
  readonly keysDestroyed: number
  /** Entries beside the range that shared a key with it and were sealed anew. */
  readonly resealed: number
  /** Leaves of the log that stay: hashes and signatures, which tell nobody what was read. */
  readonly leavesKept: number
  readonly remains: readonly ErasureRemainder[]
}

/** What an erasure cannot reach, to be told to the owner. */
export type ErasureRemainder =
  | 'log-leaves'
  | 'range-and-receipts'
  | 'statements-sent'
  | 'views-given'
  | 'backups-made'

/** The erasures that the file knows. */
export function erasuresOf(store: VaultStore): Erasures {
  let loaded: Erasure[] | undefined
  const now = (): Erasure[] => (loaded ??= loadedFrom(store))
  return {
    covers: (meter, resolution, at) =>
      now().some(
        (one) => one.resolution === resolution && one.meter === meter && at >= one.from && at < one.until,
      ),
    all: now,
    add(erasure) {
      const { meter, resolution, from, until, at } = erasure
      const known = now()
      store.run(
        'INSERT INTO erasures (meter, resolution, "from", until, at) VALUES (?, ?, ?, ?, ?)',
        meter,
        resolution,
        from,
        until,
        at,
      )
      known.push(erasure)
    },
    forget() {
      loaded = undefined
    },
  }
}

function loadedFrom(store: VaultStore): Erasure[] {
  return store.all('SELECT * FROM erasures ORDER BY id').map((row) => {
    const resolution = RESOLUTION_NAMES.find((name) => name === row['resolution'])
    must(resolution !== undefined, 'an erasure is of a resolution')
    return {
      meter: textIn(row, 'meter'),
      resolution,
      from: epochMs(numberIn(row, 'from')),
      until: epochMs(numberIn(row, 'until')),
      at: epochMs(numberIn(row, 'at')),
    }
  })
}

/** Destroys the keys of a range and what they were for; what shared a key with it is sealed anew under another. */
export function erase(core: Core, request: ErasureRequest): Outcome<ErasureReport, ErasureRefusal> {
  const { owner, meter, from, until, totals } = request
  if (owner !== core.owner) return refuse('not-the-owner')
  if (!(from < until) || from % SLOT_MS !== 0 || until % SLOT_MS !== 0)
    return refuse('erasure-range-unusable')
  const channels = core.channels.all().filter((one) => one.meter === meter)
  if (channels.length === 0) return refuse('meter-not-kept')
  const count = { entries: 0, blocks: 0, keysDestroyed: 0, resealed: 0, leavesKept: 0 }
  core.write(() => {
    foldAll(core, channels)
    for (const channel of channels)
      if (totals || channel.resolution === 'second') eraseIn(core, channel, request, count)
    const resolutions: readonly Resolution[] = totals ? ['second', 'slot'] : ['second']
    for (const resolution of resolutions)
      core.erasures.add({ meter, resolution, from, until, at: core.now() })
  })
  // What is in memory may hold what was erased.
  core.windows.forget()
  // Deleted rows are overwritten in the file; the write-ahead log may still hold them as they were.
  core.store.checkpoint()
  return accept({
    ...count,
    remains: ['log-leaves', 'range-and-receipts', 'statements-sent', 'views-given', 'backups-made'],
  })
}

type Count = { -readonly [K in Exclude<keyof ErasureReport, 'remains'>]: number }

function eraseIn(core: Core, channel: Channel, { from, until }: ErasureRequest, count: Count): void {
  const { epochMs: length } = RESOLUTIONS[channel.resolution]
  // A day's sum goes when any quarter hour of the day does: the first may have begun before the range.
  const [first, end] =
    channel.resolution === 'day'
      ? [core.days.dayOf(from).from, core.days.dayOf(epochMs(until - 1)).until]
      : [from, until]
  const held = core.blocks.numbers(channel, epochOf(channel.resolution, first), end)
  const epochs = new Set([...held.keys()].map((window) => epochOf(channel.resolution, window)))
  for (const epoch of epochs) {
    const rest = new Map<number, Entered[]>()
    const known = core.blocks.numbers(channel, epoch, epoch + length)
    for (const window of known.keys()) {
      const all = [...core.windows.instants(channel, window).all()]
      const kept = all.filter(({ at }) => at < first || at >= end)
      count.entries += all.length - kept.length
      if (kept.length > 0) rest.set(window, kept)
    }
    destroy(core, [...known.values()].flat(), count)
    // What was damaged in the tail could not be folded, and goes too.
    core.store.run(
      'DELETE FROM tail WHERE channel = ? AND window >= ? AND window < ?',
      channel.id,
      epoch,
      epoch + length,
    )
    core.keys.destroy(channel.id, epoch)
    count.keysDestroyed++
    for (const [window, kept] of rest) {
      core.blocks.seal(channel, window, kept)
      count.resealed += kept.length
    }
  }
  core.store.run('DELETE FROM conflicts WHERE channel = ? AND at >= ? AND at < ?', channel.id, first, end)
  core.log.signHead()
}

function destroy(core: Core, numbers: readonly number[], count: Count): void {
  for (const number of numbers) {
    core.store.run('DELETE FROM blocks WHERE number = ?', number)
    core.store.run('UPDATE leaves SET is_held = 0 WHERE number = ?', number)
  }
  count.blocks += numbers.length
  count.leavesKept += numbers.length
}
