import { SLOTS_PER_UTC_DAY, present, slotStart, type Slot } from '@tri/units'

import { clipped, type Calendar, type SlotRange } from '../calendar.ts'

/**
 * The next stretch of quarter hours to bring to the book while the past is caught up: the rest of a month that is over,
 * else of a day that is over, else of today. Stretches follow each other without a gap and never reach across a month's
 * end, so that every month can be certified by itself.
 *
 * @param from   the first slot that the book does not have
 * @param closed the first slot that is not over
 * @returns      undefined when nothing is over that the book does not have
 */
export function nextStretch(calendar: Calendar, from: Slot, closed: Slot): SlotRange | undefined {
  if (closed <= from) return undefined
  const month = present(calendar.month(calendar.monthOf(from)), 'a slot lies in a month')
  if (month.firstSlot + month.slots <= closed) return clipped(month, from, closed)
  const day = present(calendar.day(calendar.dateOf(slotStart(from))), 'a slot lies in a day')
  return clipped(day, from, closed)
}

/**
 * The next stretch while the play is live: one quarter hour, as it closes. Whoever was away for more than a day (a
 * computer that slept) catches up in longer stretches.
 */
export function nextLiveStretch(calendar: Calendar, from: Slot, closed: Slot): SlotRange | undefined {
  if (closed - from > SLOTS_PER_UTC_DAY) return nextStretch(calendar, from, closed)
  return closed > from ? { firstSlot: from, slots: 1 } : undefined
}
