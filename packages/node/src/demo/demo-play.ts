import { settledUntil } from '@tri/community'
import {
  SLOT_MS,
  SLOTS_PER_HOUR,
  epochMs,
  present,
  slot,
  slotOf,
  slotStart,
  type EpochMs,
  type Outcome,
  type Slot,
} from '@tri/units'

import { clipped, type Calendar, type SlotRange } from '../calendar.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import type { HouseholdReadings } from '../household/household-readings.ts'
import type { CommunityClock, LivePower } from '../services/view.ts'
import { certify, settle, submitAll, type DemoDesk } from './demo-desk.ts'
import { keepAtHome, statementActs } from './household-acts.ts'
import { nextLiveStretch, nextStretch } from './play-range.ts'
import { HeardMeters } from './heard-meters.ts'
import type { PlayedMeters, SlotReadings } from './played-meters.ts'
import { reset, timeOf, wallMsUntil, type Speed, type VirtualClock } from './virtual-clock.ts'

/** The coordinator looks at a settled month for two days before declaring it final. */
const CERTIFIED_AFTER_MS = 2 * 24 * SLOTS_PER_HOUR * SLOT_MS
/** The longest wait before looking at the clock again: it may have been set, or its speed changed. */
const WAIT_MS_MAX = 1000

/** Operations applied before others have their turn: a page waits a few milliseconds, not a hundred. */
const ACTS_PER_TURN = 16

/** What the play tells its log: never a name, a place or a reading. */
export type DemoNote =
  | { readonly is: 'stretch-settled'; readonly slots: number }
  | { readonly is: 'act-refused'; readonly act: string; readonly refusal: string }

