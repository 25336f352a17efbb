import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import {
  accountLines,
  memberById,
  members,
  settlementInputAt,
  settlementRecords,
  type AccountLine,
} from '@tri/community'
import { flowsOf, type SlotFlows } from '@tri/exchange'
import { Fault, SLOT_MAX, SLOT_MS, slot, slotOf } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import { monthRange } from '../services/month-service.ts'
import { memberNameOf, type NodeView } from '../services/view.ts'
import { tableBytes, type TableColumn, type TableFormat } from './table-bytes.ts'

/** What can be exported. */
export const EXPORTS = ['energy', 'ledger'] as const
export type ExportName = (typeof EXPORTS)[number]

export interface ExportInput {
  readonly what: ExportName
  readonly format: TableFormat
  /** A folder that does not exist yet, or is empty. */
  readonly out: string
  readonly month?: string | undefined
  readonly member?: string | undefined
}

export interface ExportReport {
  readonly files: readonly { readonly path: string; readonly rows: number }[]
}

/**
 * Writes tables to a folder: all files, or none.
 *
 * @throws Fault `month-unknown`, `member-unknown`, `out-folder-not-empty`
 */
export async function exportTables(view: NodeView, input: ExportInput): Promise<ExportReport> {
  if (input.member !== undefined && memberById(view.store, input.member) === undefined)
    throw new Fault('member-unknown', { member: input.member })
  const range =
    input.month === undefined ? { firstSlot: slot(0), slots: SLOT_MAX } : monthRange(view, input.month)
  if (range === undefined) throw new Fault('month-unknown', { month: input.month })
  const fresh = await freshFolder(input.out)
  try {
    const written =
      input.what === 'energy'
        ? await writeEnergy(view, { input, range, fresh })
        : await writeLedger(view, { input, range, fresh })
    if (written.every(({ rows }) => rows === 0)) throw new Fault('export-empty', { what: input.what })
    await rm(input.out, { recursive: true, force: true })
    await rename(fresh, input.out)
    return { files: written.map(({ name, rows }) => ({ path: join(input.out, name), rows })) }
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true })
    throw cause
  }
}

/** A new folder beside the one that is wanted, so that a full disk leaves nothing half-done. */
async function freshFolder(out: string): Promise<string> {
  const isUsed = await readdir(out).then(
    (names) => names.length > 0,
    () => false,
  )
  if (isUsed) throw new Fault('out-folder-not-empty', { path: out })
  await mkdir(dirname(out), { recursive: true })
  return mkdtemp(join(dirname(out), `.${basename(out)}-`))
}

interface Writing {
  readonly input: ExportInput
  readonly range: SlotRange
  readonly fresh: string
}
interface Written {
  readonly name: string
  readonly rows: number
}

interface EnergyRow {
  readonly t: number
  readonly column: number
}

/** A file a settled period: a row for each meter and interval. */
async function writeEnergy(view: NodeView, { input, range, fresh }: Writing): Promise<Written[]> {
  const written: Written[] = []
  for (const record of settlementRecords(view.store, range)) {
    const settled = settlementInputAt(view.store, record, record.version)
    if (!settled.ok) continue
    const flows = flowsOf(settled.value, view.kernel, settled.value)
    const columns = energyColumns(flows, settled.value.memberOf)
    const rows: EnergyRow[] = []
    for (const [column, member] of settled.value.memberOf.entries()) {
      if (input.member !== undefined && input.member !== member) continue
      for (let t = 0; t < flows.intervals; t++) rows.push({ t, column })
    }
    const from = new Date(record.firstSlot * SLOT_MS).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')
    const name = `energy-${from}Z.${input.format}`
    await writeFile(join(fresh, name), tableBytes(columns, rows, input.format))
    written.push({ name, rows: rows.length })
  }
  return written
}

