import { SLOT_MS, epochMs, slot, slotStart, type EpochMs, type Slot } from '@tri/units'

/** Consecutive slots `[firstSlot, firstSlot + slots)`. */
export interface SlotRange {
  readonly firstSlot: Slot
  readonly slots: number
}

/**
 * The community's calendar. Local time exists only here, on screens, and in files: a local day has 92, 96 or 100 slots.
 */
export interface Calendar {
  readonly timezone: string
  /** `2026-05-01` of the day in which the instant lies. */
  readonly dateOf: (instant: EpochMs) => string
  /** `2026-05` of the month in which the slot starts. */
  readonly monthOf: (of: Slot) => string
  /** The slots of a local day. @param date `2026-05-01`; undefined when there is no such day */
  readonly day: (date: string) => SlotRange | undefined
  /** The slots of a local month. @param month `2026-05`; undefined when there is no such month */
  readonly month: (month: string) => SlotRange | undefined
  /** The month after. @param month `2026-05`, a real one */
  readonly monthAfter: (month: string) => string
  /** Local wall time with its offset: `2026-05-01T12:15+02:00`. */
  readonly wallTime: (instant: EpochMs) => string
}

/**
 * The calendar of an IANA time zone.
 *
 * @param timezone such as `Europe/Rome`, known to exist: the community file's reader has checked it
 */
export function calendarOf(timezone: string): Calendar {
  const zoned = (instant: EpochMs) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone)
  const startOf = (date: Temporal.PlainDate): EpochMs => {
    const start = date.toZonedDateTime({ timeZone: timezone })
    // East of Greenwich the January of 1970 began before slots are counted.
    return epochMs(Math.max(0, start.epochMilliseconds))
  }
  const between = (from: Temporal.PlainDate, until: Temporal.PlainDate): SlotRange => {
    const firstSlot = slotFrom(startOf(from))
    return { firstSlot, slots: slotFrom(startOf(until)) - firstSlot }
  }
  return {
    timezone,
    dateOf: (instant) => zoned(instant).toPlainDate().toString(),
    monthOf: (of) => zoned(slotStart(of)).toPlainDate().toPlainYearMonth().toString(),
    day: (date) => {
      const day = parsed(() => Temporal.PlainDate.from(date, { overflow: 'reject' }))
      return day === undefined ? undefined : between(day, day.add({ days: 1 }))
    },
    month: (month) => {
      const first = parsed(() => Temporal.PlainDate.from(`${month}-01`, { overflow: 'reject' }))
      return first === undefined ? undefined : between(first, first.add({ months: 1 }))
    },
    monthAfter: (month) => Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString(),
    wallTime: (instant) => zoned(instant).toString({ smallestUnit: 'minute', timeZoneName: 'never' }),
  }
}

/** The first slot that starts at or after an instant: some zones have offsets that are no whole quarter hours. */
function slotFrom(instant: EpochMs): Slot {
  return slot(Math.ceil(instant / SLOT_MS))
}

/** The instant just before a slot ends: used to name the day of a slot's last moment. */
export function lastInstant(of: Slot): EpochMs {
  return epochMs(slotStart(of) + SLOT_MS - 1)
}

/** The slots of `range` that lie in `[from, until)`; none gives 0 slots. */
export function clipped(range: SlotRange, from: Slot, until: Slot): SlotRange {
  const firstSlot = slot(Math.max(range.firstSlot, from))
  const end = Math.min(range.firstSlot + range.slots, until)
  return { firstSlot, slots: Math.max(0, end - firstSlot) }
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    // Temporal refuses what is no date; the caller says so in its own words.
    return undefined
  }
}
