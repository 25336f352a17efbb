import { SLOT_MS } from '@tri/units'

import type { Locale } from './number.ts'

/** Local time exists only on screens: everything here turns UTC into what a clock on the wall shows. */

const offsetForms = new Map<string, Intl.DateTimeFormat>()

function offsetForm(zone: string): Intl.DateTimeFormat {
  const known = offsetForms.get(zone)
  if (known !== undefined) return known
  const form = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  offsetForms.set(zone, form)
  return form
}

/** Minutes a zone is ahead of UTC at an instant. */
export function offsetMinutes(zone: string, atMs: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of offsetForm(zone).formatToParts(atMs)) part[type] = Number(value)
  const local = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  )
  return Math.round((local - Math.floor(atMs / 1000) * 1000) / 60_000)
}

/**
 * The instant at which the clock on the wall shows a time of a date, written 2026-10-25.
 *
 * @param minutes since midnight, as the wall shows it. Of an hour that occurs twice it is one; of an hour that never
 *                occurs, the time by the clock before the change
 */
export function wallMs(zone: string, date: string, minutes = 0): number {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000
  const first = asUtc - offsetMinutes(zone, asUtc) * 60_000
  // A change of clocks may lie between the guess and the time meant: look again from there.
  return asUtc - offsetMinutes(zone, first) * 60_000
}

/** The local date of an instant, written 2026-10-25. */
export function dateOf(zone: string, atMs: number): string {
  return new Date(atMs + offsetMinutes(zone, atMs) * 60_000).toISOString().slice(0, 10)
}

export function nextDate(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

export interface SlotSpan {
  readonly firstSlot: number
  readonly slots: number
}

/** The slots of a local day: 92, 96 or 100. */
export function slotsOfDay(zone: string, date: string): SlotSpan {
  const firstSlot = wallMs(zone, date) / SLOT_MS
  return { firstSlot, slots: wallMs(zone, nextDate(date)) / SLOT_MS - firstSlot }
}

/** The slots of a local month, written 2026-05. */
export function slotsOfMonth(zone: string, month: string): SlotSpan {
  const firstSlot = wallMs(zone, `${month}-01`) / SLOT_MS
  const next = nextDate(`${month}-28`, 4).slice(0, 7)
  return { firstSlot, slots: wallMs(zone, `${next}-01`) / SLOT_MS - firstSlot }
}

export interface TimeFormat {
  /** 25/10/2026 */
  readonly date: (date: string) => string
  /** Sun 25 Oct */
  readonly weekday: (date: string) => string
  /** October 2026 */
  readonly month: (month: string) => string
  /** 14:32:05 */
  readonly clock: (atMs: number) => string
  /** 14:30, and 02:30 GMT+2 in the hour that occurs twice */
  readonly slot: (slot: number) => string
  /** 25/10/2026, 14:30 */
  readonly moment: (atMs: number) => string
}

/** Whether the local time of an instant occurs twice, because the clock goes back within the hours around it. */
export function occursTwice(zone: string, atMs: number): boolean {
  const here = offsetMinutes(zone, atMs)
  return [-180, 180].some((minutes) => {
    const there = offsetMinutes(zone, atMs + minutes * 60_000)
    const twinMs = atMs + (here - there) * 60_000
    return there !== here && offsetMinutes(zone, twinMs) === there
  })
}

function offsetName(zone: string, atMs: number): string {
  const minutes = offsetMinutes(zone, atMs)
  const rest = Math.abs(minutes) % 60
  const hours = `${minutes < 0 ? '\u2212' : '+'}${Math.floor(Math.abs(minutes) / 60)}`
  return `GMT${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/**
 * The times of one language in the zone of a community.
 *
 * @param zone an IANA name, as in the community file
 */
export function timeFormat(locale: Locale, zone: string): TimeFormat {
  const form = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)
  // Dates without an hour are written as UTC midnights, so that no zone can move them to the day before.
  const date = form({ timeZone: 'UTC', day: '2-digit', month: '2-digit', year: 'numeric' })
  const weekday = form({ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' })
  const month = form({ timeZone: 'UTC', month: 'long', year: 'numeric' })
  const clock = form({ timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const minute = form({ timeZone: zone, hour: '2-digit', minute: '2-digit' })
  const slot = (index: number) => {
    const atMs = index * SLOT_MS
    return occursTwice(zone, atMs)
      ? `${minute.format(atMs)}\u00a0${offsetName(zone, atMs)}`
      : minute.format(atMs)
  }
  return {
    date: (day) => date.format(Date.parse(`${day}T00:00:00Z`)),
    weekday: (day) => weekday.format(Date.parse(`${day}T00:00:00Z`)),
    month: (name) => month.format(Date.parse(`${name}-15T00:00:00Z`)),
    clock: (atMs) => clock.format(atMs),
    slot,
    moment: (atMs) => `${date.format(Date.parse(`${dateOf(zone, atMs)}T00:00:00Z`))}, ${minute.format(atMs)}`,
  }
}
