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
import { codecRows, CODECS_FULL_MS, CODECS_TINY_MS } from '../packages/meters/bench/codecs.ts'
import { GATEWAY_FULL, GATEWAY_TINY, gatewayRows } from '../packages/meters/bench/gateway-bench.ts'
import type { MetersRow } from '../packages/meters/bench/meters-row.ts'
import { peerRows } from '../packages/meters/bench/peer-bench.ts'
import {
  FULL as VAULT,
  TINY as TINY_VAULT,
  vaultBench,
  type VaultRow,
} from '../packages/vault/bench/vault-bench.ts'
import { webAssemblyKernel } from '@tri/exchange'
import { hasCaptures } from '@tri/meters/testing'
import { settleRunRows } from './bench/settle-run-bench.ts'

// `npm run bench [-- ledger|meters|vault] [-- --json] [-- --write] [-- --tiny] [-- --peers]`: every figure of docs/benchmarks.md and its
// yardsticks in one run: those of matching and settling, or with a package's name those of that package. --json prints them as JSON,
// --write puts them into docs/benchmarks.md, --tiny runs small sizes to show that it works,
// --peers adds what others' readers of meters do with the same captures; they are installed into the cache of node_modules.

const PAGE = new URL('../docs/benchmarks.md', import.meta.url)
const KERNEL = new URL('../packages/exchange/kernels/match.wasm', import.meta.url)
/** Between which marks of the page a table stands. */
const PLACES = {
  matching: ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->'],
  ledger: ['<!-- ledger figures: npm run bench -- ledger --write -->', '<!-- end of ledger figures -->'],
  meters: ['<!-- meters figures: npm run bench -- meters --write -->', '<!-- end of meters figures -->'],
  vault: ['<!-- vault figures: npm run bench -- vault --write -->', '<!-- end of vault figures -->'],
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

/** The vault: a year of one home's seconds, and a street of devices. */
export function benchVault(isTiny: boolean): Bench<VaultRow> {
  return { machine: thisMachine(), rows: vaultBench(isTiny ? TINY_VAULT : VAULT) }
}

/** The gateway: what the codecs read in a second, a street of devices, and others' codecs beside ours where they are asked for. */
export async function benchMeters(isTiny: boolean, withPeers = false): Promise<Bench<MetersRow>> {
  const machine = thisMachine()
  const rows = codecRows(isTiny ? CODECS_TINY_MS : CODECS_FULL_MS)
  const gateway = await gatewayRows(isTiny ? GATEWAY_TINY : GATEWAY_FULL)
  const peers = withPeers && hasCaptures ? await peerRows() : []
  return { machine, rows: [...rows, ...gateway, ...peers] }
}

type AnyRow = Row | LedgerRow | MetersRow | VaultRow

const BENCHES: {
  readonly [P in Place]: (isTiny: boolean, withPeers: boolean) => Bench<AnyRow> | Promise<Bench<AnyRow>>
} = {
  matching: bench,
  ledger: benchLedger,
  meters: benchMeters,
  vault: benchVault,
}

function shown({ value, unit }: Pick<AnyRow, 'value' | 'unit'>): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  const number = value.toLocaleString('en', { maximumFractionDigits: digits }).replaceAll(',', ' ')
  return unit === 'ratio' ? `${number} : 1` : `${number} ${unit}`
}

/** The rows of a run as a table of a page; a yardstick that could not be had says why. */
export function table({ machine, rows }: Bench<AnyRow>): string {
  const lines = rows.map((row) => {
    const side = row.unit === '/s' ? '>=' : '<='
    const bar = row.bar === undefined ? '' : `${side} ${shown({ value: row.bar, unit: row.unit })}`
    const figure = 'absent' in row ? `absent: ${row.absent}` : shown(row)
    return `| ${row.name} | ${figure} | ${bar} |`
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
  const place: Place = asked.has('ledger')
    ? 'ledger'
    : asked.has('vault')
      ? 'vault'
      : asked.has('meters')
        ? 'meters'
        : 'matching'
  const found = await BENCHES[place](asked.has('--tiny'), asked.has('--peers'))
  // What the gateway reads is kept by the vault: its figures are printed as well, and stand in the page at their own place.
  const kept = place === 'meters' ? benchVault(asked.has('--tiny')).rows : []
  const printed = { ...found, rows: [...found.rows, ...kept] }
  console.log(asked.has('--json') ? JSON.stringify(printed, null, 2) : table(printed))
  if (asked.has('--write')) writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), table(found), place))
}
