import type { ResponseOf } from '@tri/contract'
import {
  settlementInputAt,
  settlementRecords,
  signerOf,
  type SettlementRecord,
  operationDigest,
} from '@tri/community'
import { settle, type Ring } from '@tri/exchange'
import { slot, type Slot } from '@tri/units'
import { hex, merklePath } from '@tri/units/crypto'

import { clipped } from '../calendar.ts'
import { energyTotals } from './energy-totals.ts'
import { PROVED_SLOTS_MIN } from './proof-service.ts'
import { columnsOf, exchangedIn, ownUse, periodOf, summed, wholeIntervals, type Period } from './period.ts'
import { headOf, intervalSlotsAt, markOf, privateColumns, slotNow, type NodeView } from './view.ts'

const QUALITIES = ['missing', 'measured', 'substituted', 'estimated'] as const

/** Why a day has its credit in one ring: the quarter hours that it sums. */
export function whyDayOf(
  view: NodeView,
  member: string,
  { date, ring }: { readonly date: string; readonly ring: Ring },
): ResponseOf<'whyDay'> | undefined {
  const day = view.calendar.day(date)
  if (day === undefined) return undefined
  const past = clipped(day, day.firstSlot, slotNow(view))
  const period = periodOf(view, wholeIntervals(past, intervalSlotsAt(view, past.firstSlot)))
  if (period === undefined) return undefined
  const columns = columnsOf(period, member)
  const price = period.input.charter.tariff.ring[ring] ?? 0
  const versions = settlementRecords(view.store, past)
  const slots = Array.from({ length: period.flows.intervals }, (_, t) => {
    const at = slot(period.flows.firstSlot + t * period.flows.intervalSlots)
    const { givenWh, receivedWh } = exchangedIn(period, ring, columns, [t, t + 1])
    const record = recordAt(versions, at)
    return {
      slot: at,
      givenWh,
      receivedWh,
      priceMicroCreditPerWh: price,
      amountMicroCredit: (givenWh - receivedWh) * price,
      version: record?.version ?? 0,
      mark: record?.isCertified === true ? ('certified' as const) : ('provisional' as const),
    }
  }).filter(({ givenWh, receivedWh }) => givenWh > 0 || receivedWh > 0)
  const { givenWh, receivedWh } = exchangedIn(period, ring, columns)
  return {
    member,
    date,
    ring,
    priceMicroCreditPerWh: price,
    givenWh,
    receivedWh,
    amountMicroCredit: (givenWh - receivedWh) * price,
    feeMicroCredit: receivedWh * period.input.charter.tariff.fee,
    slots,
    mark: markOf(view, past),
  }
}

/** Why a quarter hour has its credit: readings with their signer, the allocation, the rule, and the proof. */
export function whySlotOf(view: NodeView, member: string, asked: number): ResponseOf<'whySlot'> | undefined {
  const at = slot(asked)
  const period = periodOf(view, wholeIntervals({ firstSlot: at, slots: 1 }, intervalSlotsAt(view, at)))
  if (period === undefined) return undefined
  const columns = columnsOf(period, member)
  const mark = markOf(view, { firstSlot: at, slots: 1 })
  const readings = columns.map((column) => readingAt(view, period, { column, at }))
  if (readings.every(({ quality }) => quality === 'missing')) return undefined
  const { charter } = period.input
  const allocation = period.rings.map((ring) => {
    const { givenWh, receivedWh } = exchangedIn(period, ring, columns)
    const price = charter.tariff.ring[ring] ?? 0
    const amountMicroCredit = (givenWh - receivedWh) * price
    return { ring, givenWh, receivedWh, priceMicroCreditPerWh: price, amountMicroCredit, mark }
  })
  const receivedWh = allocation.reduce((sum, line) => sum + line.receivedWh, 0)
  const totals = energyTotals(period, privateColumns(view, period.input.memberOf), mark)
  return {
    member,
    slot: at,
    readings,
    allocation: allocation.filter((line) => line.givenWh + line.receivedWh > 0),
    ownWh: ownUse(period, columns),
    grid: {
      importWh: summed(period, 'gridImportWh', columns),
      exportWh: summed(period, 'gridExportWh', columns),
      mark,
    },
    amountMicroCredit: allocation.reduce((sum, line) => sum + line.amountMicroCredit, 0),
    feeMicroCredit: receivedWh * charter.tariff.fee,
    rule: charter.rule,
    charterVersion: charter.version,
    settlement: proofOf(view, member, at),
    communityRingWh: totals?.ringWh ?? null,
    mark,
  }
}

function readingAt(
  view: NodeView,
  { input }: Period,
  { column, at }: { readonly column: number; readonly at: Slot },
) {
  const cell = column * input.slots + (at - input.firstSlot)
  const meter = input.tree.meters[column] ?? ''
  const source = signerOf(view.store, meter, at)
  const isCoordinator = source?.by === headOf(view).coordinator
  return {
    meter,
    importWh: input.importWh[cell] ?? 0,
    exportWh: input.exportWh[cell] ?? 0,
    quality: QUALITIES[input.quality[cell] ?? 0] ?? 'missing',
    signer:
      source === undefined
        ? null
        : { id: source.by, role: isCoordinator ? ('coordinator' as const) : ('household' as const) },
    statementDigest: source === undefined ? null : (operationDigest(view.store, source.operation) ?? null),
    receivedAt: source?.at ?? null,
    mark: markOf(view, { firstSlot: at, slots: 1 }),
  }
}

/** The path from the member's own columns to the root that everyone holds; null until the slot is settled. */
function proofOf(view: NodeView, member: string, at: Slot): ResponseOf<'whySlot'>['settlement'] {
  const record = recordAt(settlementRecords(view.store, { firstSlot: at, slots: 1 }), at)
  const last = record?.versions.at(-1)
  if (record === undefined || last === undefined) return null
  const range = { firstSlot: record.firstSlot, slots: record.slots }
  const input = settlementInputAt(view.store, range, record.version)
  if (!input.ok) return null
  const { leaves } = settle(input.value, view.kernel)
  // The path names a neighbour's digest: that of a short period is given only where it is blinded.
  const mayShow = record.slots >= PROVED_SLOTS_MIN || input.value.leafSecret !== undefined
  const columns = mayShow ? input.value.memberOf.flatMap((of, column) => (of === member ? [column] : [])) : []
  return {
    version: record.version,
    ...range,
    root: last.root,
    proofs: columns.map((column) => ({
      meter: input.value.tree.meters[column] ?? '',
      leafDigest: hex(leaves[column] ?? new Uint8Array()),
      path: merklePath(leaves, column).map(({ sibling, on }) => ({ sibling: hex(sibling), on })),
    })),
  }
}

function recordAt(records: readonly SettlementRecord[], at: Slot): SettlementRecord | undefined {
  return records.find(({ firstSlot, slots }) => at >= firstSlot && at < firstSlot + slots)
}
