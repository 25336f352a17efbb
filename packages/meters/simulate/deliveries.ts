import { SLOT_MS, epochMs, wattHour } from '@tri/units'

import { backfillTimes, readingClock } from '../src/slots/reading-clock.ts'
import type { RegisterReading } from '../src/slots/register-reading.ts'
import type { Dice } from './dice.ts'
import type { MeterDevice } from './meter-device.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A stretch in which a source is read, or silent. */
export interface Stage {
  readonly from: number
  readonly until: number
  /** ms between two readings; 0 is silence. */
  readonly everyMs: number
  /** The device keeps records through this silence. */
  readonly isKept: boolean
}

/** How a source behaves. */
export interface SourceHabit {
  readonly source: string
  readonly resolutionWh: number
  readonly check: 'valid' | 'absent'
  readonly latencyMs: number
}

/** A reading on its way to the history, and when it gets there. */
export interface Delivery {
  readonly reading: RegisterReading
  readonly arrivesAt: number
}

/** What a link adds to the truth. */
export interface Trip {
  readonly deliveries: Delivery[]
  readonly counts: Record<string, number>
}

/** A day's plan of a source: read densely, sparsely, or not at all, until `until` at most. */
export function stagesOf(dice: Dice, from: number, until: number): Stage[] {
  const stages: Stage[] = []
  for (let at = from; at < until;) {
    const [kind, ms, everyMs] = dice.pick<readonly ['read' | 'silent', number, number]>([
      ['read', dice.between(3 * MINUTE_MS, 10 * MINUTE_MS), dice.pick([5_000, 10_000, 20_000])],
      ['read', dice.between(1 * HOUR_MS, 6 * HOUR_MS), dice.pick([2, 5, 15]) * MINUTE_MS],
      ['read', dice.between(6 * HOUR_MS, 2 * DAY_MS), dice.pick([15, 25, 60]) * MINUTE_MS],
      ['silent', dice.between(1 * MINUTE_MS, 2 * HOUR_MS), 0],
      ['silent', dice.between(2 * HOUR_MS, 12 * DAY_MS), 0],
    ])
    const isSilent = kind === 'silent'
    const end = Math.min(until, at + ms)
    stages.push({ from: at, until: end, everyMs, isKept: isSilent && dice.chance(0.5) })
    at = end
  }
  return stages
}

/** The node's wall clock: how far it is off, and whether it says so. */
interface Weather {
  readonly from: number
  readonly until: number
  readonly offMs: number
  readonly isSynchronised: boolean
}

/** Storms of the node's clock: jumps both ways, told and untold. An untold one is set right within a minute. */
export function clockStorms(dice: Dice, stages: readonly Stage[], until: number): Weather[] {
  if (dice.chance(0.5)) return []
  // Where telegrams come every few seconds a storm strikes some of them.
  const dense = stages.filter(({ everyMs }) => everyMs > 0 && everyMs < MINUTE_MS)
  const from = stages[0]?.from ?? until
  return Array.from({ length: dice.between(1, 4) }, () => {
    const hit = dice.chance(0.7) ? dense[dice.between(0, Math.max(1, dense.length))] : undefined
    const at = dice.between(hit?.from ?? from, hit?.until ?? until)
    const isSynchronised = dice.chance(0.5)
    const ms = isSynchronised ? dice.between(1_000, 55_000) : dice.between(1_000, 6 * HOUR_MS)
    const far = dice.pick([5_000, 90_000, HOUR_MS, 30 * DAY_MS]) + dice.between(0, 5_000)
    return { from: at, until: at + ms, offMs: dice.chance(0.5) ? far : -far, isSynchronised }
  })
}

/** What the sources of one meter send, stamped by the node's clock, in the order in which it arrives. */
export function tripOf(
  dice: Dice,
  device: MeterDevice,
  habit: SourceHabit,
  { stages, storms }: { readonly stages: readonly Stage[]; readonly storms: readonly Weather[] },
): Trip {
  const trip: Trip = { deliveries: [], counts: {} }
  const clock = readingClock()
  for (const stage of stages) {
    if (stage.everyMs === 0) {
      if (stage.isKept) keep(dice, device, habit, stage, trip)
      continue
    }
    // Often a meter is read on the quarter, and sometimes at any odd instant.
    const first = dice.chance(0.6) ? Math.ceil(stage.from / SLOT_MS) * SLOT_MS : stage.from
    for (let at = first; at < stage.until; at += stage.everyMs) {
      const arrivesAt = at + (habit.latencyMs === 0 ? 0 : dice.between(0, habit.latencyMs))
      const storm = storms.find((one) => one.from <= arrivesAt && arrivesAt < one.until)
      const stamped = clock.stamp({
        wallMs: arrivesAt + (storm?.offMs ?? 0),
        countMs: arrivesAt,
        isSynchronised: storm?.isSynchronised ?? true,
      })
      if (stamped.ok)
        trip.deliveries.push(delivery(device, habit, { at, takenAt: stamped.value, arrivesAt, time: 'ours' }))
      else count(trip, `readings without a time: ${stamped.refusal}`)
    }
  }
  return trip
}

