import { keysUnder, memoryStore, type KeyRange, type KeyValue } from '@tri/community'

import type { Change } from './layer.ts'

/** Days kept at once: the one that fills, and the one before it that still settles. */
const DAYS_MAX = 3
const FAMILY = 'statement/'

/**
 * Days of statements that somebody walked through lately, in memory: a day is walked again for each of its quarter hours
 * that is settled. Reading a single statement brings no day in.
 */
export interface RecentDays {
  get(key: string): { readonly value: Uint8Array | undefined } | undefined
  /** The range's entries, when it is one whole day; it is remembered from then on. */
  entries(range: KeyRange): Iterable<readonly [string, Uint8Array]> | undefined
  write(change: Change): void
}

export function recentDays(below: Pick<KeyValue, 'entries'>): RecentDays {
  const days = new Map<string, KeyValue>()
  const remembered = (day: string): KeyValue => {
    const store = days.get(day) ?? memoryStore()
    if (!days.has(day)) for (const [key, value] of below.entries(keysUnder(day))) store.set(key, value)
    // What was used last stands last.
    days.delete(day)
    days.set(day, store)
    const [oldest] = days.size > DAYS_MAX ? days.keys() : []
    if (oldest !== undefined) days.delete(oldest)
    return store
  }
  const storeOf = (key: string): KeyValue | undefined =>
    key.startsWith(FAMILY) ? days.get(dayOf(key)) : undefined
  return {
    get(key) {
      const store = storeOf(key)
      return store === undefined ? undefined : { value: store.get(key) }
    },
    entries(range) {
      const day = dayOf(range.from)
      const whole = keysUnder(day)
      const isWholeDay = day.startsWith(FAMILY) && range.from === whole.from && range.until === whole.until
      return isWholeDay ? remembered(day).entries(range) : undefined
    },
    write([key, value]) {
      const store = storeOf(key)
      if (value === undefined) store?.delete(key)
      else store?.set(key, value)
    },
  }
}

/** What stands before the last stroke of a key: of a statement, its day. */
function dayOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('/')))
}
