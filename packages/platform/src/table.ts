import { SLOT_MS } from '@tri/units'
import { z } from 'zod'

/** Lines of one table; a longer one is refused, with the advice to ask for fewer days. */
export const TABLE_LINES_MAX = 100_000

type Row = Readonly<Record<string, unknown>>

/** One column: its name, and how to read it from a row. */
export interface Column {
  readonly name: string
  readonly read: (row: Row) => unknown
}

/**
 * The columns of rows of one shape: a field that holds an object becomes a column for each of its own fields; a slot
 * has its instant beside it, and instants are written in UTC.
 */
export function columnsOf(shape: z.ZodObject): Column[] {
  return Object.entries<z.ZodType>(shape.shape).flatMap(([name, of]) => {
    const inner = bare(of)
    const own = (row: Row): unknown => row[name]
    if (inner instanceof z.ZodObject)
      return columnsOf(inner).map((column) => ({
        name: `${name}_${column.name}`,
        read: (row: Row) => {
          const value = own(row)
          return isRow(value) ? column.read(value) : null
        },
      }))
    if (name === 'slot')
      return [
        { name, read: own },
        { name: 'from', read: (row: Row) => instant(own(row), SLOT_MS) },
      ]
    if (name === 'at') return [{ name, read: (row: Row) => instant(own(row), 1) }]
    return [{ name, read: own }]
  })
}

/** Rows as CSV (RFC 4180): one line of names, then a line a row. `null` is empty. */
export function csvOf(columns: readonly Column[], rows: Iterable<Row>): string {
  const lines = [columns.map(({ name }) => name).join(',')]
  for (const row of rows) lines.push(columns.map(({ read }) => csvCell(read(row))).join(','))
  return `${lines.join('\r\n')}\r\n`
}

function instant(value: unknown, unitMs: number): string | null {
  return typeof value === 'number' ? new Date(value * unitMs).toISOString() : null
}

/** One value as a cell of CSV; `null` is empty. A text that a spreadsheet would run as a formula is made a text. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return JSON.stringify(value)
  // A spreadsheet runs text that begins like a formula: a member's note must not be one.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function bare(shape: z.ZodType): z.ZodType {
  if (!(shape instanceof z.ZodNullable || shape instanceof z.ZodOptional)) return shape
  const inner: unknown = shape.unwrap()
  return inner instanceof z.ZodType ? bare(inner) : shape
}

/** Whether a value is an object with named fields. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
