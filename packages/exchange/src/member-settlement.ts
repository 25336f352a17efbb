import {
  exactSum,
  microCredit,
  present,
  priceOf,
  wattHour,
  type MicroCredit,
  type MicroCreditPerWattHour,
  type WattHour,
} from '@tri/units'

import type { Charter } from './charter.ts'
import type { Ring } from './ring.ts'
import { priceIn } from './tariff.ts'

/** What one member gave and received in one ring, and what that is worth. */
export interface RingLine {
  readonly ring: Ring
  readonly givenWh: WattHour
  readonly receivedWh: WattHour
  readonly priceMicroCreditPerWh: number
  readonly earnedMicroCredit: MicroCredit
  readonly spentMicroCredit: MicroCredit
}

/**
 * One member's part of a settlement. Always: import = received + own + gridImport, export = given + own + gridExport,
 * credit = earned - spent - fee.
 */
export interface MemberSettlement {
  readonly member: string
  /** Sorted. */
  readonly meters: readonly string[]
  readonly importWh: WattHour
  readonly exportWh: WattHour
  /** Wh that one of her meters imported and exported within one slot: her own use, shared with nobody. */
  readonly ownWh: WattHour
  readonly sharedGivenWh: WattHour
  readonly sharedReceivedWh: WattHour
  readonly gridImportWh: WattHour
  readonly gridExportWh: WattHour
  /** Meter-slots without a reading: while there are any, these figures are provisional. */
  readonly missingSlots: number
  /** One a ring, nearest first. */
  readonly lines: readonly RingLine[]
  /** Paid to the commons, on top of the prices, for what she received. */
  readonly feeMicroCredit: MicroCredit
  readonly creditMicroCredit: MicroCredit
}

/** Sums by column that members' settlements are made of. */
export interface ColumnTotals {
  readonly importWh: Float64Array
  readonly exportWh: Float64Array
  readonly ownWh: Float64Array
  readonly gridImportWh: Float64Array
  readonly gridExportWh: Float64Array
  readonly missingSlots: Float64Array
}

/** What a settlement found, by column and by ring. */
export interface SettledColumns {
  readonly meters: readonly string[]
  readonly rings: readonly Ring[]
  readonly columns: ColumnTotals
  /** `[ring * meters + column]` */
  readonly givenWh: Float64Array
  readonly receivedWh: Float64Array
}

/** The members' settlements, sorted by member id. Wh x price is exact; nothing is rounded. */
export function memberSettlements(
  settled: SettledColumns,
  memberOf: readonly string[],
  charter: Charter,
): MemberSettlement[] {
  const prices = settled.rings.map((ring) => priceIn(charter.tariff, ring))
  return ownColumns(memberOf).map((own) => memberSettlement(settled, own, { charter, prices }))
}

// Who has which meters changes seldom, and a quarter hour is settled in milliseconds: the list is gone through once.
let last: { readonly memberOf: readonly string[]; readonly sorted: readonly OwnColumns[] } | undefined

/** The columns of each member, sorted by member id. */
function ownColumns(memberOf: readonly string[]): readonly OwnColumns[] {
  const isKnown =
    last?.memberOf.length === memberOf.length && memberOf.every((member, c) => last?.memberOf[c] === member)
  if (last !== undefined && isKnown) return last.sorted
  const columnsOf = new Map<string, number[]>()
  for (const [column, member] of memberOf.entries()) {
    const own = columnsOf.get(member)
    if (own === undefined) columnsOf.set(member, [column])
    else own.push(column)
  }
  const sorted = [...columnsOf.keys()].sort().map((member) => ({ member, own: columnsOf.get(member) ?? [] }))
  last = { memberOf: [...memberOf], sorted }
  return sorted
}

interface OwnColumns {
  readonly member: string
  readonly own: readonly number[]
}

interface Prices {
  readonly charter: Charter
  /** One a ring. */
  readonly prices: readonly MicroCreditPerWattHour[]
}

function memberSettlement(
  { meters, rings, columns, givenWh, receivedWh }: SettledColumns,
  { member, own }: OwnColumns,
  { charter, prices }: Prices,
): MemberSettlement {
  const lines: RingLine[] = []
  let [sharedGiven, sharedReceived, earned, spent] = [0, 0, 0, 0]
  for (let r = 0; r < rings.length; r++) {
    const row = r * meters.length
    const line = ringLine(present(rings[r], 'a ring'), present(prices[r], 'its price'), {
      givenWh: sumOf(givenWh, own, row),
      receivedWh: sumOf(receivedWh, own, row),
    })
    lines.push(line)
    sharedGiven = exactSum(sharedGiven, line.givenWh)
    sharedReceived = exactSum(sharedReceived, line.receivedWh)
    earned = exactSum(earned, line.earnedMicroCredit)
    spent = exactSum(spent, line.spentMicroCredit)
  }
  const sharedReceivedWh = wattHour(sharedReceived)
  const feeMicroCredit = priceOf(sharedReceivedWh, charter.tariff.fee)
  return {
    member,
    meters: own.map((column) => meters[column] ?? ''),
    importWh: sumOf(columns.importWh, own),
    exportWh: sumOf(columns.exportWh, own),
    ownWh: sumOf(columns.ownWh, own),
    sharedGivenWh: wattHour(sharedGiven),
    sharedReceivedWh,
    gridImportWh: sumOf(columns.gridImportWh, own),
    gridExportWh: sumOf(columns.gridExportWh, own),
    missingSlots: sumOf(columns.missingSlots, own),
    lines,
    feeMicroCredit,
    creditMicroCredit: microCredit(earned - spent - feeMicroCredit),
  }
}

/** A member's sum over the columns of her meters, of one row. */
function sumOf(values: Float64Array, columns: readonly number[], row = 0): WattHour {
  let sum = 0
  for (const column of columns) sum = exactSum(sum, values[row + column] ?? 0)
  return wattHour(sum)
}

function ringLine(
  ring: Ring,
  price: MicroCreditPerWattHour,
  flow: { readonly givenWh: WattHour; readonly receivedWh: WattHour },
): RingLine {
  return {
    ring,
    ...flow,
    priceMicroCreditPerWh: price,
    earnedMicroCredit: priceOf(flow.givenWh, price),
    spentMicroCredit: priceOf(flow.receivedWh, price),
  }
}
