import { parentPort, workerData } from 'node:worker_threads'

import { simulate } from './simulation.ts'
import type { Plant } from './trouble.ts'

// Plays every `step`-th seed of a range and tells of each as it ends.

/** What a thread is to play. */
export interface SeedRange {
  readonly from: number
  readonly until: number
  readonly step: number
  readonly plant?: Plant
}

const { from, until, step, plant } = workerData as SeedRange
for (let seed = from; seed < until; seed += step)
  parentPort?.postMessage(simulate({ seed, ...(plant === undefined ? {} : { plant }) }), [])
