import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { SignedOperation } from '@tri/community'
import type { MatchKernel } from '@tri/exchange'
import { epochMs, must } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { openReplica, openSingle, type Ordering, type Replica } from '../src/index.ts'
import { benchTown, type BenchTown } from './bench-town.ts'

/** One steward on a file in a folder of its own. */
export interface LoneSteward extends AsyncDisposable {
  readonly town: BenchTown
  readonly ordering: Ordering
  readonly replica: Replica
  readonly path: string
}

/** Founds a town on a steward's file. */
export async function loneSteward(size: number, kernel: MatchKernel): Promise<LoneSteward> {
  const folder = mkdtempSync(join(tmpdir(), 'tri-bench-'))
  const path = join(folder, 'book.sqlite')
  const town = benchTown(size)
  const replica = openReplica(path, { kernel })
  const ordering = openSingle({ replica, key: town.key, now: () => epochMs(Date.now()) })
  await final(ordering, town.founding())
  return {
    town,
    ordering,
    replica,
    path,
    async [Symbol.asyncDispose]() {
      await ordering[Symbol.asyncDispose]()
      replica[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Hands an operation in and waits until it is final. @returns ms */
export async function final(ordering: Ordering, operation: SignedOperation): Promise<number> {
  const from = performance.now()
  const taken = await ordering.submit(operation)
  must(taken.ok, 'the operation is taken')
  const standing = await ordering.settled(hex(sha256(operation.bytes)), AbortSignal.timeout(60_000))
  must(standing.is === 'final', 'the operation is final', { ...standing })
  return performance.now() - from
}

/** Milliseconds from handing a settlement in until it is final, one for each quarter hour. */
export async function settlementMs(
  steward: LoneSteward,
  kernel: MatchKernel,
  slots: number,
): Promise<number[]> {
  const { town, ordering, replica } = steward
  const waits: number[] = []
  for (let n = 0; n < slots; n++) {
    await final(ordering, town.statements(n))
    waits.push(await final(ordering, town.settlement(n, replica.store, kernel)))
  }
  return waits
}

/** Payments final a second, of as many members as the town has; signed before the clock starts. */
export async function paymentsPerSecond({ town, ordering }: LoneSteward, size: number, count: number) {
  const payments = Array.from({ length: count }, (_, i) => town.payment(i % size))
  const from = performance.now()
  const last: Promise<unknown>[] = []
  for (const payment of payments) {
    const taken = ordering.submit(payment)
    last.push(taken)
  }
  await Promise.all(last)
  for (const payment of payments.slice(-size))
    await ordering.settled(hex(sha256(payment.bytes)), AbortSignal.timeout(60_000))
  return count / ((performance.now() - from) / 1000)
}