/** A device keeps records while nobody listens, by its own clock, and hands them over afterwards. */
function keep(dice: Dice, device: MeterDevice, habit: SourceHabit, stage: Stage, trip: Trip): void {
  const everyMs = Math.max(dice.pick([5, 15, 30]) * MINUTE_MS, Math.ceil((stage.until - stage.from) / 60))
  const offset = dice.between(-20_000, 20_000)
  // A clock that is wrong for the whole of an outage, and right at both its ends, cannot be found out.
  const jumpsAt = dice.chance(0.3) ? dice.between(stage.from + 2 * everyMs, stage.until) : stage.until + 1
  const jumpMs = dice.pick([HOUR_MS, -HOUR_MS, 20 * MINUTE_MS, -DAY_MS])
  const jumpsBackAt = dice.chance(0.5) ? dice.between(jumpsAt, stage.until + 2) : stage.until + 2
  const offAt = (at: number): number => offset + (at >= jumpsAt && at < jumpsBackAt ? jumpMs : 0)
  const kept: number[] = []
  for (let at = Math.ceil(stage.from / everyMs) * everyMs; at < stage.until; at += everyMs) kept.push(at)
  const { time, takenAt } = backfillTimes(
    kept.map((at) => at + offAt(at)),
    {
      from: epochMs(stage.from),
      until: epochMs(stage.until),
      offsetBeforeMs: offset,
      offsetAfterMs: offAt(stage.until),
    },
  )
  count(trip, `backfills by ${time} clock`)
  for (const [i, at] of kept.entries())
    trip.deliveries.push(
      delivery(device, habit, { at, takenAt: takenAt[i] ?? 0, arrivesAt: stage.until, time }),
    )
}

interface Instant {
  readonly at: number
  readonly takenAt: number
  readonly arrivesAt: number
  readonly time: RegisterReading['time']
}

function delivery(
  device: MeterDevice,
  { source, resolutionWh, check }: SourceHabit,
  instant: Instant,
): Delivery {
  const { importWh, exportWh, serial } = device.shownAt(instant.at)
  const step = (wh: number): number => wh - (wh % resolutionWh)
  return {
    reading: {
      meter: 'casa',
      source,
      takenAt: epochMs(instant.takenAt),
      time: instant.time,
      check,
      serial,
      importWh: wattHour(step(importWh)),
      exportWh: wattHour(step(exportWh)),
    },
    arrivesAt: instant.arrivesAt,
  }
}

/** Readings beside a wrong one that are right, so that it can be told from a reset. */
const RIGHT_BESIDE = 4

/**
 * Wrong values of a link without a check. Each lies outside what the readings beside it allow: inside them a wrong value cannot
 * be told from a right one, and moves no more than those readings moved.
 */
export function damage(dice: Dice, trip: Trip, breaks: readonly number[]): void {
  const byTime = [...trip.deliveries.keys()].toSorted(
    (a, b) => (trip.deliveries[a]?.reading.takenAt ?? 0) - (trip.deliveries[b]?.reading.takenAt ?? 0),
  )
  for (let i = RIGHT_BESIDE; i < byTime.length - RIGHT_BESIDE; i += dice.between(2 * RIGHT_BESIDE, 60)) {
    const around = byTime
      .slice(i - RIGHT_BESIDE, i + RIGHT_BESIDE + 1)
      .map((at) => trip.deliveries[at]?.reading)
    const place = byTime[i] ?? 0
    const hit = trip.deliveries[place]
    const from = around[0]?.takenAt ?? 0
    const until = around.at(-1)?.takenAt ?? 0
    const isQuiet = !breaks.some((at) => at >= from - HOUR_MS && at <= until + HOUR_MS)
    const values = around.map((reading) => reading?.importWh ?? 0)
    const isRising = values.every((wh, at) => at === 0 || wh >= (values[at - 1] ?? 0))
    if (hit === undefined || !isQuiet || !isRising || around.some((one) => one?.time !== 'ours')) continue
    const [before, after] = [values[RIGHT_BESIDE - 1] ?? 0, values[RIGHT_BESIDE + 1] ?? 0]
    const far = dice.pick([dice.between(1, 50), dice.between(100, 5_000), dice.between(10 ** 5, 10 ** 7)])
    const wrong = dice.chance(0.5) ? after + far : before - far
    if (wrong < 0) continue
    trip.deliveries[place] = { ...hit, reading: { ...hit.reading, importWh: wattHour(wrong) } }
    count(trip, 'wrong values')
  }
}

/** Late by up to the whole history, doubled, and out of order. */
export function disturbed(dice: Dice, trip: Trip): Delivery[] {
  const lateness = dice.chance(0.3) ? dice.pick([0.02, 0.3, 0.9]) : 0
  const isDoubling = dice.chance(0.4)
  const isMixing = dice.chance(0.4)
  const end = trip.deliveries.reduce((last, { arrivesAt }) => Math.max(last, arrivesAt), 0)
  const on: Delivery[] = []
  for (const one of trip.deliveries) {
    const isLate = dice.chance(lateness)
    const mixed = isMixing ? dice.between(0, 30_000) : 0
    const arrivesAt = isLate ? dice.between(one.arrivesAt, end + HOUR_MS) : one.arrivesAt + mixed
    if (isLate) count(trip, 'late readings')
    on.push({ ...one, arrivesAt })
    if (!isDoubling || !dice.chance(0.2)) continue
    on.push({ ...one, arrivesAt: arrivesAt + dice.between(0, DAY_MS) })
    count(trip, 'repeated readings')
  }
  return on
}

function count({ counts }: Trip, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1
}
