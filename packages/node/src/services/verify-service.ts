import type { ResponseOf } from '@tri/contract'
import { settlementInputAt, settlementRecords, sumOfBalances, type SettlementRecord } from '@tri/community'
import { settle, type Settlement } from '@tri/exchange'
import { accept, refuse, type Outcome } from '@tri/units'

import { rootOfRoots, rootOfSettlements } from './month-root.ts'
import { monthRange } from './month-service.ts'
import { markOf, type NodeView } from './view.ts'

export type Verification = ResponseOf<'verifyMonth'>

/** One settled period, computed again. */
interface Recomputed {
  readonly record: SettlementRecord
  readonly settlement: Settlement | undefined
}

/**
 * Recomputes a month from its readings and compares: every root, every energy balance, and the sum of all accounts.
 */
export function verifyMonth(
  view: NodeView,
  month: string,
): Outcome<Verification, 'month-unknown' | 'month-not-settled'> {
  const range = monthRange(view, month)
  if (range === undefined) return refuse('month-unknown')
  const records = settlementRecords(view.store, range)
  if (records.length === 0) return refuse('month-not-settled')
  const recomputed = records.map((record): Recomputed => {
    const input = settlementInputAt(view.store, record, record.version)
    return { record, settlement: input.ok ? settle(input.value, view.kernel) : undefined }
  })
  const sumMicroCredit = sumOfBalances(view.store)
  const residualWh = recomputed.reduce((sum, { settlement }) => sum + residualOf(settlement), 0)
  const root = rootOfSettlements(recomputed.map(({ settlement }) => settlement?.root ?? ''))
  const recordedRoot = rootOfRoots(records)
  const checks = [
    { name: 'every period has the root that its readings give', ok: root === recordedRoot },
    { name: 'import, sharing and export balance to the Wh', ok: residualWh === 0 },
    { name: 'every total recorded is the total recomputed', ok: recomputed.every(hasRecordedTotals) },
    { name: 'balances sum to 0', ok: sumMicroCredit === 0 },
  ]
  const last = recomputed.at(-1)?.settlement
  return accept({
    month,
    ok: checks.every(({ ok }) => ok),
    meters: last?.meters.length ?? 0,
    members: last?.members.length ?? 0,
    slots: records.reduce((sum, { slots }) => sum + slots, 0),
    residualWh,
    sumMicroCredit,
    root,
    recordedRoot,
    version: Math.max(...records.map(({ version }) => version)),
    checks,
    mark: markOf(view, range),
  })
}

function residualOf(settlement: Settlement | undefined): number {
  if (settlement === undefined) return 0
  const { importWh, exportWh, ownWh, sharedWh, gridImportWh, gridExportWh } = settlement.totals
  return (
    Math.abs(importWh - sharedWh - ownWh - gridImportWh) +
    Math.abs(exportWh - sharedWh - ownWh - gridExportWh)
  )
}

function hasRecordedTotals({ record, settlement }: Recomputed): boolean {
  const recorded = record.versions.at(-1)
  const totals = settlement?.totals
  if (recorded === undefined || totals === undefined) return false
  const names = ['importWh', 'exportWh', 'ownWh', 'sharedWh', 'gridImportWh', 'gridExportWh'] as const
  return names.every((name) => recorded[name] === totals[name])
}
