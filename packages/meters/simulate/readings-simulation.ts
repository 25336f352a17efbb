import { SLOT_MS, epochMs, slot } from '@tri/units'

import type { RegisterHistory } from '../src/slots/register-history.ts'
import type { MeterFacts } from '../src/slots/register-reading.ts'
import type { SlotChange } from '../src/slots/slot-energy.ts'
import {
  clockStorms,
  damage,
  disturbed,
  stagesOf,
  tripOf,
  type Delivery,
  type SourceHabit,
  type Stage,
} from './deliveries.ts'
import { diceOf, type Dice } from './dice.ts'
import { householdOf, type Household } from './household.ts'
import { meterDevice, type MeterDevice } from './meter-device.ts'
import { plantedHistory } from './planted-history.ts'
import type { ReadingPlant } from './reading-plants.ts'
import { brokenRule, type Played } from './reading-rules.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Days of the year 2026 around which the clocks of Italy change, and some other day. */
const BEGINNINGS = [Date.UTC(2026, 2, 28), Date.UTC(2026, 9, 24), Date.UTC(2026, 6, 1)] as const
const READINGS_MAX = 160

/** What came of one history. */
export interface HistoryReport {
  readonly seed: number
  readonly readings: number
  readonly slots: number
  readonly counts: Readonly<Record<string, number>>
  /** The rule that did not hold. */
  readonly broken?: { readonly invariant: string; readonly message: string }
}

/** What decides a history. */
export interface HistoryOptions {
  readonly seed: number
  readonly plant?: ReadingPlant
  readonly trace?: (line: string) => void
}

/** One household, its meter, its links and its node, from a seed. */
export interface Scene {
  readonly dice: Dice
  readonly household: Household
  readonly device: MeterDevice
  readonly facts: MeterFacts
  readonly stages: readonly (readonly Stage[])[]
  /** How far a stamp may be from the instant at which the register was read, ms. */
  readonly latencyMs: number
  readonly from: number
  readonly until: number
  readonly deliveries: readonly Delivery[]
  /** When the primary was read without being damaged, by a clock that is ours. */
  readonly instants: ReadonlySet<number>
  readonly counts: Record<string, number>
}

/** Plays one seed to its end and compares what the history says with what the household really did. */
export function simulateReadings({ seed, plant, trace }: HistoryOptions): HistoryReport {
  const scene = sceneOf(seed)
  const played = play(scene, plant)
  for (const change of played.told.values()) trace?.(told(change))
  const broken = brokenRule(scene, played)
  const { counts } = scene
  const add = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1)
  for (const change of played.told.values())
    add(change.is === 'measured' ? 'slots measured' : `slots ${change.is}: ${change.why}`)
  return {
    seed,
    readings: scene.deliveries.length,
    slots: played.told.size,
    counts,
    ...(broken === undefined ? {} : { broken }),
  }
}

