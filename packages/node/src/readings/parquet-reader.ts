import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type ColumnData,
  type FileMetaData,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

import { tableLayout, type TableLayout } from './csv-layout.ts'
import { EnergyText } from './decimal-text.ts'
import type { Intake } from './intake.ts'
import type { ReadingOptions } from './reading-options.ts'
import { TableRows, type Field } from './table-rows.ts'

/** Rows of one row group held at a time; writers make groups of about a million. */
export const ROW_GROUP_ROWS_MAX = 4_000_000

/**
 * Reads one Parquet file, long or wide, with the same titles as CSV, a row group at a time. Times are timestamps or
 * text; energies are whole numbers or floating point. A row counts as a line: the first is 1.
 */
export async function readParquet(
  file: string,
  intake: Intake,
  zone: string,
  options: ReadingOptions,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const source = await asyncBufferFromFile(file)
  const metadata = await parquetMetadataAsync(source)
  const titles = parquetSchema(metadata).children.map(({ element }) => element.name)
  const layout = tableLayout(titles, options)
  if (!layout.ok) return intake.problem(layout.refusal.code, undefined, layout.refusal.details)
  const isLocal = isLocalTime(metadata, titles[layout.value.timeAt] ?? '')
  const rows = new TableRows(layout.value, intake, new EnergyText(options.decimal ?? 'point'), zone, options)
  let start = 0
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows)
    if (end - start > ROW_GROUP_ROWS_MAX) {
      const details = { rows: end - start, rowsMax: ROW_GROUP_ROWS_MAX }
      return intake.problem('row-group-too-large', start + 1, details)
    }
    const columns = new Map<string, ColumnData[]>()
    await parquetRead({
      file: source,
      metadata,
      compressors,
      columns: usedTitles(layout.value, titles),
      rowStart: start,
      rowEnd: end,
      onChunk: (chunk) =>
        void columns.set(chunk.columnName, [...(columns.get(chunk.columnName) ?? []), chunk]),
    })
    readGroup(
      titles.map((title) => columns.get(title) ?? []),
      { start, end, isLocal },
      layout.value,
      rows,
    )
    if (rows.isStopped || intake.isFull) return
    start = end
    onBytes(Math.round((source.byteLength * end) / Math.max(1, Number(metadata.num_rows))))
  }
  rows.close()
}

function readGroup(
  columns: readonly (readonly ColumnData[])[],
  group: { readonly start: number; readonly end: number; readonly isLocal: boolean },
  layout: TableLayout,
  rows: TableRows,
): void {
  const cursors = columns.map((chunks) => cursorOver(chunks))
  const fields: Field[] = columns.map(() => undefined)
  for (let row = group.start; row < group.end && !rows.isStopped; row++) {
    for (let i = 0; i < cursors.length; i++) fields[i] = cursors[i]?.(row)
    for (const at of [layout.timeAt, layout.untilAt]) {
      const time = fields[at]
      // A timestamp that is not adjusted to UTC is a local time that looks like an instant.
      if (group.isLocal && time instanceof Date) fields[at] = time.toISOString().replace(/(?:\.0+)?Z$/, '')
    }
    rows.read(fields, row + 1)
  }
}

function cursorOver(chunks: readonly ColumnData[]): (row: number) => Field {
  let at = 0
  return (row) => {
    while (at < chunks.length && row >= (chunks[at]?.rowEnd ?? 0)) at++
    const chunk = chunks[at]
    return chunk === undefined ? undefined : fieldOf(chunk.columnData[row - chunk.rowStart])
  }
}

function fieldOf(value: unknown): Field {
  if (value === null || value === undefined || value instanceof Date) return value
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value
  return JSON.stringify(value)
}

function usedTitles(layout: TableLayout, titles: readonly string[]): string[] {
  const used = [layout.timeAt, layout.untilAt, layout.qualityAt, layout.meterAt]
  for (const { importAt, exportAt } of layout.energy) used.push(importAt, exportAt)
  return used.flatMap((at) => titles[at] ?? [])
}

function isLocalTime(metadata: FileMetaData, title: string): boolean {
  const logical = metadata.schema.find(({ name }) => name === title)?.logical_type
  return logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC
}
