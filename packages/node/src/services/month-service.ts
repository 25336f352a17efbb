import type { ResponseOf } from '@tri/contract'
import {
  OBJECTION_DAYS,
  certificates,
  completenessOf,
  memberById,
  meters,
  settlementInputAt,
  settlementRecords,
  statementColumns,
  type Certificate,
  type SettlementRecord,
} from '@tri/community'
import {
  RULE_NAMES,
  charterFit,
  gapsOf,
  isRuleName,
  settle,
  type Settlement,
  type SettlementInput,
  type SubstitutionRule,
} from '@tri/exchange'
import { accept, must, refuse, slot, type Outcome, type Slot } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import { rootOfRoots } from './month-root.ts'
import { markOf, nameOf, slotNow, type NodeView } from './view.ts'

const DAY_MS = 86_400_000
/** A book of a hundred years has this many months. */
const MONTHS_MAX = 1200
/** Gaps in one answer; a month with more is not settled by hand. */
const GAPS_MAX = 10_000

/** The rules by which a book's gaps are filled: statements carry no registers, so no rule that needs them is offered. */
export const FILL_RULES: readonly SubstitutionRule[] = ['same-weekday-mean', 'last-week', 'zero']

export type MonthRow = ResponseOf<'months'>['months'][number]
export type MonthCheck = ResponseOf<'checkMonth'>
export type MonthPreview = ResponseOf<'previewMonth'>

/** The slots of a month of which the community has or expects statements; undefined for any other month. */
export function monthRange(view: NodeView, month: string): SlotRange | undefined {
  const range = view.calendar.month(month)
  const known = knownSlots(view)
  if (range === undefined || known === undefined) return undefined
  const isKnown = range.firstSlot < known.until && range.firstSlot + range.slots > known.from
  return isKnown ? range : undefined
}

/** From the first statement the book has to now. */
function knownSlots(view: NodeView): { readonly from: number; readonly until: number } | undefined {
  const from = firstStatementSlot(view)
  return from === undefined ? undefined : { from, until: Math.max(slotNow(view), from + 1) }
}

function firstStatementSlot(view: NodeView): Slot | undefined {
  for (const [key] of view.store.entries({ from: 'statement/', until: 'statement0' })) {
    return slot(Number(key.slice('statement/'.length, key.indexOf('/', 'statement/'.length))) * 96)
  }
  return undefined
}

/** Every month from the first statement to now, newest first. */
export function monthsOf(view: NodeView): MonthRow[] {
  const known = knownSlots(view)
  if (known === undefined) return []
  const rows: MonthRow[] = []
  // The first day of statements is a UTC day: its evening may belong to the next local month, so the row starts there.
  let month = view.calendar.monthOf(slot(known.from + 95))
  const last = view.calendar.monthOf(slot(known.until - 1))
  for (; month <= last && rows.length < MONTHS_MAX; month = view.calendar.monthAfter(month))
    rows.push(monthRow(view, month))
  return rows.toReversed()
}

function monthRow(view: NodeView, month: string): MonthRow {
  const range = view.calendar.month(month)
  must(range !== undefined, 'the calendar knows its own months', { month })
  const records = settlementRecords(view.store, range)
  const certificate = certificateOf(view, range)
  const counts = completenessOf(view.store, range)
  const versions = records.map((record) => record.versions.at(-1))
  return {
    month,
    state: stateOfMonth(range, records, certificate),
    ...range,
    completeness01: counts.expected === 0 ? 0 : (counts.expected - counts.missing) / counts.expected,
    sharedWh: versions.reduce((sum, version) => sum + (version?.sharedWh ?? 0), 0),
    version: records.length === 0 ? null : Math.max(...records.map(({ version }) => version)),
    root: records.length === 0 ? null : rootOfRoots(records),
    publishedAt: certificate?.at ?? null,
    objectionsUntil: certificate === undefined ? null : certificate.at + OBJECTION_DAYS * DAY_MS,
    objections: certificate?.objection === undefined ? 0 : 1,
    mark: markOf(view, range),
  }
}

function certificateOf(view: NodeView, range: SlotRange): Certificate | undefined {
  return certificates(view.store, range).find(
    (one) => one.firstSlot === range.firstSlot && one.slots === range.slots,
  )
}

function stateOfMonth(
  range: SlotRange,
  records: readonly SettlementRecord[],
  certificate: Certificate | undefined,
): MonthRow['state'] {
  if (certificate?.objection !== undefined) return 'reopened'
  if (certificate !== undefined) return 'published'
  const settled = records.reduce((sum, { slots }) => sum + slots, 0)
  return settled === range.slots ? 'settled' : 'open'
}