function sceneOf(seed: number): Scene {
  const dice = diceOf(seed)
  const from = dice.pick(BEGINNINGS) + dice.between(0, DAY_MS)
  const hours = dice.between(2 * HOUR_MS, 8 * HOUR_MS)
  const days = dice.between(DAY_MS, 4 * DAY_MS)
  const length = dice.chance(0.03)
    ? dice.between(10 * DAY_MS, 39 * DAY_MS)
    : dice.pick([hours, hours, hours, days])
  const until = from + length
  const household = householdOf(dice, from, until)
  const device = meterDevice(dice, household, { from, until })
  const latencyMs = dice.chance(0.5) ? 0 : 2_000
  const check = dice.chance(0.5) ? 'valid' : 'absent'
  const habits: SourceHabit[] = [{ source: 'p1', resolutionWh: 1, check, latencyMs }]
  if (dice.chance(0.4))
    habits.push({ source: 'bridge', resolutionWh: dice.pick([1, 10, 100]), check: 'absent', latencyMs })
  const counts: Record<string, number> = {}
  const stages = habits.map(() => stagesOf(dice, from, until))
  const storms = clockStorms(dice, stages[0] ?? [], until)
  const deliveries = habits.flatMap((habit, i) => {
    const trip = tripOf(dice, device, habit, { stages: stages[i] ?? [], storms })
    trip.deliveries.length = Math.min(trip.deliveries.length, READINGS_MAX)
    if (habit.check === 'absent') damage(dice, trip, device.breaks)
    const disturbedOnes = disturbed(dice, trip)
    for (const [what, count] of Object.entries(trip.counts)) counts[what] = (counts[what] ?? 0) + count
    return disturbedOnes
  })
  for (const [what, times] of [
    ['resets and replacements', device.breaks.length],
    ['clock storms', storms.length],
  ] as const)
    counts[what] = (counts[what] ?? 0) + times
  const facts: MeterFacts = {
    meter: 'casa',
    sources: [
      { name: 'p1', resolutionWh: 1 },
      ...habits.slice(1).map(({ source, resolutionWh }) => ({ name: source, resolutionWh })),
    ],
    powerMaxW: 17_250,
    registers: 'both',
    changes: device.changes,
    ...(device.rollsOverAtWh === undefined ? {} : { rollsOverAtWh: device.rollsOverAtWh }),
  }
  deliveries.sort((a, b) => a.arrivesAt - b.arrivesAt)
  const instants = new Set(
    deliveries.flatMap(({ reading }) =>
      reading.source === 'p1' && reading.time === 'ours' && reading.check === 'valid'
        ? [Number(reading.takenAt)]
        : [],
    ),
  )
  return { dice, household, device, facts, stages, latencyMs, from, until, deliveries, instants, counts }
}

/** Everything arrives; the node falls now and then, and goes on from what it had written down a while before. */
function play(scene: Scene, plant: ReadingPlant | undefined): Played {
  const { dice, facts, deliveries, until, counts } = scene
  const told = new Map<number, SlotChange>()
  const hear = (changes: readonly SlotChange[]): void => {
    for (const change of changes) told.set(change.slot, change)
  }
  let history: RegisterHistory = plantedHistory(facts, plant)
  let snapshot = history.snapshot()
  let since = 0
  const falls = dice.chance(0.5) ? 3 / (1 + deliveries.length) : 0
  const take = ({ reading, arrivesAt }: Delivery): void => {
    const taken = history.take(reading, epochMs(Math.max(arrivesAt, reading.takenAt)))
    if (taken.ok) hear(taken.value.changed)
    else counts[`refused: ${taken.refusal}`] = (counts[`refused: ${taken.refusal}`] ?? 0) + 1
  }
  for (const [i, delivery] of deliveries.entries()) {
    take(delivery)
    const isWritten = dice.chance(falls)
    const hasFallen = dice.chance(falls)
    if (isWritten) {
      snapshot = history.snapshot()
      since = i + 1
    } else if (hasFallen) {
      counts['restarts'] = (counts['restarts'] ?? 0) + 1
      history = plantedHistory(facts, plant, snapshot)
      for (const again of deliveries.slice(since, i + 1)) take(again)
    }
  }
  const end = slot(Math.ceil(until / SLOT_MS))
  hear(history.closeUntil(end).changed)
  return { history, told, end, sorted: sortedHistory(scene, plant, end) }
}

/** The same readings in the order of their time, once each. */
function sortedHistory(
  { facts, deliveries }: Scene,
  plant: ReadingPlant | undefined,
  end: ReturnType<typeof slot>,
): RegisterHistory {
  const history = plantedHistory(facts, plant)
  const now = epochMs(deliveries.reduce((last, { reading }) => Math.max(last, reading.takenAt), 0))
  for (const { reading } of deliveries.toSorted((a, b) => a.reading.takenAt - b.reading.takenAt))
    history.take(reading, now)
  history.closeUntil(end)
  return history
}

function told(change: SlotChange): string {
  const from = new Date(change.slot * SLOT_MS).toISOString().slice(0, 16)
  const energy = change.is === 'gap' ? change.why : `${change.importWh} Wh in, ${change.exportWh} Wh out`
  return `${from}  v${change.version}  ${change.is.padEnd(9)} ${energy}${change.is === 'estimated' ? ` (${change.why})` : ''}`
}
