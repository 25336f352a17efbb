import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'

import { FULL, matchingBench, TINY } from '../packages/exchange/bench/matching-bench.ts'
import type { Row } from '../packages/exchange/bench/measure.ts'
import { settleRunRows } from './bench/settle-run-bench.ts'

// `npm run bench [-- --json] [-- --write] [-- --tiny]`: every figure of docs/benchmarks.md and its yardsticks in one run.
// --json prints them as JSON, --write puts them into docs/benchmarks.md, --tiny runs small sizes to show that it works.

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const [BEGIN, END] = ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->']

interface Bench {
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly node: string
    readonly load: number
  }
  readonly rows: readonly Row[]
}

/** Runs everything. The load of the machine is told, since a busy one makes every figure larger. */
export async function bench(isTiny: boolean): Promise<Bench> {
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
  const matching = await matchingBench(isTiny ? TINY : FULL)
  const settling = settleRunRows(
    isTiny ? { meters: 12, days: 1, runs: 1 } : { meters: 1101, days: 31, runs: 3 },
  )
  return { machine, rows: [...matching, ...settling] }
}

function shown({ value, unit }: { readonly value: number; readonly unit: Row['unit'] }): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  const number = value.toLocaleString('en', { maximumFractionDigits: digits }).replaceAll(',', ' ')
  return unit === 'ratio' ? `${number} : 1` : `${number} ${unit}`
}

function table({ machine, rows }: Bench): string {
  const lines = rows.map((row) => {
    const bar = row.bar === undefined ? '' : `<= ${shown({ ...row, value: row.bar })}`
    return `| ${row.name} | ${shown(row)} | ${bar} |`
  })
  const where = `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load before the run ${machine.load}`
  return [`Measured on: ${where}.`, '', '| what | median | bar |', '| --- | ---: | ---: |', ...lines].join(
    '\n',
  )
}

/** The page with its figures between the two marks replaced. */
export function pageWith(page: string, figures: string): string {
  const from = page.indexOf(BEGIN)
  const until = page.indexOf(END)
  if (from < 0 || until < from) throw new Error('docs/benchmarks.md has no place for figures')
  return `${page.slice(0, from)}${BEGIN}\n\n${figures}\n\n${page.slice(until)}`
}

if (import.meta.main) {
  const asked = new Set(process.argv.slice(2))
  const found = await bench(asked.has('--tiny'))
  console.log(asked.has('--json') ? JSON.stringify(found, null, 2) : table(found))
  if (asked.has('--write')) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), table(found)))
}