function energyColumns(flows: SlotFlows, memberOf: readonly string[]): TableColumn<EnergyRow>[] {
  const at = ({ t, column }: EnergyRow) => column * flows.intervals + t
  const column = (name: string, values: Int32Array): TableColumn<EnergyRow> => ({
    name,
    type: 'DOUBLE',
    of: (row) => values[at(row)] ?? 0,
  })
  const flow = (ring: number) => (row: EnergyRow) =>
    flows.flowWh[ring * flows.meters.length * flows.intervals + at(row)] ?? 0
  const start = ({ t }: EnergyRow) => (flows.firstSlot + t * flows.intervalSlots) * SLOT_MS
  return [
    { name: 'from', type: 'STRING', of: (row) => new Date(start(row)).toISOString() },
    { name: 'member', type: 'STRING', of: (row) => memberOf[row.column] ?? '' },
    { name: 'meter', type: 'STRING', of: (row) => flows.meters[row.column] ?? '' },
    column('import_wh', flows.importWh),
    column('export_wh', flows.exportWh),
    column('own_wh', flows.ownWh),
    ...flows.rings.flatMap((ring, r): TableColumn<EnergyRow>[] => [
      { name: `given_${ring}_wh`, type: 'DOUBLE', of: (row) => Math.max(0, -flow(r)(row)) },
      { name: `received_${ring}_wh`, type: 'DOUBLE', of: (row) => Math.max(0, flow(r)(row)) },
    ]),
    column('grid_import_wh', flows.gridImportWh),
    column('grid_export_wh', flows.gridExportWh),
  ]
}

interface LedgerRow {
  readonly account: string
  readonly line: AccountLine
}

/** The postings of every account, oldest first. */
async function writeLedger(view: NodeView, { input, range, fresh }: Writing): Promise<Written[]> {
  const accounts =
    input.member === undefined ? [...members(view.store).map(({ id }) => id), 'commons'] : [input.member]
  const rows = accounts.flatMap((account) => linesOf(view, account, range))
  const columns: readonly TableColumn<LedgerRow>[] = [
    { name: 'account', type: 'STRING', of: ({ account }) => account },
    { name: 'number', type: 'DOUBLE', of: ({ line }) => line.number },
    { name: 'at', type: 'STRING', of: ({ line }) => new Date(line.at).toISOString() },
    { name: 'posting', type: 'STRING', of: ({ line }) => line.posting },
    { name: 'period_from', type: 'STRING', of: ({ line }) => periodStart(line) },
    { name: 'slots', type: 'DOUBLE', of: ({ line }) => line.slots ?? 0 },
    { name: 'version', type: 'DOUBLE', of: ({ line }) => line.version ?? 0 },
    { name: 'other', type: 'STRING', of: ({ line }) => line.other ?? '' },
    {
      name: 'other_name',
      type: 'STRING',
      of: ({ line }) => memberNameOf(view, line.other ?? '')?.name ?? '',
    },
    { name: 'memo', type: 'STRING', of: ({ line }) => line.memo ?? '' },
    { name: 'amount_micro_credit', type: 'DOUBLE', of: ({ line }) => line.amount },
    { name: 'balance_micro_credit', type: 'DOUBLE', of: ({ line }) => line.balance },
    { name: 'operation', type: 'STRING', of: ({ line }) => line.operation },
  ]
  const name = `ledger.${input.format}`
  await writeFile(join(fresh, name), tableBytes(columns, rows, input.format))
  return [{ name, rows: rows.length }]
}

function periodStart({ firstSlot }: AccountLine): string {
  return firstSlot === undefined ? '' : new Date(firstSlot * SLOT_MS).toISOString()
}

/** The lines of an account that are of a range: energy by the slots that it is of, a payment by when it was made. */
function linesOf(view: NodeView, account: string, range: SlotRange): LedgerRow[] {
  const rows: LedgerRow[] = []
  let cursor: number | undefined
  do {
    const page = accountLines(view.store, account, cursor === undefined ? {} : { cursor })
    rows.push(...page.lines.filter((line) => isWithin(line, range)).map((line) => ({ account, line })))
    cursor = page.next
  } while (cursor !== undefined)
  return rows.toReversed()
}

function isWithin({ firstSlot, at }: AccountLine, range: SlotRange): boolean {
  const of = firstSlot ?? slotOf(at)
  return of >= range.firstSlot && of < range.firstSlot + range.slots
}
