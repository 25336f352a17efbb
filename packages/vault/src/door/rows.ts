import {
  SLOT_MS,
  epochMs,
  slotOf,
  watt,
  wattHour,
  type EpochMs,
  type Slot,
  type Watt,
  type WattHour,
} from '@tri/units'

import { enteredFrom, numberAt, type Columns } from '../block/columns.ts'
import type { Channel } from '../channel/channels.ts'
import type { Core } from '../core.ts'
import { daysWithin, daySum, type CalendarDay } from '../day-sums.ts'
import type { Entered } from '../entry.ts'
import { RESOLUTIONS, windowOf } from '../resolution.ts'
import type { Grain } from './policy.ts'

/** What a meter showed at an instant. Not exported: whoever asks gets rows, and cannot name what they are. */
interface SecondRow {
  readonly at: EpochMs
  readonly powerW: Watt | null
  readonly importRegisterWh: WattHour | null
  readonly exportRegisterWh: WattHour | null
  readonly quality: string
}

interface SlotRow {
  readonly slot: Slot
  readonly importWh: WattHour
  readonly exportWh: WattHour
  readonly quality: string
}

interface Energy {
  readonly importWh: WattHour
  readonly exportWh: WattHour
}

/** A day or a month of the household's calendar. */
interface SumRow extends Energy {
  /** `2026-05-01`, or `2026-05`. */
  readonly name: string
  readonly from: EpochMs
  readonly until: EpochMs
  readonly byQuality: { readonly measured: Energy; readonly substituted: Energy; readonly estimated: Energy }
  /** Quarter hours that are known; a day has 92, 96 or 100. */
  readonly slots: number
}

/** The rows of each grain. */
export interface RowsOf {
  readonly second: SecondRow
  readonly slot: SlotRow
  readonly day: SumRow
  readonly month: SumRow
}

/** What is asked for of one meter. */
export interface Asked {
  readonly meter: string
  readonly from: number
  readonly until: number
}

/** The rows of a grain, in the order of time. */
export const rowsOf: { readonly [G in Grain]: (core: Core, asked: Asked) => RowsOf[G][] } = {
  second: (core, asked) =>
    channelRows(core, asked, 'second', { fromColumns: secondsOf, fromEntered: secondOf }),
  slot: (core, asked) => channelRows(core, asked, 'slot', { fromColumns: slotsOf, fromEntered: slotRowOf }),
  day: dayRows,
  month: monthRows,
}

interface Maker<R> {
  /** Adds the rows of whole columns that lie in the range: no entry in between, which a day of seconds would feel. */
  readonly fromColumns: (columns: Columns, asked: Asked, rows: R[]) => void
  readonly fromEntered: (entered: Entered) => R
}

function channelRows<R>(core: Core, asked: Asked, resolution: 'second' | 'slot', maker: Maker<R>): R[] {
  const channel = core.channels.find(asked.meter, resolution)
  const rows: R[] = []
  if (channel === undefined) return rows
  const { windowMs } = RESOLUTIONS[resolution]
  const first = windowOf(resolution, asked.from)
  const numbers = core.blocks.numbers(channel, first, asked.until)
  for (const start of startsOf(core, channel, numbers, { from: first, until: asked.until })) {
    const plain = core.windows.plainColumns(channel, start, numbers.get(start) ?? [])
    if (plain !== undefined && start >= asked.from && start + windowMs <= asked.until) {
      maker.fromColumns(plain, asked, rows)
      continue
    }
    const entries = plain === undefined ? core.windows.instants(channel, start).current() : enteredFrom(plain)
    for (const entered of entries)
      if (entered.at >= asked.from && entered.at < asked.until) rows.push(maker.fromEntered(entered))
  }
  return rows
}

/** The starts of the windows that hold anything, in order. */
function startsOf(
  core: Core,
  channel: Channel,
  numbers: ReadonlyMap<number, readonly number[]>,
  { from, until }: { readonly from: number; readonly until: number },
): number[] {
  const pending = core.windows.pendingOf(channel).map(({ start }) => start)
  const starts = new Set([...numbers.keys(), ...pending.filter((start) => start >= from && start < until)])
  return [...starts].toSorted((a, b) => a - b)
}

function secondsOf(
  { count, at, numbers: [power, imported, exported], symbol, symbols }: Columns,
  _: Asked,
  rows: SecondRow[],
): void {
  for (let i = 0; i < count; i++)
    rows.push({
      at: epochMs(at[i] ?? 0),
      powerW: powerOf(numberAt(power, i)),
      importRegisterWh: registerOf(numberAt(imported, i)),
      exportRegisterWh: registerOf(numberAt(exported, i)),
      quality: symbols[symbol[i] ?? 0]?.quality ?? 'measured',
    })
}

/** A reading as the household sees it. */
export function secondOf({ at, numbers, quality }: Entered): SecondRow {
  return {
    at: epochMs(at),
    powerW: powerOf(numbers[0] ?? null),
    importRegisterWh: registerOf(numbers[1] ?? null),
    exportRegisterWh: registerOf(numbers[2] ?? null),
    quality,
  }
}

