import { microCredit, priceOf, total, wattHour, type MicroCredit, type WattHour } from '@tri/units'

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
  const columnsOf = Map.groupBy(memberOf.keys(), (column) => memberOf[column] ?? '')
  return [...columnsOf.keys()].sort().map((member) => {
    const own = columnsOf.get(member) ?? []
    const sum = (values: Float64Array, row = 0): WattHour =>
      wattHour(total(own.map((column) => values[row * settled.meters.length + column] ?? 0)))
    const { columns } = settled
    const lines = settled.rings.map((ring, r) =>
      ringLine(ring, charter, { givenWh: sum(settled.givenWh, r), receivedWh: sum(settled.receivedWh, r) }),
    )
    const sharedReceivedWh = wattHour(total(lines.map((line) => line.receivedWh)))
    const feeMicroCredit = priceOf(sharedReceivedWh, charter.tariff.fee)
    const earned = total(lines.map((line) => line.earnedMicroCredit))
    const spent = total(lines.map((line) => line.spentMicroCredit))
    return {
      member,
      meters: own.map((column) => settled.meters[column] ?? ''),
      importWh: sum(columns.importWh),
      exportWh: sum(columns.exportWh),
      ownWh: sum(columns.ownWh),
      sharedGivenWh: wattHour(total(lines.map((line) => line.givenWh))),
      sharedReceivedWh,
      gridImportWh: sum(columns.gridImportWh),
      gridExportWh: sum(columns.gridExportWh),
      missingSlots: sum(columns.missingSlots),
      lines,
      feeMicroCredit,
      creditMicroCredit: microCredit(earned - spent - feeMicroCredit),
    }
  })
}

function ringLine(
  ring: Ring,
  charter: Charter,
  flow: { readonly givenWh: WattHour; readonly receivedWh: WattHour },
): RingLine {
  const price = priceIn(charter.tariff, ring)
  return {
    ring,
    ...flow,
    priceMicroCreditPerWh: price,
    earnedMicroCredit: priceOf(flow.givenWh, price),
    spentMicroCredit: priceOf(flow.receivedWh, price),
  }
}
