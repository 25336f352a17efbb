import { SLOT_MS, SLOTS_PER_UTC_DAY } from '@tri/units'

import { SAMPLE_OFFSET_MS, type SampleMeter } from './sample-community.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SLOTS_OFFSET = SAMPLE_OFFSET_MS / SLOT_MS

/** What one meter and the sensors behind it counted in one slot. producedWh + importWh = consumedWh + exportWh. */
export interface SampleReading {
  readonly producedWh: number
  readonly consumedWh: number
  readonly importWh: number
  readonly exportWh: number
}

/** The reading of a meter: the same for the same meter and slot, always. */
export function sampleReading(meter: SampleMeter, slot: number): SampleReading {
  const at = slot * SLOT_MS + SAMPLE_OFFSET_MS
  const hour = (at % DAY_MS) / HOUR_MS
  const day = Math.floor(at / DAY_MS)
  const producedWh = Math.round((meter.roofW / 4) * sun(hour) * clouds(day, slot))
  const noise = 0.7 + 0.6 * dice(`${meter.id}/${slot}`)
  const consumedWh = Math.round((meter.useW / 4) * use(meter.habit, hour, day) * noise)
  const net = consumedWh - producedWh
  return { producedWh, consumedWh, importWh: Math.max(0, net), exportWh: Math.max(0, -net) }
}

/** The local day of a slot, counted from 1970. */
export function sampleDayOf(slot: number): number {
  return Math.floor((slot + SLOTS_OFFSET) / SLOTS_PER_UTC_DAY)
}

/** The first slot of a local day. */
export function sampleFirstSlotOf(day: number): number {
  return day * SLOTS_PER_UTC_DAY - SLOTS_OFFSET
}

/** A day as YYYY-MM-DD. */
export function sampleDateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The day of a date. */
export function sampleDayFrom(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS)
}

/** A number from 0 to 1 that looks random and is the same for the same words (FNV-1a, then mixed). */
export function dice(words: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  hash ^= hash >>> 13
  return (hash >>> 0) / 0x1_0000_0000
}

function sun(hour: number): number {
  return hour < 5.75 || hour > 20.75 ? 0 : Math.sin((Math.PI * (hour - 5.75)) / 15) ** 1.3
}

function clouds(day: number, slot: number): number {
  const fair = 0.45 + 0.55 * dice(`day/${day}`)
  return fair * (0.85 + 0.15 * dice(`sky/${Math.floor(slot / 2)}`))
}

function use(habit: SampleMeter['habit'], hour: number, day: number): number {
  const morning = bump(hour, 7.5, 1.1)
  const noon = bump(hour, 12.7, 1)
  const evening = bump(hour, 20, 1.8)
  if (habit === 'office') return (day + 4) % 7 < 5 ? 0.25 + 1.9 * bump(hour, 12, 3) : 0.25
  if (habit === 'home') return 0.45 + 0.9 * morning + 1.1 * noon + 1.7 * evening
  return 0.35 + 0.9 * morning + 0.25 * noon + 2.6 * evening
}

function bump(hour: number, middle: number, width: number): number {
  return Math.exp(-(((hour - middle) / width) ** 2) / 2)
}
