import { SLOTS_PER_HOUR, present, slot, slotStart } from '@tri/units'

import { calendarOf } from '../calendar.ts'
import type { DemoScript } from './demo-play.ts'
import type { Pack } from './pack.ts'
import type { Speed } from './virtual-clock.ts'

/** Borgo Sole was founded as spring began: early enough for the day of 92 quarter hours to lie in its book. */
const FOUNDED_MONTH = '2016-03'
/**
 * A sunny Tuesday morning: the roofs give more than their houses use, and enough of them that totals may be shown. March and April are certified; May is
 * settled and waits for the coordinator.
 */
const OPENS_DAY = '2016-06-14'
const OPENS_HOUR = 10

/** How Borgo Sole is played: from where, and what time it is when the curtain rises. */
export function demoScript({ document, played }: Pack, speed: Speed): DemoScript {
  const calendar = calendarOf(document.timezone)
  const founded = present(calendar.month(FOUNDED_MONTH), 'the month of the founding')
  const day = present(calendar.day(OPENS_DAY), 'the day of the opening')
  const opensAt = slotStart(slot(day.firstSlot + OPENS_HOUR * SLOTS_PER_HOUR))
  return { document, calendar, played, from: founded.firstSlot, opensAt, speed }
}
