import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { typescriptKernel, type MatchKernel } from '@tri/exchange'
import { Fault } from '@tri/units'

import { findEngine, openReplica } from '../src/index.ts'
import { FULL as QUORUM, TINY as TINY_QUORUM, cometbftBench } from './cometbft-bench.ts'
import { followerFigures } from './follower-bench.ts'
import { proofFigures } from './proof-bench.ts'
import { loneSteward, paymentsPerSecond, settlementMs, type LoneSteward } from './single-bench.ts'

/** What a benchmark of the ledger found. */
export interface LedgerRow {
  readonly name: string
  readonly value: number
  readonly unit: 's' | 'ms' | '/s' | 'B' | 'MB'
  /** The most it may be; of a rate, the least. */
  readonly bar?: number
}

/** Sizes of a run. */
export interface LedgerBenchSizes {
  readonly members: number
  readonly settlements: number
  readonly payments: number
  /** Operations of the long book. */
  readonly long: number
  /** Operations after which a steward's memory is read. */
  readonly remembered: number
  readonly proofs: number
}

export const FULL: LedgerBenchSizes = {
  members: 1101,
  settlements: 100,
  payments: 20_000,
  long: 1_000_000,
  remembered: 100_000,
  proofs: 200,
}
export const TINY: LedgerBenchSizes = {
  members: 60,
  settlements: 3,
  payments: 200,
  long: 400,
  remembered: 1000,
  proofs: 3,
}

/** Quarter hours settled before the first that counts: a steward's process has settled for days. */
const SETTLED_BEFORE = 10
/** Payments signed and handed in at once while a long book is filled. */
const BATCH = 4000

/** Everything the ledger promises a figure for. Rows of several stewards are left out where there is no CometBFT. */
export async function ledgerBench(
  sizes: LedgerBenchSizes = FULL,
  kernel: MatchKernel = typescriptKernel,
): Promise<LedgerRow[]> {
  const hasEngine = await isEngineHere()
  return [
    ...(await aloneRows(sizes, kernel)),
    ...(hasEngine ? await cometbftBench(sizes === TINY ? TINY_QUORUM : QUORUM, kernel) : []),
    ...(await proofRows(sizes)),
    ...(await longBookRows(sizes, kernel)),
    ...(hasEngine ? [memoryRow(sizes)] : []),
  ]
}

async function isEngineHere(): Promise<boolean> {
  try {
    await findEngine()
    return true
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'engine-absent') return false
    throw fault
  }
}

async function aloneRows(sizes: LedgerBenchSizes, kernel: MatchKernel): Promise<LedgerRow[]> {
  await using steward = await loneSteward(sizes.members, kernel)
  const waits = await settlementMs(steward, kernel, SETTLED_BEFORE + sizes.settlements)
  const settling = waits.slice(SETTLED_BEFORE).toSorted((a, b) => a - b)
  const at = (share: number) => settling[Math.floor(settling.length * share)] ?? Number.NaN
  const rate = await paymentsPerSecond(steward, sizes.members, sizes.payments)
  const settled = `settlement of ${sizes.members} members final, one steward`
  return [
    { name: `${settled}, p50`, value: at(0.5), unit: 'ms', bar: 15 },
    { name: `${settled}, p95`, value: at(0.95), unit: 'ms', bar: 30 },
    { name: 'signed payments final, one steward', value: rate, unit: '/s', bar: 5000 },
  ]
}

async function proofRows({ members, proofs }: LedgerBenchSizes): Promise<LedgerRow[]> {
  const { balance, throughThree } = await proofFigures(members - 1, proofs)
  return [
    { name: 'proof of my balance, 7 stewards', value: balance.bytes, unit: 'B', bar: 4096 },
    { name: 'proof of my balance, 7 stewards, verified', value: balance.verifyMs, unit: 'ms', bar: 5 },
    { name: 'the same through 3 changes of the stewards', value: throughThree.bytes, unit: 'B' },
    {
      name: 'the same through 3 changes of the stewards, verified',
      value: throughThree.verifyMs,
      unit: 'ms',
      bar: 20,
    },
  ]
}

async function longBookRows({ members, long }: LedgerBenchSizes, kernel: MatchKernel): Promise<LedgerRow[]> {
  await using steward = await loneSteward(members, kernel)
  for (let done = 0; done < long; done += BATCH)
    await paymentsPerSecond(steward, members, Math.min(BATCH, long - done))
  const { newFollowerMs } = await followerFigures(steward)
  const { bytes, reopenMs } = await reopened(steward, kernel)
  const of = `${long.toLocaleString('en').replaceAll(',', ' ')} operations`
  return [
    { name: `a book of ${of}, for each`, value: bytes / long, unit: 'B', bar: 250 },
    { name: `a book of ${of}, reopened`, value: reopenMs / 1000, unit: 's', bar: 2 },
    {
      name: `a book of ${of}, a new follower to her verified balance`,
      value: newFollowerMs / 1000,
      unit: 's',
      bar: 10,
    },
  ]
}

/** Closes a steward's book and opens it again. */
async function reopened({ ordering, replica, path }: LoneSteward, kernel: MatchKernel) {
  await ordering[Symbol.asyncDispose]()
  replica[Symbol.dispose]()
  const from = performance.now()
  using again = openReplica(path, { kernel })
  const reopenMs = performance.now() - from
  return { bytes: statSync(path).size, reopenMs, height: again.height }
}

function memoryRow({ remembered }: LedgerBenchSizes): LedgerRow {
  const script = fileURLToPath(new URL('steward-memory.ts', import.meta.url))
  const printed = execFileSync(process.execPath, [script, String(remembered)], { encoding: 'utf8' })
  return {
    name: `memory of a steward and its engine after ${remembered} operations`,
    value: Number(printed),
    unit: 'MB',
    bar: 400,
  }
}
