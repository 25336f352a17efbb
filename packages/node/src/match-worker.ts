import { parentPort, workerData } from 'node:worker_threads'

import { matchTotals, webAssemblyKernel, type MatchRun, type MatchTotals } from '@tri/exchange'
import { Fault, present, type FaultDetails } from '@tri/units'

/** What a worker answers to a range of slots. */
export type WorkerAnswer =
  | { readonly totals: MatchTotals }
  | { readonly fault: { readonly code: string; readonly details: FaultDetails } }

// One thread of match-workers.ts: it has a kernel of its own and answers one run after the other.
const port = present(parentPort, 'a match worker has a parent')
const kernel = webAssemblyKernel(workerData as Uint8Array)

function answered(run: MatchRun): WorkerAnswer {
  const totals = matchTotals(run.tree)
  try {
    kernel.match(run, totals)
    return { totals }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    return { fault: { code: fault.code, details: fault.details } }
  }
}

port.on('message', (run: MatchRun) => {
  port.postMessage(answered(run))
})
