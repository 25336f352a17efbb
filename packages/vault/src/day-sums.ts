import { SLOT_MS, epochMs, type EpochMs } from '@tri/units'

import type { Channel } from './channel/channels.ts'
import type { Windows } from './channel/windows.ts'
import { isSame, qualityKind, type Entered, type QualityKind } from './entry.ts'
import { RESOLUTIONS, windowOf } from './resolution.ts'

/** A day of the household's calendar. */
export interface CalendarDay {
  readonly from: EpochMs
  readonly until: EpochMs
  /** `2026-05-01`; its first seven letters are the month. */
  readonly name: string
}

/** The household's calendar, handed in: local days have 92, 96 or 100 quarter hours. */
export interface Days {
  /** IANA name; the sums of a vault are all of one zone. */
  readonly zone: string
  readonly dayOf: (at: EpochMs) => CalendarDay
}

/** Days of UTC, for who has no other calendar. */
export const utcDays: Days = {
  zone: 'UTC',
  dayOf(at) {
    const from = Math.floor(at / 86_400_000) * 86_400_000
    const name = new Date(from).toISOString().slice(0, 10)
    return { from: epochMs(from), until: epochMs(from + 86_400_000), name }
  },
}

const KINDS: readonly QualityKind[] = ['measured', 'substituted', 'estimated']
/** The place of the count of slots behind the pairs of import and export. */
const SLOTS_AT = 2 * KINDS.length

/** The days that touch `[from, until)`. */
export function* daysWithin(days: Days, from: number, until: number): Generator<CalendarDay> {
  for (let at = from; at < until;) {
    const day = days.dayOf(epochMs(at))
    yield day
    at = day.until
  }
}

/** The sum of slots: import and export of each kind of quality, then how many slots there are. */
export function sumOf(at: number, slots: Iterable<Entered>): Entered {
  const numbers = Array.from({ length: SLOTS_AT + 1 }, () => 0)
  for (const { numbers: energy, quality } of slots) {
    const pair = 2 * KINDS.indexOf(qualityKind(quality))
    numbers[pair] = (numbers[pair] ?? 0) + (energy[0] ?? 0)
    numbers[pair + 1] = (numbers[pair + 1] ?? 0) + (energy[1] ?? 0)
    numbers[SLOTS_AT] = (numbers[SLOTS_AT] ?? 0) + 1
  }
  const worst = KINDS.findLast((_, k) => (numbers[2 * k] ?? 0) !== 0 || (numbers[2 * k + 1] ?? 0) !== 0)
  return { at, numbers, quality: worst ?? 'measured', isCorrection: false }
}

/** The slots of a day, added up. */
export function daySum(windows: Windows, slots: Channel, day: CalendarDay): Entered {
  const { windowMs } = RESOLUTIONS.slot
  const found: Entered[] = []
  for (let start = windowOf('slot', day.from); start < day.until; start += windowMs)
    for (const entered of windows.instants(slots, start).current())
      if (entered.at >= day.from && entered.at < day.until) found.push(entered)
  return sumOf(day.from, found)
}

/**
 * The sums to be written after a window of slots was folded: of each day that touches it and is over, unless it is written as
 * it is. A day is over when a slot after it, or its last one, has come.
 */
export function* changedSums(
  windows: Windows,
  slots: Channel,
  sums: Channel,
  { days, start }: { readonly days: Days; readonly start: number },
): Generator<Entered> {
  const newest = windows.newest(slots) ?? start
  const last = windows.instants(slots, newest).current().at(-1)?.at ?? start
  for (const day of daysWithin(days, start, start + RESOLUTIONS.slot.windowMs)) {
    if (day.until > last + SLOT_MS) continue
    const sum = daySum(windows, slots, day)
    const known = windows.instants(sums, windowOf('day', day.from)).get(day.from)
    if (known === undefined ? sum.numbers[SLOTS_AT] !== 0 : !isSame(known, sum))
      yield { ...sum, isCorrection: known !== undefined }
  }
}
