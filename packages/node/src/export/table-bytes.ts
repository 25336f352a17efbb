import { csvCell } from '@tri/platform'
import { parquetWriteBuffer } from 'hyparquet-writer'

/** One column of a table that leaves the node: its name carries its unit. */
export interface TableColumn<Row> {
  readonly name: string
  /** Whole numbers travel as DOUBLE, which holds every safe integer exactly and which every reader knows. */
  readonly type: 'STRING' | 'DOUBLE'
  readonly of: (row: Row) => string | number
}

export const TABLE_FORMATS = ['csv', 'parquet', 'jsonl'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

/**
 * Rows as the bytes of a file.
 *
 * @returns CSV as in RFC 4180 with a line of names; Parquet; or a JSON object a line
 */
export function tableBytes<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  format: TableFormat,
): Uint8Array {
  if (format === 'csv') return new TextEncoder().encode(csvText(columns, rows))
  if (format === 'jsonl') return new TextEncoder().encode(jsonLines(columns, rows))
  const columnData = columns.map(({ name, type, of }) => ({ name, type, data: rows.map(of) }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}

function jsonLines<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(recordOf(columns, row))}\n`).join('')
}

function csvText<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => name).join(',')]
  for (const row of rows) lines.push(columns.map(({ of }) => csvCell(of(row))).join(','))
  return `${lines.join('\r\n')}\r\n`
}

function recordOf<Row>(
  columns: readonly TableColumn<Row>[],
  row: Row,
): Readonly<Record<string, string | number>> {
  return Object.fromEntries(columns.map(({ name, of }) => [name, of(row)]))
}