function slotsOf(columns: Columns, _: Asked, rows: SlotRow[]): void {
  for (const entered of enteredFrom(columns)) rows.push(slotRowOf(entered))
}

/** A quarter hour as it is stated. */
export function slotRowOf({ at, numbers, quality }: Entered): SlotRow {
  const [imported, exported] = numbers
  return {
    slot: slotOf(epochMs(at)),
    importWh: wattHour(imported ?? 0),
    exportWh: wattHour(exported ?? 0),
    quality,
  }
}

function powerOf(value: number | null): Watt | null {
  return value === null ? null : watt(value)
}

function registerOf(value: number | null): WattHour | null {
  return value === null ? null : wattHour(value)
}

/**
 * Days that touch the range, whole. A day comes from its sum where that is written and nothing newer waits in the tail, and
 * is added up from its slots otherwise.
 */
function dayRows(core: Core, { meter, from, until }: Asked): SumRow[] {
  const slots = core.channels.find(meter, 'slot')
  if (slots === undefined) return []
  const sums = writtenSums(core, meter, from, until)
  const pending = core.windows.pendingOf(slots).map(({ start }) => start)
  const { windowMs } = RESOLUTIONS.slot
  const rows: SumRow[] = []
  for (const day of daysWithin(core.days, from, until)) {
    const isWaiting = pending.some((start) => start < day.until && start + windowMs > day.from)
    const sum = (isWaiting ? undefined : sums.get(day.from)) ?? daySum(core.windows, slots, day)
    const row = sumRow(day, sum.numbers)
    if (row.slots > 0) rows.push(row)
  }
  return rows
}

function writtenSums(core: Core, meter: string, from: number, until: number): ReadonlyMap<number, Entered> {
  const sums = new Map<number, Entered>()
  const channel = core.channels.find(meter, 'day')
  if (channel === undefined) return sums
  const first = windowOf('day', core.days.dayOf(epochMs(from)).from)
  const numbers = core.blocks.numbers(channel, first, until)
  for (const start of startsOf(core, channel, numbers, { from: first, until }))
    for (const entered of core.windows.instants(channel, start).current()) sums.set(entered.at, entered)
  return sums
}

function sumRow({ name, from, until }: CalendarDay, numbers: readonly (number | null)[]): SumRow {
  const energy = (pair: number): Energy => ({
    importWh: wattHour(numbers[2 * pair] ?? 0),
    exportWh: wattHour(numbers[2 * pair + 1] ?? 0),
  })
  const byQuality = { measured: energy(0), substituted: energy(1), estimated: energy(2) }
  const { importWh, exportWh } = added(Object.values(byQuality))
  return { name, from, until, importWh, exportWh, byQuality, slots: numbers[6] ?? 0 }
}

/** Months that touch the range, whole. */
function monthRows(core: Core, asked: Asked): SumRow[] {
  const byMonth = Map.groupBy(dayRows(core, wholeMonths(core, asked)), ({ name }) => name.slice(0, 7))
  return [...byMonth].map(([name, days]) => {
    const sums = {
      measured: added(days.map(({ byQuality }) => byQuality.measured)),
      substituted: added(days.map(({ byQuality }) => byQuality.substituted)),
      estimated: added(days.map(({ byQuality }) => byQuality.estimated)),
    }
    const { importWh, exportWh } = added(Object.values(sums))
    const slots = days.reduce((sum, day) => sum + day.slots, 0)
    const [from, until] = [days[0]?.from ?? epochMs(0), days.at(-1)?.until ?? epochMs(0)]
    return { name, from, until, importWh, exportWh, byQuality: sums, slots }
  })
}

function added(parts: readonly Energy[]): Energy {
  return {
    importWh: wattHour(parts.reduce((sum, { importWh }) => sum + importWh, 0)),
    exportWh: wattHour(parts.reduce((sum, { exportWh }) => sum + exportWh, 0)),
  }
}

/** The range grown to whole months of the calendar. */
function wholeMonths({ days }: Core, { meter, from, until }: Asked): Asked {
  let first = days.dayOf(epochMs(from))
  for (let before = first; first.from > 0; first = before) {
    before = days.dayOf(epochMs(first.from - 1))
    if (before.name.slice(0, 7) !== first.name.slice(0, 7)) break
  }
  let last = days.dayOf(epochMs(Math.max(from, until - 1)))
  for (;;) {
    const next = days.dayOf(last.until)
    if (next.name.slice(0, 7) !== last.name.slice(0, 7)) break
    last = next
  }
  return { meter, from: first.from, until: last.until }
}

/** Milliseconds of a grain, to tell how many rows a range may give. */
export const GRAIN_MS: Readonly<Record<Grain, number>> = {
  second: 1000,
  slot: SLOT_MS,
  day: 96 * SLOT_MS,
  month: 96 * SLOT_MS,
}
