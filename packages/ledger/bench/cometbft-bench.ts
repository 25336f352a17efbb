import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { SignedOperation } from '@tri/community'
import { typescriptKernel, type MatchKernel } from '@tri/exchange'
import { epochMs, must } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { localQuorum, openReplica, type LocalQuorum, type LocalSteward } from '../src/index.ts'
import { benchTown, type BenchTown } from './bench-town.ts'

/** What a benchmark of several stewards found. */
export interface QuorumRow {
  readonly name: string
  readonly value: number
  readonly unit: 'ms' | '/s' | 'MB'
  /** The most it may be; of a rate, the least. */
  readonly bar?: number
}

/** Sizes of a run. */
export interface QuorumBenchSizes {
  readonly members: number
  readonly settlements: number
  readonly payments: number
}

export const FULL: QuorumBenchSizes = { members: 1101, settlements: 40, payments: 10_000 }
export const TINY: QuorumBenchSizes = { members: 60, settlements: 3, payments: 200 }

const PATIENCE_MS = 120_000
/** Payments under way at once, as of that many members paying at the same moment. */
const AT_ONCE = 1000

/**
 * Real stewards on this machine, each with an engine process of its own; their books are in this process. An operation counts
 * as final when every steward has it on the disk.
 *
 * @throws Fault `engine-absent` where there is no CometBFT
 */
export async function cometbftBench(
  sizes: QuorumBenchSizes = FULL,
  kernel: MatchKernel = typescriptKernel,
): Promise<QuorumRow[]> {
  const four = await withQuorum(4, sizes, kernel, async (quorum, town) => [
    ...(await latencies(quorum, town, { sizes, kernel, bar: 400 })),
    {
      name: 'signed payments final on all of 4 stewards',
      value: await paymentsPerSecond(quorum, town, sizes),
      unit: '/s' as const,
      bar: 500,
    },
    {
      name: 'memory of an engine process after that, the largest of 4',
      value: Math.max(...quorum.stewards.map(engineMegabytes)),
      unit: 'MB' as const,
    },
  ])
  const seven = await withQuorum(7, sizes, kernel, (quorum, town) =>
    latencies(quorum, town, { sizes, kernel, bar: 800 }),
  )
  return [...four, ...seven]
}

interface Latency {
  readonly sizes: QuorumBenchSizes
  readonly kernel: MatchKernel
  readonly bar: number
}

async function latencies(quorum: LocalQuorum, town: BenchTown, of: Latency): Promise<QuorumRow[]> {
  const { members, settlements } = of.sizes
  const settling = await settlementMs(quorum, town, of.kernel, settlements)
  const lone = await loneMs(quorum, town, settlements)
  const settled = `settlement of ${members} members final on all of ${quorum.stewards.length} stewards`
  return [
    { name: `${settled}, p50`, value: at(settling, 0.5), unit: 'ms' },
    { name: `${settled}, p95`, value: at(settling, 0.95), unit: 'ms', bar: of.bar },
    {
      name: `one payment final on all of ${quorum.stewards.length} stewards, p95`,
      value: at(lone, 0.95),
      unit: 'ms',
    },
  ]
}

async function withQuorum<T>(
  count: number,
  { members }: QuorumBenchSizes,
  kernel: MatchKernel,
  work: (quorum: LocalQuorum, town: BenchTown) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tri-quorum-'))
  for (let number = 1; number <= count; number++) mkdirSync(join(folder, `steward-${number}`))
  const town = benchTown(members)
  try {
    await using quorum = await localQuorum({
      count,
      folder,
      openReplica: (_, at) => openReplica(join(at, 'book.sqlite'), { kernel }),
      chainId: 'tri-bench',
      time: epochMs(Date.now()),
    })
    await finalOnAll(quorum, town.founding())
    return await work(quorum, town)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Hands an operation to the first steward and waits until every one has it. @returns ms */
async function finalOnAll(quorum: LocalQuorum, operation: SignedOperation): Promise<number> {
  const from = performance.now()
  await taken(quorum, operation)
  await settledOnAll(quorum, operation)
  return performance.now() - from
}

async function taken(quorum: LocalQuorum, operation: SignedOperation): Promise<void> {
  const { ok } = await quorum.steward(1).ordering.submit(operation)
  must(ok, 'the operation is taken')
}

async function settledOnAll({ stewards }: LocalQuorum, { bytes }: SignedOperation): Promise<void> {
  const digest = hex(sha256(bytes))
  const standings = await Promise.all(
    stewards.map(({ ordering }) => ordering.settled(digest, AbortSignal.timeout(PATIENCE_MS))),
  )
  must(
    standings.every(({ is }) => is === 'final'),
    'the operation is final everywhere',
    { standings },
  )
}

async function settlementMs(
  quorum: LocalQuorum,
  town: BenchTown,
  kernel: MatchKernel,
  count: number,
): Promise<number[]> {
  const waits: number[] = []
  for (let n = 0; n < count; n++) {
    await finalOnAll(quorum, town.statements(n))
    const settlement = town.settlement(n, quorum.steward(1).replica.store, kernel)
    waits.push(await finalOnAll(quorum, settlement))
  }
  return waits
}

async function loneMs(quorum: LocalQuorum, town: BenchTown, count: number): Promise<number[]> {
  const waits: number[] = []
  for (let i = 0; i < count; i++) waits.push(await finalOnAll(quorum, town.payment(i)))
  return waits
}

async function paymentsPerSecond(
  quorum: LocalQuorum,
  town: BenchTown,
  { members, payments }: QuorumBenchSizes,
): Promise<number> {
  const signed = Array.from({ length: payments }, (_, i) => town.payment(i % members))
  const from = performance.now()
  const underWay = new Set<Promise<void>>()
  for (const payment of signed) {
    const one: Promise<void> = finalOnAll(quorum, payment).then(() => void underWay.delete(one))
    underWay.add(one)
    if (underWay.size >= AT_ONCE) await Promise.race(underWay)
  }
  await Promise.all(underWay)
  return payments / ((performance.now() - from) / 1000)
}

/** Resident memory of a steward's engine process. */
function engineMegabytes({ ordering }: LocalSteward): number {
  const { state } = ordering.process
  must(state.is === 'running', 'the engine runs')
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${state.pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1000
}

/** The value below which this share of all lies. */
function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

if (import.meta.main)
  console.log(JSON.stringify(await cometbftBench(process.argv.includes('--tiny') ? TINY : FULL), null, 2))
