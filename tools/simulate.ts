import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'

import type { SeedRange } from '../packages/ledger/simulate/seed-worker.ts'
import { shrink } from '../packages/ledger/simulate/shrink.ts'
import { simulate, type RunReport } from '../packages/ledger/simulate/simulation.ts'
import { PLANTS, TROUBLES, type Plant, type Trouble } from '../packages/ledger/simulate/trouble.ts'
import { playHistories } from './play-histories.ts'

// `npm run simulate -- --seed N [--without lost,late]`: plays one seed and prints what happened, step by step.
// `npm run simulate -- --seeds 10000 [--from 1] [--workers 2]`: plays many, and stops at the first that breaks a rule.
// `--plant NAME` plants a mistake into a steward, to see it found. Ends with 1 when a rule broke.
// `--what readings` plays meters and their readings instead of stewards, with the same options but `--without`.

const PROGRAM = new URL('../packages/ledger/simulate/seed-worker.ts', import.meta.url)
/** Lines of the trace that are shown of a broken run: the end tells why. */
const TRACE_LINES_SHOWN = 60

interface Totals {
  readonly counts: Map<string, number>
  seeds: number
  steps: number
  blocks: number
  operations: number
}

function add(totals: Totals, { steps, height, operations, counts }: RunReport): void {
  totals.seeds++
  totals.steps += steps
  totals.blocks += height
  totals.operations += operations
  for (const [what, count] of Object.entries(counts))
    totals.counts.set(what, (totals.counts.get(what) ?? 0) + count)
}

/** Plays a range on several threads; gives the first broken run that is told of. */
async function playMany(
  range: Omit<SeedRange, 'step'>,
  threads: number,
  totals: Totals,
): Promise<RunReport | undefined> {
  const workers = Array.from({ length: threads }, (_, i) => {
    const workerData: SeedRange = { ...range, from: range.from + i, step: threads }
    return new Worker(PROGRAM, { workerData })
  })
  try {
    return await new Promise((resolve, reject) => {
      let running = workers.length
      for (const worker of workers) {
        worker.on('message', (report: RunReport) => {
          add(totals, report)
          if (report.broken !== undefined) resolve(report)
        })
        worker.once('error', reject)
        worker.once('exit', () => --running === 0 && resolve(undefined))
      }
    })
  } finally {
    await Promise.all(workers.map(async (worker) => worker.terminate()))
  }
}

function tellBroken(seed: number, plant: Plant | undefined): void {
  const options = { seed, ...(plant === undefined ? {} : { plant }) }
  const { report, without } = shrink(options)
  const lines: string[] = []
  simulate({ ...options, without: new Set(without), trace: (line) => void lines.push(line) })
  console.error(lines.slice(-TRACE_LINES_SHOWN).join('\n'))
  console.error(`\nseed ${seed} broke a rule at step ${report.steps}: ${report.broken?.message ?? ''}`)
  const left = without.length === 0 ? '' : ` --without ${without.join(',')}`
  console.error(
    `replay: npm run simulate -- --seed ${seed}${left}${plant === undefined ? '' : ` --plant ${plant}`}`,
  )
}

function countsText(counts: Iterable<readonly [string, number]>): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `${what} ${count}`)
    .join('\n')
}

function namesIn<T extends string>(list: readonly T[], given: string | undefined): T[] {
  const asked = given === undefined || given === '' ? [] : given.split(',')
  const unknown = asked.filter((name) => !list.some((one) => one === name))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${list.join(', ')}`)
  return list.filter((name) => asked.includes(name))
}

interface Asked {
  readonly plant: Plant | undefined
  readonly without: readonly Trouble[]
}

/** One seed, with everything that happens. */
function playOne(seed: number, { plant, without }: Asked): boolean {
  const options = { seed, without: new Set(without), ...(plant === undefined ? {} : { plant }) }
  const report = simulate({ ...options, trace: (line) => console.log(line) })
  console.log(`\n${countsText(Object.entries(report.counts))}`)
  console.log(
    report.broken === undefined
      ? `seed ${seed}: ${report.steps} steps, ${report.height} blocks, ${report.operations} operations, every rule held`
      : `seed ${seed} broke a rule at step ${report.steps}: ${report.broken.message}`,
  )
  return report.broken === undefined
}

async function playSeeds(range: Omit<SeedRange, 'step'>, threads: number): Promise<boolean> {
  const totals: Totals = { counts: new Map(), seeds: 0, steps: 0, blocks: 0, operations: 0 }
  const began = performance.now()
  const broken = await playMany(range, threads, totals)
  if (broken !== undefined) {
    tellBroken(broken.seed, range.plant)
    return false
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const { seeds, steps, blocks, operations } = totals
  console.log(countsText(totals.counts))
  console.log(
    `${seeds} seeds in ${seconds} s: ${steps} steps, ${blocks} blocks, ${operations} operations, every rule held`,
  )
  return true
}

const { values } = parseArgs({
  options: {
    what: { type: 'string', default: 'ledger' },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    without: { type: 'string' },
    plant: { type: 'string' },
  },
})

async function playLedger(): Promise<boolean> {
  const [plant] = namesIn(PLANTS, values.plant)
  const without = namesIn(TROUBLES, values.without)
  const from = Number(values.from)
  const range = { from, until: from + Number(values.seeds), ...(plant === undefined ? {} : { plant }) }
  return values.seed === undefined
    ? playSeeds(range, Number(values.workers))
    : playOne(Number(values.seed), { plant, without })
}

async function playReadings(): Promise<boolean> {
  return playHistories({
    from: Number(values.from),
    seeds: Number(values.seeds),
    workers: Number(values.workers),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
    ...(values.plant === undefined ? {} : { plant: values.plant }),
  })
}

namesIn(['ledger', 'readings'], values.what)
const isWhole = values.what === 'readings' ? await playReadings() : await playLedger()
process.exitCode = isWhole ? 0 : 1
