import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'

import { FULL, matchingBench, TINY } from '../packages/exchange/bench/matching-bench.ts'
import type { Row } from '../packages/exchange/bench/measure.ts'
import {
  FULL as LEDGER,
  ledgerBench,
  TINY as TINY_LEDGER,
  type LedgerRow,
} from '../packages/ledger/bench/ledger-bench.ts'
import { webAssemblyKernel } from '@tri/exchange'
import { settleRunRows } from './bench/settle-run-bench.ts'

// `npm run bench [-- ledger] [-- --json] [-- --write] [-- --tiny]`: every figure of docs/benchmarks.md and its yardsticks in
// one run: those of matching and settling, or with `ledger` those of the ledger. --json prints them as JSON, --write puts
// them into docs/benchmarks.md, --tiny runs small sizes to show that it works.

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const KERNEL = new URL('../packages/exchange/kernels/match.wasm', import.meta.url)
/** Between which marks of the page a table stands. */
const PLACES = {
  matching: ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->'],
  ledger: ['<!-- ledger figures: npm run bench -- ledger --write -->', '<!-- end of ledger figures -->'],
} as const
type Place = keyof typeof PLACES

interface Machine {
  readonly processor: string
  readonly cores: number
  readonly node: string
  readonly load: number
}

interface Bench<R> {
  readonly machine: Machine
  readonly rows: readonly R[]
}

/** The load of the machine is told, since a busy one makes every figure larger. */
function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

/** Matching and settling. */
export async function bench(isTiny: boolean): Promise<Bench<Row>> {
  const machine = thisMachine()
  const matching = await matchingBench(isTiny ? TINY : FULL)
  const settling = settleRunRows(
    isTiny ? { meters: 12, days: 1, runs: 1 } : { meters: 1101, days: 31, runs: 3 },
  )
  return { machine, rows: [...matching, ...settling] }
}

/** The ledger: one steward, several, proofs, a long book. */
export async function benchLedger(isTiny: boolean): Promise<Bench<LedgerRow>> {
  const machine = thisMachine()
  const kernel = webAssemblyKernel(readFileSync(KERNEL))
  return { machine, rows: await ledgerBench(isTiny ? TINY_LEDGER : LEDGER, kernel) }
}

function shown({ value, unit }: Pick<Row | LedgerRow, 'value' | 'unit'>): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  const number = value.toLocaleString('en', { maximumFractionDigits: digits }).replaceAll(',', ' ')
  return unit === 'ratio' ? `${number} : 1` : `${number} ${unit}`
}

function table({ machine, rows }: Bench<Row | LedgerRow>): string {
  const lines = rows.map((row) => {
    const side = row.unit === '/s' ? '>=' : '<='
    const bar = row.bar === undefined ? '' : `${side} ${shown({ value: row.bar, unit: row.unit })}`
    return `| ${row.name} | ${shown(row)} | ${bar} |`
  })
  const where = `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load before the run ${machine.load}`
  return [`Measured on: ${where}.`, '', '| what | median | bar |', '| --- | ---: | ---: |', ...lines].join(
    '\n',
  )
}

/** The page with the figures between their two marks replaced. */
export function pageWith(page: string, figures: string, place: Place = 'matching'): string {
  const [begin, end] = PLACES[place]
  const from = page.indexOf(begin)
  const until = page.indexOf(end)
  if (from < 0 || until < from) throw new Error('docs/benchmarks.md has no place for figures')
  return `${page.slice(0, from)}${begin}\n\n${figures}\n\n${page.slice(until)}`
}

if (import.meta.main) {
  const asked = new Set(process.argv.slice(2))
  const place: Place = asked.has('ledger') ? 'ledger' : 'matching'
  const found = await (place === 'ledger' ? benchLedger : bench)(asked.has('--tiny'))
  console.log(asked.has('--json') ? JSON.stringify(found, null, 2) : table(found))
  if (asked.has('--write')) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), table(found), place))
}
