import type { ResponseOf } from '@tri/contract'
import {
  OBJECTION_DAYS,
  certificates,
  completenessOf,
  members,
  restatementDraft,
  restatementsDue,
  settlementDraft,
  settlementRecords,
  statementColumns,
  type SettlementClaim,
} from '@tri/community'
import { QUALITY, gapsOf, substitutionFor, type Substitution } from '@tri/exchange'
import { accept, must, refuse, slot, slotStart, type Outcome } from '@tri/units'

import { clipped, type SlotRange } from '../calendar.ts'
import { operationRefused, type BookWriter } from './book-writer.ts'
import { rootOfRoots } from './month-root.ts'
import { FILL_RULES, checkMonth, monthRange, type MonthCheck } from './month-service.ts'
import { headOf, markOf, slotNow, type NodeView } from './view.ts'

const DAY_MS = 86_400_000
/** How far back a substitution rule may look. */
const HISTORY_SLOTS = 4 * 672

export type Publication = ResponseOf<'publishMonth'>
export type MonthProgress = (title: string, done: number, of: number) => void

/** What a month's acts work with. */
export interface MonthActs {
  readonly view: NodeView
  readonly writer: BookWriter
}

export type SubstituteRefusal = 'month-unknown' | 'month-closed' | 'rule-unknown'

/**
 * Fills the gaps of a month by a named rule. What it fills is marked as substituted, with the rule as its source; what it
 * cannot fill stays a gap.
 */
export async function substituteMonth(
  { view, writer }: MonthActs,
  month: string,
  rule: string,
): Promise<Outcome<MonthCheck, SubstituteRefusal>> {
  const range = monthRange(view, month)
  if (range === undefined) return refuse('month-unknown')
  const named = FILL_RULES.find((one) => one === rule)
  if (named === undefined) return refuse('rule-unknown')
  if (isClosed(view, range)) return refuse('month-closed')
  const past = clipped(range, range.firstSlot, slotNow(view))
  const from = slot(Math.max(0, past.firstSlot - HISTORY_SLOTS))
  const columns = statementColumns(view.store, { firstSlot: from, slots: past.firstSlot + past.slots - from })
  // The gaps of the month alone: what is missing before it is not this month's to fill.
  const filled = gapsOf(statementColumns(view.store, past)).flatMap((gap) => {
    const substitution = substitutionFor(gap, columns, named)
    return substitution.ok ? [substitution.value] : []
  })
  if (filled.length > 0) {
    await writer.mustAct(headOf(view).coordinator, {
      kind: 'energy.statements',
      correction: false,
      source: `substituted by ${named}`,
      statements: filled.map(statementOf),
    })
  }
  const check = checkMonth(view, month)
  must(check.ok, 'a month that was filled can be checked')
  return check
}

/** The coordinator names the rule and signs for it: that is what `substituted` says, whatever the rule could look at. */
function statementOf({ gap, importWh, exportWh }: Substitution) {
  return {
    meter: gap.meter,
    firstSlot: gap.firstSlot,
    importWh: new Uint8Array(importWh.buffer),
    exportWh: new Uint8Array(exportWh.buffer),
    quality: new Uint8Array(gap.slots).fill(QUALITY.substituted),
  }
}

export type PublishRefusal =
  | { readonly code: 'month-unknown' | 'already-published' }
  | { readonly code: 'month-incomplete'; readonly details: { readonly missing: number } }

/**
 * Settles what is not settled of a month, day by day, posts the credit, and declares the month final.
 *
 * @throws Fault the book's refusal, when it says no to what was checked here: nothing after it is done
 */
export async function publishMonth(
  acts: MonthActs,
  month: string,
  progress: MonthProgress = () => undefined,
): Promise<Outcome<Publication, PublishRefusal>> {
  // Two that publish at once would settle the same days: the second finds the month published.
  return acts.writer.inTurn(async () => publishInTurn(acts, month, progress))
}

