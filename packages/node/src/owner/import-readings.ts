import type { CommunityEvent, StatementColumns } from '@tri/community'
import { Fault, slot, type Slot } from '@tri/units'

import type { OpenNode } from '../daemon/open-node.ts'
import { problemSentence } from '../problem.ts'
import { readReadings, type ReadingColumns } from '../readings/read-readings.ts'
import { readingOptionsFrom } from '../readings/typed-options.ts'
import type { Doing } from '../services/book-writer.ts'
import { headOf } from '../services/view.ts'
import type { TaskProgress } from './door.ts'

/** What an import brought. Sums are of the connection meters, which are the book's business. */
export interface ImportReport {
  readonly meters: number
  readonly firstSlot: Slot
  readonly slots: number
  /** Meter-slots with a reading. */
  readonly meterSlots: number
  readonly missing: number
  /** Meter-slots that the book already had with the same values. */
  readonly unchanged: number
  readonly importWh: number
  readonly exportWh: number
  /** The months that the readings touch. */
  readonly months: readonly string[]
  /** What was accepted but should be known. */
  readonly notes: readonly string[]
}

export interface ImportInput {
  readonly files: readonly string[]
  readonly correction: boolean
  readonly dryRun: boolean
  readonly timeZone?: string | undefined
  readonly decimal?: string | undefined
  readonly unit?: string | undefined
  readonly delimiter?: string | undefined
  readonly dateOrder?: string | undefined
  readonly absentDirection?: string | undefined
  readonly registerWrapsAt?: string | undefined
}

/** Slots of one operation: a week, so that a community of a thousand meters stays below the bound of an operation. */
const STATEMENT_SLOTS_MAX = 672
/** Meter-slots of one operation. */
const OPERATION_CELLS_MAX = 1_500_000

/**
 * Reads files of a metering operator and states them in the book, signed by the coordinator. All is read and checked
 * before the first statement is made, and all of them are applied together or not at all.
 *
 * @throws Fault `files-unusable` with every problem; the book's refusal, such as a reading that contradicts an earlier one
 */
export async function importReadings(
  node: OpenNode,
  input: ImportInput,
  progress: TaskProgress,
): Promise<ImportReport> {
  const { view } = node
  const read = await readReadings(input.files, view.document, {
    ...readingOptionsFrom(input),
    onProgress: (done, of) => progress('reading', done, of),
  })
  if (!read.ok)
    throw new Fault('files-unusable', { problems: read.refusal.map((one) => problemSentence(one)) })
  const columns = read.value
  const settled = settledColumns(node, columns)
  const unchanged = input.dryRun
    ? 0
    : await bringToBook(node, { columns, settled, correction: input.correction }, progress)
  const sum = (values: Int32Array) =>
    settled.reduce((before, column) => before + columnSum(columns, values, column), 0)
  const read01 = settled.reduce((before, column) => before + columnCount(columns, column), 0)
  return {
    meters: settled.length,
    firstSlot: columns.firstSlot,
    slots: columns.slots,
    meterSlots: read01,
    missing: settled.length * columns.slots - read01,
    unchanged,
    importWh: sum(columns.importWh),
    exportWh: sum(columns.exportWh),
    months: monthsIn(node, columns),
    notes: columns.notes.map((note) => problemSentence(note)),
  }
}

/** The columns of connection meters. */
function settledColumns({ view }: OpenNode, { meters }: ReadingColumns): number[] {
  const connection = new Set(
    view.document.meters
      .filter(({ role }) => role === undefined || role === 'connection')
      .map(({ id }) => id),
  )
  return meters.flatMap((meter, column) => (connection.has(meter) ? [column] : []))
}

interface Bringing {
  readonly columns: ReadingColumns
  readonly settled: readonly number[]
  readonly correction: boolean
}

