import type { ResponseOf } from '@tri/contract'
import { SLOTS_PER_UTC_DAY, accept, present, refuse } from '@tri/units'

import type { Handlers } from '../ports.ts'
import { creditOf, meterOf, sampleGaps, type DaySums, type SampleBook } from './sample-book.ts'
import { sampleMemberName, sampleMembers, sampleMeters } from './sample-community.ts'
import { settlementOf } from './sample-exchange.ts'
import { sampleDateOf, sampleDayFrom, sampleFirstSlotOf } from './sample-readings.ts'
import { sampleFlows, samplePrices, sampleRings } from './sample-settlement.ts'

type SettleHandlers = Pick<
  Handlers,
  | 'months'
  | 'checkMonth'
  | 'substituteMonth'
  | 'previewMonth'
  | 'publishMonth'
  | 'verifyMonth'
  | 'monthBundle'
  | 'fileObjection'
  | 'objections'
>
type MonthRow = ResponseOf<'months'>['months'][number]

const WINDOW_MS = 7 * 24 * 3_600_000
const MONTHS = ['2026-06', '2026-05', '2026-04'] as const
const RULES = ['neighbour-first', 'pro-rata'] as const

/** Handlers of the coordinator's month: April is certified, May waits for two gaps to be filled, June still runs. */
export function sampleSettle(book: SampleBook): SettleHandlers {
  return {
    months: () => accept({ months: MONTHS.map((month) => monthRow(book, month)) }),
    checkMonth: (_, { params: { month } }) =>
      isMonth(month) ? accept(checkOf(book, month)) : unknown(month),
    substituteMonth(_, { params: { month }, body: { rule } }) {
      if (!isMonth(month)) return unknown(month)
      if (month === '2026-04') return refuse({ code: 'month-closed', details: { month } })
      if (rule !== 'same-weekday') return refuse({ code: 'rule-unknown', details: { rule } })
      if (month === '2026-05') book.substitute()
      return accept(checkOf(book, month))
    },
    previewMonth(_, { params: { month }, query: { rule = 'neighbour-first' } }) {
      if (!isMonth(month)) return unknown(month)
      const known = RULES.find((one) => one === rule)
      return known === undefined
        ? refuse({ code: 'rule-unknown', details: { rule } })
        : accept(previewOf(book, month, known))
    },
    publishMonth(_, { params: { month } }) {
      if (!isMonth(month)) return unknown(month)
      const { missing } = checkOf(book, month)
      if (month === '2026-04') return refuse({ code: 'month-closed', details: { month } })
      if (missing > 0) return refuse({ code: 'month-incomplete', details: { month, missing } })
      if (book.publishedAt !== undefined) return refuse({ code: 'already-published', details: { month } })
      book.publishedAt = book.nowMs()
      return accept(publicationOf(book, month, book.publishedAt))
    },
    verifyMonth: (_, { params: { month } }) =>
      isMonth(month) ? accept(verificationOf(book, month)) : unknown(month),
    monthBundle: (_, { params: { month }, query: { format } }) =>
      isMonth(month)
        ? accept({
            fileName: `borgo-sole-${month}.${format}`,
            mediaType: 'text/csv',
            bytes: statementsOf(book, month),
          })
        : unknown(month),
    fileObjection({ member }, { body: { month, slot, reason } }) {
      if (!isMonth(month)) return unknown(month)
      if (month === '2026-04') return refuse({ code: 'month-closed', details: { month } })
      const id = `o-${book.objections.length + 1}`
      const objection = { id, member, month, slot, reason, at: book.nowMs(), state: 'open' as const }
      book.objections.push(objection)
      return accept(objection)
    },
    objections: () => accept({ objections: book.objections }),
  }
}

function monthRow(book: SampleBook, month: string): MonthRow {
  const days = daysOf(month)
  const { missing, completeness01 } = checkOf(book, month)
  const objections = book.objections.filter((objection) => objection.month === month).length
  const publishedAt = publishedAtOf(book, month)
  const settled = missing === 0 ? 'settled' : 'open'
  const published = objections > 0 ? 'reopened' : 'published'
  const certified = month === '2026-04' ? 'certified' : published
  return {
    month,
    state: publishedAt === undefined ? settled : certified,
    firstSlot: sampleFirstSlotOf(present(days[0], 'a month has days')),
    slots: days.length * SLOTS_PER_UTC_DAY,
    completeness01,
    sharedWh: book.totals(days, 'provisional').sharedWh,
    version: publishedAt === undefined ? null : 1,
    root: publishedAt === undefined ? null : rootOf(book, month),
    publishedAt: publishedAt ?? null,
    objectionsUntil: publishedAt === undefined ? null : publishedAt + WINDOW_MS,
    objections,
    mark: month === '2026-04' ? 'certified' : 'provisional',
  }
}

function checkOf(book: SampleBook, month: string): ResponseOf<'checkMonth'> {
  const days = daysOf(month)
  const expected = days.length * SLOTS_PER_UTC_DAY * sampleMeters.length
  const there = days.reduce((sum, day) => sum + book.slotsOf(day).length, 0) * sampleMeters.length
  const gaps = month === '2026-05' ? sampleGaps : []
  const inGaps = gaps.reduce((sum, { slots }) => sum + slots, 0)
  const missing = expected - there + (book.isSubstituted ? 0 : inGaps)
  return {
    month,
    completeness01: (expected - missing) / expected,
    expected,
    measured: there - inGaps,
    substituted: book.isSubstituted ? inGaps : 0,
    estimated: 0,
    missing,
    gaps: book.isSubstituted ? [] : gaps.map(gapOf),
    rules: ['same-weekday'],
    ready: missing === 0,
    mark: month === '2026-04' ? 'certified' : 'provisional',
  }
}