async function publishInTurn(
  acts: MonthActs,
  month: string,
  progress: MonthProgress,
): Promise<Outcome<Publication, PublishRefusal>> {
  const { view, writer } = acts
  const range = monthRange(view, month)
  if (range === undefined) return refuse({ code: 'month-unknown' })
  if (isClosed(view, range)) return refuse({ code: 'already-published' })
  const { missing } = completenessOf(view.store, range)
  if (missing > 0) return refuse({ code: 'month-incomplete', details: { missing } })
  await restatePeriods(acts, range)
  await settleRange(acts, range, progress)
  const { coordinator } = headOf(view)
  await writer.mustAct(coordinator, { kind: 'energy.finalise', ...range })
  const records = settlementRecords(view.store, range)
  const publishedAt = view.clock.nowMs()
  return accept({
    month,
    version: Math.max(...records.map(({ version }) => version)),
    root: rootOfRoots(records),
    publishedAt,
    objectionsUntil: publishedAt + OBJECTION_DAYS * DAY_MS,
    statements: members(view.store).length,
    mark: markOf(view, range),
  })
}

function isClosed(view: NodeView, range: SlotRange): boolean {
  return certificates(view.store, range).some(({ objection }) => objection === undefined)
}

/** Settles every stretch of a range that is not settled yet, one operation a local day. */
export async function settleRange(
  acts: MonthActs,
  range: SlotRange,
  progress: MonthProgress = () => undefined,
): Promise<void> {
  const { view } = acts
  const until = range.firstSlot + range.slots
  for (let at: number = range.firstSlot; at < until;) {
    const day = view.calendar.day(view.calendar.dateOf(slotStart(slot(at))))
    must(day !== undefined, 'every slot lies in a day')
    const dayEnd = Math.min(until, day.firstSlot + day.slots)
    for (const stretch of unsettled(view, { firstSlot: slot(at), slots: dayEnd - at }))
      await settleStretch(acts, stretch)
    at = dayEnd
    progress('settling', at - range.firstSlot, range.slots)
  }
}

function unsettled(view: NodeView, range: SlotRange): SlotRange[] {
  const stretches: SlotRange[] = []
  const until = range.firstSlot + range.slots
  let from: number = range.firstSlot
  for (const { firstSlot, slots } of settlementRecords(view.store, range)) {
    if (firstSlot > from) stretches.push({ firstSlot: slot(from), slots: firstSlot - from })
    from = firstSlot + slots
  }
  if (from < until) stretches.push({ firstSlot: slot(from), slots: until - from })
  return stretches
}

/** Settles one stretch in one operation. @throws Fault the book's refusal */
export async function settleStretch({ view, writer }: MonthActs, range: SlotRange): Promise<void> {
  const draft = settlementDraft(view.store, range, view.kernel)
  if (!draft.ok) throw operationRefused(draft.refusal)
  await writer.mustAct(headOf(view).coordinator, { kind: 'energy.settle', ...draft.value.claim })
}

/** One period that was settled again. */
export interface RestatedPeriod extends SlotRange {
  readonly version: number
  readonly accounts: number
  /** What came to the accounts that gained; as much left the others. */
  readonly movedMicroCredit: number
}

/** Settles again every period of a range of which statements were corrected; only the differences are posted. */
export async function restateRange(acts: MonthActs, range: SlotRange): Promise<RestatedPeriod[]> {
  return acts.writer.inTurn(async () => restatePeriods(acts, range))
}

async function restatePeriods({ view, writer }: MonthActs, range: SlotRange): Promise<RestatedPeriod[]> {
  const restated: RestatedPeriod[] = []
  for (const { firstSlot, slots } of restatementsDue(view.store, range)) {
    const draft = restatementDraft(view.store, { firstSlot, slots }, view.kernel)
    if (!draft.ok) throw operationRefused(draft.refusal)
    const { version, claim } = draft.value
    await writer.mustAct(headOf(view).coordinator, { kind: 'energy.restate', version, ...claim })
    restated.push({
      firstSlot,
      slots,
      version,
      accounts: claim.deltas.length,
      movedMicroCredit: movedBy(claim),
    })
  }
  return restated
}

function movedBy({ deltas }: SettlementClaim): number {
  return deltas.reduce((sum, [, amount]) => sum + Math.max(0, amount), 0)
}