/** @returns meter-slots that the book had already */
async function bringToBook(
  node: OpenNode,
  { columns, settled, correction }: Bringing,
  progress: TaskProgress,
): Promise<number> {
  const { view, writer } = node
  const by = headOf(view).coordinator
  const doings: Doing[] = []
  let stated = 0
  for (const range of weeksOf(columns)) {
    const statements = settled.flatMap((column) => statementOf(columns, column, range))
    for (const batch of batchesOf(statements)) {
      const source = 'metering operator'
      doings.push({ by, act: { kind: 'energy.statements', source, correction, statements: batch } })
      stated += batch.reduce((sum, { quality }) => sum + quality.filter((code) => code > 0).length, 0)
    }
    progress('importing', range.from + range.slots, columns.slots)
  }
  const events = await writer.mustActAll(doings)
  keepHousehold(node, columns, settled)
  return stated - takenBy(events.flat())
}

function takenBy(events: readonly CommunityEvent[]): number {
  return events.reduce(
    (sum, event) => sum + (event.is === 'statements-taken' ? event.added + event.corrected : 0),
    0,
  )
}

interface Piece {
  readonly from: number
  readonly slots: number
}

function weeksOf({ slots }: ReadingColumns): Piece[] {
  const weeks: Piece[] = []
  for (let from = 0; from < slots; from += STATEMENT_SLOTS_MAX) {
    weeks.push({ from, slots: Math.min(STATEMENT_SLOTS_MAX, slots - from) })
  }
  return weeks
}

/** A meter's statement of a piece; none when the files say nothing about it. */
function statementOf(columns: ReadingColumns, column: number, { from, slots }: Piece): StatementColumns[] {
  const at = column * columns.slots + from
  const quality = columns.quality.slice(at, at + slots)
  if (quality.every((code) => code === 0)) return []
  const bytes = (values: Int32Array) => new Uint8Array(values.slice(at, at + slots).buffer)
  return [
    {
      meter: columns.meters[column] ?? '',
      firstSlot: columns.firstSlot + from,
      importWh: bytes(columns.importWh),
      exportWh: bytes(columns.exportWh),
      quality,
    },
  ]
}

function batchesOf(statements: readonly StatementColumns[]): StatementColumns[][] {
  const batches: StatementColumns[][] = []
  let cells = 0
  for (const statement of statements) {
    const batch = batches.at(-1)
    cells += statement.quality.length
    if (batch === undefined || cells > OPERATION_CELLS_MAX) {
      batches.push([statement])
      cells = statement.quality.length
    } else batch.push(statement)
  }
  return batches
}

/** What production and consumption meters saw stays with the household. */
function keepHousehold({ view }: OpenNode, columns: ReadingColumns, settled: readonly number[]): void {
  const inBook = new Set(settled)
  for (const [column, meter] of columns.meters.entries()) {
    if (inBook.has(column)) continue
    const part = [column * columns.slots, (column + 1) * columns.slots] as const
    view.household.write(meter, {
      firstSlot: columns.firstSlot,
      slots: columns.slots,
      importWh: columns.importWh.subarray(...part),
      exportWh: columns.exportWh.subarray(...part),
      quality: columns.quality.subarray(...part),
    })
  }
}

function monthsIn({ view }: OpenNode, { firstSlot, slots }: ReadingColumns): string[] {
  const months: string[] = []
  const last = view.calendar.monthOf(slot(firstSlot + slots - 1))
  for (let month = view.calendar.monthOf(firstSlot); month <= last; month = view.calendar.monthAfter(month))
    months.push(month)
  return months
}

function columnSum({ slots }: ReadingColumns, values: Int32Array, column: number): number {
  let sum = 0
  for (let at = column * slots; at < (column + 1) * slots; at++) sum += values[at] ?? 0
  return sum
}

function columnCount({ slots, quality }: ReadingColumns, column: number): number {
  let count = 0
  for (let at = column * slots; at < (column + 1) * slots; at++) if (quality[at] !== 0) count++
  return count
}
