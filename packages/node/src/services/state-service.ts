import type { ResponseOf } from '@tri/contract'
import { certificates, lastSettledSlot, meters, settlementRecords, sumOfBalances } from '@tri/community'
import { SLOT_MAX, slot, type Slot } from '@tri/units'

import { clipped, type SlotRange } from '../calendar.ts'
import { energyTotals, openIntervals, openTotals, residualWh } from './energy-totals.ts'
import { periodOf, wholeIntervals, type Period } from './period.ts'
import { headOf, intervalSlotsAt, markOf, privateColumns, slotNow, type NodeView } from './view.ts'

export type State = ResponseOf<'state'>
/** The state as a node with a book has it. */
type BookState = State & {
  readonly meters: NonNullable<State['meters']>
  readonly ledger: { readonly operations: number; readonly sumMicroCredit: number }
}

/** What anyone may see of the community: totals, roots, and whether the book balances. */
export function stateOf(view: NodeView): BookState {
  const head = headOf(view)
  const now = slotNow(view)
  const live = view.livePower()
  const lastSettled = lastSettledSlot(view.store)
  const last =
    lastSettled === undefined
      ? undefined
      : settlementRecords(view.store, { firstSlot: lastSettled, slots: 1 })[0]
  const sumMicroCredit = sumOfBalances(view.store)
  const meterCount = meters(view.store).length
  return {
    community: { id: head.community, name: head.name, timezone: head.timezone },
    node: view.about,
    clock: { nowMs: view.clock.nowMs(), slot: now, speed: view.clock.speed },
    ledger: {
      operations: head.sequence,
      state: view.ledgerState(),
      lastSettledSlot: lastSettled ?? null,
      certifiedUntilSlot: certifiedUntil(view) ?? null,
      sumMicroCredit,
      settlementRoot: last?.versions.at(-1)?.root ?? null,
      mark: last === undefined ? 'provisional' : markOf(view, last),
    },
    meters: { total: meterCount, reporting: reporting(view, live?.byMeter) },
    energy: energyOf(view, lastSettled),
    checks: [
      { name: 'balances sum to 0', ok: sumMicroCredit === 0 },
      { name: 'import, sharing and export balance to the Wh', ok: balances(view, lastSettled) },
    ],
  }
}

function reporting(view: NodeView, live: ReadonlyMap<string, unknown> | undefined): number {
  return live === undefined ? 0 : meters(view.store).filter(({ id }) => live.has(id)).length
}

function energyOf(view: NodeView, lastSettled: Slot | undefined): State['energy'] {
  if (lastSettled === undefined) return { lastSlot: null, today: null }
  return {
    lastSlot: totalsOf(view, { firstSlot: lastSettled, slots: 1 }),
    today: todayOf(view, lastSettled),
  }
}

/** The settled slots of the local day that is now. */
function todayUntil(view: NodeView, lastSettled: Slot) {
  const day = view.calendar.day(view.calendar.dateOf(view.clock.nowMs()))
  return day === undefined
    ? { firstSlot: lastSettled, slots: 0 }
    : clipped(day, day.firstSlot, slot(lastSettled + 1))
}

/**
 * Today's totals up to the last slot that may be told. Whoever asks again and again learns each difference, so the total
 * goes on only when what it goes on by may be shown too.
 */
function todayOf(view: NodeView, lastSettled: Slot): State['energy']['today'] {
  const today = todayUntil(view, lastSettled)
  const period = periodAround(view, today)
  if (period === undefined) return null
  const isPrivate = privateColumns(view, period.input.memberOf)
  const intervals = openIntervals(period, isPrivate)
  return totalsOf(view, { firstSlot: today.firstSlot, slots: intervals * period.flows.intervalSlots })
}

/** The period of a range widened to whole intervals: a rule that settles hours has no flows of a quarter. */
function periodAround(view: NodeView, range: SlotRange): Period | undefined {
  return periodOf(view, wholeIntervals(range, intervalSlotsAt(view, range.firstSlot)))
}

function totalsOf(view: NodeView, range: SlotRange) {
  const period = periodAround(view, range)
  if (period === undefined) return null
  return energyTotals(period, privateColumns(view, period.input.memberOf), markOf(view, range))
}

function balances(view: NodeView, lastSettled: Slot | undefined): boolean {
  if (lastSettled === undefined) return true
  const period = periodAround(view, { firstSlot: lastSettled, slots: 1 })
  return period === undefined || residualWh(openTotals(period, 'provisional')) === 0
}

/** The end of the stretch of certified periods that reaches furthest. */
function certifiedUntil(view: NodeView): Slot | undefined {
  const certified = certificates(view.store, { firstSlot: slot(0), slots: SLOT_MAX }).filter(
    ({ objection }) => objection === undefined,
  )
  const last = certified.at(-1)
  return last === undefined ? undefined : slot(last.firstSlot + last.slots)
}
