import { SLOT_MS, SLOTS_PER_UTC_DAY } from '@tri/units'

/** Local dates whose quarter hours are kept at hand; a file is rarely about more at once. */
const DATES_KEPT_MAX = 1000
const DAY_MS = 86_400_000

/** Quarter hours of a zone's local time. A local hour that happens twice repeats after `againAfter` slots. */
export class LocalClock {
  readonly #zone: string
  readonly #dates = new Map<number, Int32Array>()

  constructor(zone: string) {
    this.#zone = zone
  }

  /**
   * @param date    days since 1970 of the date as written
   * @param quarter 0 to 95, as written
   * @returns       the slots it may mean
   */
  slotsOf(date: number, quarter: number): readonly number[] {
    const table = this.#dates.get(date) ?? this.#tableOf(date)
    const first = table[quarter * 2] ?? -1
    const second = table[quarter * 2 + 1] ?? -1
    return first < 0 ? [] : second < 0 ? [first] : [first, second]
  }

  #tableOf(date: number): Int32Array {
    if (this.#dates.size >= DATES_KEPT_MAX) this.#dates.clear()
    const table = new Int32Array(SLOTS_PER_UTC_DAY * 2).fill(-1)
    const day = new Date(date * DAY_MS).toISOString().slice(0, 10)
    const midnight = Temporal.PlainDate.from(day).toPlainDateTime()
    for (let quarter = 0; quarter < SLOTS_PER_UTC_DAY; quarter++) {
      const written = midnight.add({ minutes: quarter * 15 })
      const earlier = written.toZonedDateTime(this.#zone, { disambiguation: 'earlier' })
      const later = written.toZonedDateTime(this.#zone, { disambiguation: 'later' })
      const isTold = earlier.toPlainDateTime().equals(written) || later.toPlainDateTime().equals(written)
      // Before the nineteen-seventies some zones were off by minutes: their quarter hours are nobody's slots.
      if (!isTold || earlier.epochMilliseconds % SLOT_MS !== 0) continue
      table[quarter * 2] = earlier.epochMilliseconds / SLOT_MS
      if (later.epochMilliseconds !== earlier.epochMilliseconds)
        table[quarter * 2 + 1] = later.epochMilliseconds / SLOT_MS
    }
    this.#dates.set(date, table)
    return table
  }
}
