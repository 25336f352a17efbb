import { parentPort, workerData } from 'node:worker_threads'

import { simulateReadings } from './readings-simulation.ts'
import type { ReadingPlant } from './reading-plants.ts'

// Plays every `step`-th seed of a range and tells of each as it ends.

/** What a thread is to play. */
export interface ReadingRange {
  readonly from: number
  readonly until: number
  readonly step: number
  readonly plant?: ReadingPlant
}

const { from, until, step, plant } = workerData as ReadingRange
for (let seed = from; seed < until; seed += step)
  parentPort?.postMessage(simulateReadings({ seed, ...(plant === undefined ? {} : { plant }) }), [])
