import { memberById, settlementInputAt, settlementRecords } from '@tri/community'
import { settle, type Ring } from '@tri/exchange'
import type { FileAnswer } from '@tri/platform'
import { accept, refuse, type Outcome } from '@tri/units'

import { tableBytes, type TableColumn } from '../export/table-bytes.ts'
import { rootOfRoots } from './month-root.ts'
import { monthRange } from './month-service.ts'
import { headOf, type NodeView } from './view.ts'

/** One line of a statement: what a member gave and received in one ring over a month. */
interface StatementRow {
  readonly member: string
  readonly name: string
  readonly ring: Ring
  readonly givenWh: number
  readonly receivedWh: number
  readonly price: number
  readonly earned: number
  readonly spent: number
  readonly fee: number
}

/**
 * The statements of a month, a line for each member and ring, with the root they are proved by.
 *
 * @param format csv or parquet
 */
export function monthBundle(
  view: NodeView,
  month: string,
  format: 'csv' | 'parquet',
): Outcome<FileAnswer, 'month-unknown' | 'month-not-settled'> {
  const range = monthRange(view, month)
  if (range === undefined) return refuse('month-unknown')
  const records = settlementRecords(view.store, range)
  if (records.length === 0) return refuse('month-not-settled')
  const rows = statementRows(view, range)
  const root = rootOfRoots(records)
  const columns: readonly TableColumn<StatementRow>[] = [
    { name: 'month', type: 'STRING', of: () => month },
    { name: 'member', type: 'STRING', of: ({ member }) => member },
    { name: 'name', type: 'STRING', of: ({ name }) => name },
    { name: 'ring', type: 'STRING', of: ({ ring }) => ring },
    { name: 'given_wh', type: 'DOUBLE', of: ({ givenWh }) => givenWh },
    { name: 'received_wh', type: 'DOUBLE', of: ({ receivedWh }) => receivedWh },
    { name: 'price_micro_credit_per_wh', type: 'DOUBLE', of: ({ price }) => price },
    { name: 'earned_micro_credit', type: 'DOUBLE', of: ({ earned }) => earned },
    { name: 'spent_micro_credit', type: 'DOUBLE', of: ({ spent }) => spent },
    { name: 'fee_micro_credit', type: 'DOUBLE', of: ({ fee }) => fee },
    { name: 'settlement_root', type: 'STRING', of: () => root },
  ]
  const { community } = headOf(view)
  return accept({
    fileName: `${community}-${month}.${format}`,
    mediaType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet',
    bytes: tableBytes(columns, rows, format),
  })
}

function statementRows(view: NodeView, range: Parameters<typeof settlementRecords>[1]): StatementRow[] {
  const rows = new Map<string, StatementRow>()
  for (const record of settlementRecords(view.store, range)) {
    const input = settlementInputAt(view.store, record, record.version)
    if (!input.ok) continue
    const fee = input.value.charter.tariff.fee
    for (const { member, lines } of settle(input.value, view.kernel).members) {
      for (const line of lines) {
        const key = `${member}\0${line.ring}`
        const before = rows.get(key)
        rows.set(key, {
          member,
          name: memberById(view.store, member)?.name ?? '',
          ring: line.ring,
          price: line.priceMicroCreditPerWh,
          givenWh: (before?.givenWh ?? 0) + line.givenWh,
          receivedWh: (before?.receivedWh ?? 0) + line.receivedWh,
          earned: (before?.earned ?? 0) + line.earnedMicroCredit,
          spent: (before?.spent ?? 0) + line.spentMicroCredit,
          fee: (before?.fee ?? 0) + line.receivedWh * fee,
        })
      }
    }
  }
  return [...rows.values()].filter(({ givenWh, receivedWh }) => givenWh + receivedWh > 0)
}
