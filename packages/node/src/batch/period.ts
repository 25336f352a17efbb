import { SLOT_MS, accept, refuse, slot, type Outcome, type Slot } from '@tri/units'

import { calendarOf, type SlotRange } from '../calendar.ts'
import type { Problem } from '../problem.ts'

/**
 * The slots that `--from` and `--to` mean: local dates, `2026-05-01`, or months, `2026-05`, each taken whole, so that
 * `--from 2026-05 --to 2026-05` is May; or instants with an offset, of which `--to` is the end.
 *
 * @returns bounds, each undefined when not given; or the option that is no date
 */
export function periodAsked(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  timezone: string,
): Outcome<{ readonly from?: Slot; readonly until?: Slot }, Problem> {
  const from = asked.from === undefined ? undefined : rangeOf(asked.from, timezone)
  const to = asked.to === undefined ? undefined : rangeOf(asked.to, timezone)
  if (asked.from !== undefined && from === undefined) return refuse(dateProblem('--from', asked.from))
  if (asked.to !== undefined && to === undefined) return refuse(dateProblem('--to', asked.to))
  const until = to === undefined ? undefined : slot(to.firstSlot + to.slots)
  if (from !== undefined && until !== undefined && until <= from.firstSlot)
    return refuse({ code: 'period-backwards', details: { from: asked.from, to: asked.to } })
  return accept({
    ...(from === undefined ? {} : { from: from.firstSlot }),
    ...(until === undefined ? {} : { until }),
  })
}

/** The pieces of a range that lie in one local month each: what a book settles at once. */
export function monthsOf(range: SlotRange, timezone: string): SlotRange[] {
  const calendar = calendarOf(timezone)
  const end = range.firstSlot + range.slots
  const pieces: SlotRange[] = []
  for (let from: number = range.firstSlot; from < end;) {
    const month = calendar.month(calendar.monthOf(slot(from)))
    const monthEnd = month === undefined ? end : month.firstSlot + month.slots
    const until = Math.min(end, monthEnd)
    pieces.push({ firstSlot: slot(from), slots: until - from })
    from = until
  }
  return pieces
}

function rangeOf(text: string, timezone: string): SlotRange | undefined {
  const calendar = calendarOf(timezone)
  if (/^\d{4}-\d\d$/.test(text)) return calendar.month(text)
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return calendar.day(text)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::00)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isInteger(ms / SLOT_MS) && ms >= 0 ? { firstSlot: slot(ms / SLOT_MS), slots: 0 } : undefined
}

function dateProblem(option: string, text: string): Problem {
  return { code: 'date-unusable', details: { option, text } }
}