/** The world, as the play sees it. */
export interface DemoPorts extends DemoDesk {
  readonly household: HouseholdReadings
  /** Runs work whose writes to the household's store are acknowledged together. */
  readonly together: (work: () => void) => void
  /** ms that never run backwards, from any origin. */
  readonly wallMs: () => number
  /** Resolves after `ms`, or when aborted; 0 lets others have their turn. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly note: (note: DemoNote) => void
}

/** What is played, from where, and how fast. */
export interface DemoScript {
  readonly document: CommunityDocument
  readonly calendar: Calendar
  readonly played: PlayedMeters
  /** Where the community begins: its first slot in the book. */
  readonly from: Slot
  /** What its clock shows at first; a book that is further on opens where it stands. */
  readonly opensAt: EpochMs
  readonly speed: Speed
}

/** A community that is played from a year of readings. */
export interface Demo {
  readonly clock: CommunityClock & { readonly isPaused: boolean }
  setClock(change: { readonly speed?: Speed; readonly isPaused?: boolean }): void
  /** What every meter was last heard to show: while the play runs, at most a second ago. */
  livePower(): LivePower
  /** Catches the book up with the clock, in the longest stretches, certifying all months but the last one. */
  catchUp(signal: AbortSignal, onProgress?: (slotsDone: number, slotsTotal: number) => void): Promise<void>
  /** Plays live until aborted: at the close of each quarter hour every member states it and it is settled. */
  run(signal: AbortSignal): Promise<void>
}

/** Opens the play. Its clock stands still until `run` is called. */
export function openDemo(ports: DemoPorts, script: DemoScript): Demo {
  const { played, from, document } = script
  const heard = new HeardMeters(document, played, ports.household)
  let clock = clockOf(ports, script)
  let statedUntil = slot(Math.max(from, settledUntil(ports.store)))
  const now = (): EpochMs => timeOf(clock, ports.wallMs())
  const closed = (): Slot => slot(Math.min(slotOf(now()), played.until))
  const keep = (range: SlotRange): void =>
    ports.together(() => keepAtHome(document, ports.household, played, range))
  const stretch = async (told: Stretch): Promise<void> => {
    const { range } = told
    await bring(ports, script, told)
    statedUntil = slot(range.firstSlot + range.slots)
  }
  return {
    clock: {
      nowMs: now,
      get speed() {
        return clock.speed
      },
      get isPaused() {
        return clock.isPaused
      },
    },
    setClock: (change) => {
      clock = reset(clock, ports.wallMs(), change)
    },
    livePower: () => heard.livePower(now()),
    catchUp: async (signal, onProgress) => {
      const [first, until] = [statedUntil, closed()]
      keep({ firstSlot: first, slots: until - first })
      while (!signal.aborted) {
        const range = nextStretch(script.calendar, statedUntil, until)
        if (range === undefined) return
        const at = slotStart(slot(range.firstSlot + range.slots))
        await stretch({ source: played, range, at, signal })
        await certifyMonth(ports, script, range, until)
        onProgress?.(statedUntil - first, until - first)
      }
    },
    run: async (signal) => {
      clock = reset(clock, ports.wallMs(), { isPaused: false })
      while (!signal.aborted) {
        const range = nextLiveStretch(script.calendar, statedUntil, closed())
        if (range?.slots === 1) {
          ports.together(() => heard.hearEnds(range.firstSlot))
          await stretch({ source: heard, range, at: now(), signal })
        } else if (range !== undefined) {
          keep(range)
          await stretch({ source: played, range, at: now(), signal })
        }
        ports.together(() => heard.hear(now()))
        const nextClose = epochMs(slotStart(statedUntil) + SLOT_MS)
        const waitMs = wallMsUntil(clock, ports.wallMs(), nextClose) ?? WAIT_MS_MAX
        await ports.wait(Math.min(waitMs, WAIT_MS_MAX), signal)
      }
    },
  }
}

function clockOf({ store, wallMs }: DemoPorts, { opensAt, played, speed }: DemoScript): VirtualClock {
  const until = slotStart(played.until)
  const stands = slotStart(settledUntil(store))
  const showed = epochMs(Math.min(until, Math.max(opensAt, stands)))
  // The play has not begun: while the past is caught up, no new quarter hour closes.
  return { setAtMs: wallMs(), showed, speed, isPaused: true, until }
}

interface Stretch {
  /** What the past is caught up from, or the meters as they are heard. */
  readonly source: SlotReadings
  readonly range: SlotRange
  readonly at: EpochMs
  readonly signal: AbortSignal
}

/** Brings a stretch to the book: each member states it under her own key, the gate closes, it is settled. */
async function bring(
  ports: DemoPorts,
  script: DemoScript,
  { source, range, at, signal }: Stretch,
): Promise<void> {
  const doings = statementActs(script.document, source, range).map(({ by, act }) => ({ by, at, act }))
  for (let first = 0; first < doings.length; first += ACTS_PER_TURN) {
    const outcomes = await submitAll(ports, doings.slice(first, first + ACTS_PER_TURN))
    for (const outcome of outcomes) noteRefusal(ports, 'energy.statements', outcome)
    await ports.wait(0, signal)
    if (signal.aborted) return
  }
  await settleDays(ports, script, slot(range.firstSlot + range.slots), at)
}

/** Settles what is stated, a period for each local day, so that every day has its own lines in the accounts. */
async function settleDays(ports: DemoPorts, script: DemoScript, until: Slot, at: EpochMs): Promise<void> {
  for (;;) {
    const day = await settle(ports, unsettled(ports, script, until), at)
    noteRefusal(ports, 'energy.settle', day)
    if (!day.ok || day.value === undefined) return
    ports.note({ is: 'stretch-settled', slots: day.value.slots })
  }
}

/**
 * What is stated up to a slot and not settled yet, within one local day. It is more than the last stretch when a settlement
 * was refused: a new meter has no statements until somebody brings them.
 */
function unsettled({ store }: DemoPorts, { calendar, from }: DemoScript, until: Slot): SlotRange {
  const firstSlot = slot(Math.max(from, settledUntil(store)))
  const day = present(calendar.day(calendar.dateOf(slotStart(firstSlot))), 'a slot lies in a day')
  return clipped(day, firstSlot, until)
}

/** A month is certified once the month after it is over too: the last one is left for the coordinator to look at. */
async function certifyMonth(
  ports: DemoPorts,
  { calendar }: DemoScript,
  range: SlotRange,
  until: Slot,
): Promise<void> {
  const name = calendar.monthOf(range.firstSlot)
  const month = present(calendar.month(name), 'a slot lies in a month')
  const after = present(calendar.month(calendar.monthAfter(name)), 'a month follows')
  const end = month.firstSlot + month.slots
  if (range.firstSlot + range.slots < end || after.firstSlot + after.slots > until) return
  const at = epochMs(slotStart(slot(end)) + CERTIFIED_AFTER_MS)
  noteRefusal(ports, 'energy.finalise', await certify(ports, month, at))
}

function noteRefusal(ports: DemoPorts, act: string, outcome: Outcome<unknown, string>): void {
  if (!outcome.ok) ports.note({ is: 'act-refused', act, refusal: outcome.refusal })
}
