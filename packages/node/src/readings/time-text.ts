import { SLOT_MAX, SLOT_MS } from '@tri/units'

import type { LocalClock } from './local-clock.ts'

/** What a written time means. */
export type TimeRead =
  | { readonly is: 'slot'; readonly slot: number; readonly isOneOfTwo?: true }
  | { readonly is: 'unreadable' | 'unaligned' | 'zone-unstated' | 'order-unstated' | 'never' | 'twice' }

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]0{1,9})?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?$/
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?$/
const EPOCH = /^(\d{10}|\d{13})$/

const UNREADABLE = { is: 'unreadable' } as const
/** Times kept at hand: two years of quarter hours. */
const TIMES_KEPT_MAX = 70_080
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** How the times of one file are read. */
export interface TimeWriting {
  /** The clock of times without an offset; undefined when nobody said. */
  readonly clock: LocalClock | undefined
  readonly dateOrder: 'dmy' | 'mdy' | undefined
}

/**
 * Reads the times of one file into slots. It remembers the last quarter hour of each series, because of the local hour
 * that happens twice: in the order of a file the first pass is summer time, and only an unbroken order proves it.
 */
export class TimeReader {
  readonly #writing: TimeWriting
  readonly #last = new Map<number, number>()
  /** Every meter of a long file repeats the same times. */
  readonly #known = new Map<string, TimeRead>()

  constructor(writing: TimeWriting) {
    this.#writing = writing
  }

  /** @param series whose order counts: a meter's column in a long file, 0 in a wide one */
  read(text: string, series: number): TimeRead {
    const known = this.#known.get(text)
    const time = known ?? this.#timeOf(text, series)
    if (time.is !== 'slot') return time
    this.#last.set(series, time.slot)
    if (known === undefined) this.#remember(text, time)
    return time
  }

  /** An instant that is known already, as in Parquet. */
  readInstant(ms: number): TimeRead {
    return slotAt(ms)
  }

  /** A time that happened twice depends on the rows before it, so only others are kept at hand. */
  #remember(text: string, time: TimeRead): void {
    if (time.is !== 'slot' || time.isOneOfTwo === true) return
    if (this.#known.size >= TIMES_KEPT_MAX) this.#known.clear()
    this.#known.set(text, time)
  }

  #timeOf(text: string, series: number): TimeRead {
    const iso = ISO.exec(text)
    if (iso !== null) {
      const [, year, month, day, hour, minute, second, offset] = iso
      const local = localMs([year, month, day, hour, minute, second])
      if (local === undefined) return UNREADABLE
      return offset === undefined ? this.#local(local, series) : slotAt(local - offsetMs(offset))
    }
    const dotted = DOTTED.exec(text)
    if (dotted !== null) {
      const [, day, month, year, ...clock] = dotted
      return this.#written([year, month, day, ...clock], series)
    }
    const slashed = SLASHED.exec(text)
    if (slashed !== null) {
      const [, first, second, year, ...clock] = slashed
      if (this.#writing.dateOrder === undefined) return { is: 'order-unstated' }
      const date = this.#writing.dateOrder === 'dmy' ? [second, first] : [first, second]
      return this.#written([year, ...date, ...clock], series)
    }
    if (!EPOCH.test(text)) return UNREADABLE
    return slotAt(Number(text) * (text.length === 10 ? 1000 : 1))
  }

  #written(parts: readonly (string | undefined)[], series: number): TimeRead {
    const local = localMs(parts)
    return local === undefined ? UNREADABLE : this.#local(local, series)
  }

  /** @param written the ms that the written date and time would be if it were UTC */
  #local(written: number, series: number): TimeRead {
    if (written % SLOT_MS !== 0) return { is: 'unaligned' }
    if (this.#writing.clock === undefined) return { is: 'zone-unstated' }
    const date = Math.floor(written / DAY_MS)
    const slots = this.#writing.clock.slotsOf(date, (written - date * DAY_MS) / SLOT_MS)
    const [first, second] = slots
    if (first === undefined) return { is: 'never' }
    if (second === undefined) return { is: 'slot', slot: first }
    const last = this.#last.get(series)
    const next = slots.find((slot) => last === slot - 1)
    return next === undefined ? { is: 'twice' } : { is: 'slot', slot: next, isOneOfTwo: true }
  }
}

/** The instant of a date and time as if it were UTC; undefined for a day or an hour that does not exist. */
function localMs(parts: readonly (string | undefined)[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  )
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  return new Date(ms).getUTCDate() === day ? ms : undefined
}

function offsetMs(text: string): number {
  if (text === 'Z' || text === 'z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', '') || 0)
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE_MS
}

function slotAt(ms: number): TimeRead {
  const slot = ms / SLOT_MS
  if (!Number.isInteger(slot)) return { is: 'unaligned' }
  return slot < 0 || slot > SLOT_MAX ? UNREADABLE : { is: 'slot', slot }
}
