export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
  /** Numbers stand at the right, words at the left. */
  readonly align?: 'left' | 'right'
}

/**
 * Rows as lines of a table with aligned columns.
 *
 * @returns lines, the heading first; just the heading when there are no rows
 */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ of }) => of(row)))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => widthOf(line[i] ?? ''))))
  return cells.map((line) =>
    line
      .map((cell, i) => {
        const space = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(cell)))
        return columns[i]?.align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Cells a text takes on a terminal: a letter with its accents is one. */
function widthOf(text: string): number {
  return Array.from(new Intl.Segmenter().segment(text)).length
}
