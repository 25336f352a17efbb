import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import type { MatchRun, MatchTotals } from '@tri/exchange'
import { Fault, must, present, slot } from '@tri/units'

import type { WorkerAnswer } from './match-worker.ts'

/** More threads than this wait for memory, not for processors. */
export const MATCH_WORKERS_MAX = 64

/** Threads that match ranges of slots side by side. */
export interface MatchWorkers extends AsyncDisposable {
  /**
   * Adds the matched energy of `run` to `totals`: the same bytes as one kernel, whatever the number of threads.
   *
   * @param run its columns are read where they are when they lie in a SharedArrayBuffer, and copied into one otherwise
   * @throws Fault `slot-too-large` as the kernel does; `totals` are then unchanged
   */
  match(run: MatchRun, totals: MatchTotals): Promise<void>
}

/**
 * Starts threads with a WebAssembly kernel each.
 *
 * @param wasm  the kernel's bytes
 * @param count of threads, 1 to MATCH_WORKERS_MAX
 * @returns     to be disposed of, which ends the threads
 */
export function openMatchWorkers(wasm: Uint8Array, count: number): MatchWorkers {
  must(count >= 1 && count <= MATCH_WORKERS_MAX, 'a match has between one thread and the most', { count })
  const program = new URL('./match-worker.ts', import.meta.url)
  const workers = Array.from({ length: count }, () => new Worker(program, { workerData: wasm }))
  return {
    match: async (run, totals) => {
      const shared = { ...run, netWh: sharedColumns(run.netWh) }
      const ranges = slotRanges(run.slots, count)
      const answers = await Promise.all(
        ranges.map(async ({ from, until }, i) =>
          answerOf(present(workers[i], 'every range has a thread'), {
            ...shared,
            firstSlot: slot(run.firstSlot + from),
            at: run.at + from,
            slots: until - from,
          }),
        ),
      )
      const parts = answers.map((answer) => {
        if ('fault' in answer) throw new Fault(answer.fault.code, answer.fault.details)
        return answer.totals
      })
      for (const part of parts) addTotals(totals, part)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(async (worker) => worker.terminate()))
    },
  }
}

async function answerOf(worker: Worker, run: MatchRun): Promise<WorkerAnswer> {
  const answer = once(worker, 'message')
  worker.postMessage(run, [])
  const [totals] = await answer
  return totals as WorkerAnswer
}

/** Equal ranges, as many as threads; some are empty when there are fewer slots. */
function slotRanges(slots: number, count: number): { readonly from: number; readonly until: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    from: Math.floor((slots * i) / count),
    until: Math.floor((slots * (i + 1)) / count),
  }))
}

function sharedColumns(netWh: Int32Array): Int32Array {
  if (netWh.buffer instanceof SharedArrayBuffer) return netWh
  const shared = new Int32Array(new SharedArrayBuffer(netWh.byteLength))
  shared.set(netWh)
  return shared
}

function addTotals(totals: MatchTotals, part: MatchTotals): void {
  addEach(totals.givenWh, part.givenWh)
  addEach(totals.receivedWh, part.receivedWh)
  addEach(totals.groupWh, part.groupWh)
}

// Sums of whole numbers below 2^53 do not depend on their order.
function addEach(sums: Float64Array, parts: Float64Array): void {
  for (const [i, part] of parts.entries()) sums[i] = (sums[i] ?? 0) + part
}