function gapOf({
  meter,
  firstSlot,
  slots,
}: (typeof sampleGaps)[number]): ResponseOf<'checkMonth'>['gaps'][number] {
  const member = sampleMeters.find(({ id }) => id === meter)?.member ?? ''
  return {
    meter,
    member: present(sampleMemberName(member), 'a meter belongs to a member'),
    fromSlot: firstSlot,
    untilSlot: firstSlot + slots,
    slots,
    fillable: true,
  }
}

function previewOf(
  book: SampleBook,
  month: string,
  rule: (typeof RULES)[number],
): ResponseOf<'previewMonth'> {
  const days = daysOf(month)
  const inForce = creditsOf(book, days, 'neighbour-first')
  const wished = rule === 'neighbour-first' ? inForce : creditsOf(book, days, rule)
  return {
    month,
    rule,
    inForce: 'neighbour-first',
    rules: [...RULES],
    totals: book.totals(days, 'provisional'),
    lossWeightedWhOhm: 0,
    sumMicroCredit: 0,
    members: sampleMembers.map((member) => {
      const meter = meterOf(member.id)
      const sums = days.map((day) => book.day(day)[meter]).filter((one): one is DaySums => one !== undefined)
      const credit = wished[meter] ?? { givenWh: 0, receivedWh: 0, microCredit: 0 }
      return {
        member,
        importWh: sums.reduce((sum, { importWh }) => sum + importWh, 0),
        exportWh: sums.reduce((sum, { exportWh }) => sum + exportWh, 0),
        sharedGivenWh: credit.givenWh,
        sharedReceivedWh: credit.receivedWh,
        creditMicroCredit: credit.microCredit,
        changeMicroCredit: credit.microCredit - (inForce[meter]?.microCredit ?? 0),
        mark: 'provisional',
      }
    }),
    mark: 'provisional',
  }
}

function creditsOf(book: SampleBook, days: readonly number[], rule: (typeof RULES)[number]) {
  const credits = sampleMeters.map(() => ({ givenWh: 0, receivedWh: 0, microCredit: 0 }))
  for (const slot of days.flatMap((day) => book.slotsOf(day))) {
    const flows = rule === 'neighbour-first' ? book.flows(slot) : sampleFlows(book.netWh(slot), rule)
    credits.forEach((credit, meter) => {
      for (const ring of sampleRings) {
        const givenWh = flows.givenWh[ring][meter] ?? 0
        const receivedWh = flows.receivedWh[ring][meter] ?? 0
        credit.givenWh += givenWh
        credit.receivedWh += receivedWh
        credit.microCredit += creditOf({
          givenWh: { building: 0, street: 0, transformer: 0, [ring]: givenWh },
          receivedWh: { building: 0, street: 0, transformer: 0, [ring]: receivedWh },
        })
      }
    })
  }
  return credits
}

function publicationOf(book: SampleBook, month: string, publishedAt: number): ResponseOf<'publishMonth'> {
  return {
    month,
    version: 1,
    root: rootOf(book, month),
    publishedAt,
    objectionsUntil: publishedAt + WINDOW_MS,
    statements: sampleMembers.length,
    mark: 'provisional',
  }
}

function verificationOf(book: SampleBook, month: string): ResponseOf<'verifyMonth'> {
  const days = daysOf(month)
  const { importWh, exportWh, sharedWh, gridImportWh, gridExportWh } = book.totals(days, 'provisional')
  const residualWh = importWh - sharedWh - gridImportWh + (exportWh - sharedWh - gridExportWh)
  const root = rootOf(book, month)
  return {
    month,
    ok: residualWh === 0,
    meters: sampleMeters.length,
    members: sampleMembers.length,
    slots: days.length * SLOTS_PER_UTC_DAY,
    residualWh,
    sumMicroCredit: 0,
    root,
    recordedRoot: publishedAtOf(book, month) === undefined ? null : root,
    version: publishedAtOf(book, month) === undefined ? null : 1,
    checks: [
      { name: 'energy-balances', ok: residualWh === 0 },
      { name: 'prices-by-ring', ok: samplePrices.street <= samplePrices.transformer },
    ],
    mark: month === '2026-04' ? 'certified' : 'provisional',
  }
}

function statementsOf(book: SampleBook, month: string): Uint8Array {
  const { members } = previewOf(book, month, 'neighbour-first')
  const lines = members.map(({ member, sharedGivenWh, sharedReceivedWh, creditMicroCredit }) =>
    [member.id, sharedGivenWh, sharedReceivedWh, creditMicroCredit].join(','),
  )
  const head = 'member,shared_given_wh,shared_received_wh,credit_micro_credit'
  return new TextEncoder().encode(`${[head, ...lines].join('\r\n')}\r\n`)
}

function publishedAtOf(book: SampleBook, month: string): number | undefined {
  if (month === '2026-04') return Date.UTC(2026, 4, 3, 8)
  return month === '2026-05' ? book.publishedAt : undefined
}

function rootOf(book: SampleBook, month: string): string {
  return settlementOf(book, 0, present(daysOf(month).at(-1), 'a month has days')).root
}

function daysOf(month: string): number[] {
  const first = sampleDayFrom(`${month}-01`)
  return Array.from({ length: 31 }, (_, i) => first + i).filter((day) => sampleDateOf(day).startsWith(month))
}

function unknown(month: string) {
  return refuse({ code: 'month-unknown', details: { month } } as const)
}

function isMonth(month: string): month is (typeof MONTHS)[number] {
  return MONTHS.some((one) => one === month)
}
