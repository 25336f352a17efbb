import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect } from 'vitest'

/** What the captures of one protocol gave, compared with what others decoded from them. */
export interface ConformanceRow {
  /** Protocol, as its page is called. */
  readonly protocol: string
  readonly files: number
  /** Frames found, used or not. */
  readonly frames: number
  /** Values that were compared and are equal; one that is not makes its test fail. */
  readonly right: number
  /** Frames whose values are not used. */
  readonly refused: number
  /** Parts with a check of their own that are left out. */
  readonly refusedParts?: number
}

const PAGE = join(import.meta.dirname, '../../../docs/protocols/README.md')
const BEGIN = '<!-- conformance: npx node tools/conformance.ts -->'
const END = '<!-- end of conformance -->'
const HEAD = [
  '| protocol | files | frames | values right | frames refused | parts refused |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
]

/** The row as it stands in the table. */
function lineOf({ protocol, files, frames, right, refused, refusedParts = 0 }: ConformanceRow): string {
  return `| ${protocol} | ${files} | ${frames} | ${right} | ${refused} | ${refusedParts} |`
}

/**
 * Holds the committed table to what the captures gave, and prints the row. `tools/conformance.ts` runs the same tests
 * with `TRI_CONFORMANCE=write`, which puts the row into the table instead.
 */
export function conforms(row: ConformanceRow): void {
  const line = lineOf(row)
  console.info(
    `conformance of ${row.protocol}: ${row.files} files, ${row.frames} frames, ${row.right} values right, ${row.refused} frames and ${row.refusedParts ?? 0} parts refused`,
  )
  if (process.env['TRI_CONFORMANCE'] === 'write') writeFileSync(PAGE, pageWith(line))
  expect(committedLines()).toContain(line)
}

function committedLines(page = readFileSync(PAGE, 'utf8')): string[] {
  const [from, until] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || until < from) throw new Error('docs/protocols/README.md has no place for the table')
  return page
    .slice(from, until)
    .split('\n')
    .slice(1)
    .filter((line) => /^\| [a-z]/.test(line) && !HEAD.includes(line))
}

/** The page with one row new or in the place of its old one; rows are sorted. */
function pageWith(line: string): string {
  const page = readFileSync(PAGE, 'utf8')
  const own = line.slice(0, line.indexOf('|', 2))
  const others = committedLines(page).filter((other) => !other.startsWith(own))
  const rows = [...others, line].toSorted((a, b) => a.localeCompare(b, 'en'))
  const before = page.slice(0, page.indexOf(BEGIN))
  return `${before}${BEGIN}\n\n${[...HEAD, ...rows].join('\n')}\n\n${page.slice(page.indexOf(END))}`
}