/** How complete the readings of a month are, and where they are missing. */
export function checkMonth(view: NodeView, month: string): Outcome<MonthCheck, 'month-unknown'> {
  const range = monthRange(view, month)
  if (range === undefined) return refuse('month-unknown')
  const { expected, measured, substituted, estimated, missing } = completenessOf(view.store, range)
  const known = new Map(meters(view.store).map((meter) => [meter.id, meter]))
  const gaps = gapsOf(statementColumns(view.store, range)).slice(0, GAPS_MAX)
  return accept({
    month,
    expected,
    measured,
    substituted,
    estimated,
    missing,
    completeness01: expected === 0 ? 0 : (expected - missing) / expected,
    gaps: gaps.map((gap) => ({
      meter: gap.meter,
      member: memberOfMeter(view, known.get(gap.meter)?.member ?? ''),
      fromSlot: gap.firstSlot,
      untilSlot: slot(gap.firstSlot + gap.slots),
      slots: gap.slots,
      // What is still to come cannot be filled; it will be measured.
      fillable: gap.firstSlot + gap.slots <= slotNow(view),
    })),
    rules: [...FILL_RULES],
    ready: missing === 0,
    mark: markOf(view, range),
  })
}

function memberOfMeter(view: NodeView, id: string): MonthCheck['gaps'][number]['member'] {
  const member = memberById(view.store, id)
  must(member !== undefined, 'every meter has a member', { member: id })
  return nameOf(member)
}

export type PreviewRefusal =
  | { readonly code: 'month-unknown' }
  | { readonly code: 'month-incomplete'; readonly details: { readonly missing: number } }
  | { readonly code: 'rule-unknown'; readonly details: { readonly rule: string } }

/**
 * What a month would give each member.
 *
 * @param rule another rule than the charter's; refused when the charter has not the keys it needs
 */
export function previewMonth(
  view: NodeView,
  month: string,
  rule?: string,
): Outcome<MonthPreview, PreviewRefusal> {
  const range = monthRange(view, month)
  if (range === undefined) return refuse({ code: 'month-unknown' })
  const { missing } = completenessOf(view.store, range)
  if (missing > 0) return refuse({ code: 'month-incomplete', details: { missing } })
  const input = settlementInputAt(view.store, range)
  must(input.ok, 'a founded community can be settled')
  const asked = withRule(input.value, rule ?? input.value.charter.rule)
  if (asked === undefined) return refuse({ code: 'rule-unknown', details: { rule: rule ?? '' } })
  const inForce = settle(input.value, view.kernel)
  const preview = asked === input.value ? inForce : settle(asked, view.kernel)
  return accept(previewOf(view, { month, inForce, preview, input: input.value, asked }))
}

function withRule(input: SettlementInput, rule: string): SettlementInput | undefined {
  if (!isRuleName(rule)) return undefined
  if (rule === input.charter.rule) return input
  const charter = { ...input.charter, rule }
  const needsKeys =
    (rule === 'static' || rule === 'static-rounds' || rule === 'austria-static') && charter.keys === undefined
  if (needsKeys || !charterFit(charter, input.tree).ok) return undefined
  return { ...input, charter }
}

function previewOf(
  view: NodeView,
  of: {
    readonly month: string
    readonly inForce: Settlement
    readonly preview: Settlement
    readonly input: SettlementInput
    readonly asked: SettlementInput
  },
): MonthPreview {
  const { month, inForce, preview, input, asked } = of
  const before = new Map(inForce.members.map((member) => [member.member, member.creditMicroCredit]))
  const mark = markOf(view, preview)
  const { importWh, exportWh, ownWh, sharedWh, ringWh, gridImportWh, gridExportWh } = preview.totals
  return {
    month,
    rule: asked.charter.rule,
    inForce: input.charter.rule,
    rules: RULE_NAMES.filter((rule) => withRule(input, rule) !== undefined),
    totals: { importWh, exportWh, ownWh, sharedWh, ringWh, gridImportWh, gridExportWh, mark },
    lossWeightedWhOhm: preview.totals.lossWeightedWhOhm,
    sumMicroCredit: preview.totals.sumMicroCredit,
    members: preview.members.map((member) => ({
      member: memberOfMeter(view, member.member),
      importWh: member.importWh,
      exportWh: member.exportWh,
      sharedGivenWh: member.sharedGivenWh,
      sharedReceivedWh: member.sharedReceivedWh,
      creditMicroCredit: member.creditMicroCredit,
      changeMicroCredit: member.creditMicroCredit - (before.get(member.member) ?? 0),
      mark,
    })),
    mark,
  }
}
