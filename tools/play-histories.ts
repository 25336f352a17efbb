import { Worker } from 'node:worker_threads'

import { simulateReadings, type HistoryReport } from '../packages/meters/simulate/readings-simulation.ts'
import { READING_PLANTS, type ReadingPlant } from '../packages/meters/simulate/reading-plants.ts'
import type { ReadingRange } from '../packages/meters/simulate/reading-worker.ts'

const PROGRAM = new URL('../packages/meters/simulate/reading-worker.ts', import.meta.url)
/** Slots that are shown of a broken history. */
const TRACE_LINES_SHOWN = 60

/** What the command was asked for. */
export interface HistoriesAsked {
  readonly seed?: number
  readonly from: number
  readonly seeds: number
  readonly workers: number
  readonly plant?: string
}

/** Plays one history or many, says what happened, and tells whether every rule held. */
export async function playHistories(asked: HistoriesAsked): Promise<boolean> {
  const plant = READING_PLANTS.find((name) => name === asked.plant)
  if (asked.plant !== undefined && plant === undefined)
    throw new Error(`there is no ${asked.plant}; there are ${READING_PLANTS.join(', ')}`)
  if (asked.seed !== undefined) return playOne(asked.seed, plant)
  const began = performance.now()
  const totals = { histories: 0, readings: 0, slots: 0, counts: new Map<string, number>() }
  const broken = await playMany(asked, plant, ({ readings, slots, counts }) => {
    totals.histories++
    totals.readings += readings
    totals.slots += slots
    for (const [what, count] of Object.entries(counts))
      totals.counts.set(what, (totals.counts.get(what) ?? 0) + count)
  })
  for (const [what, count] of [...totals.counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${what} ${count}`)
  if (broken !== undefined) {
    playOne(broken.seed, plant)
    return false
  }
  const seconds = Math.round((performance.now() - began) / 1000)
  const { histories, readings, slots } = totals
  console.log(`${histories} histories in ${seconds} s: ${readings} readings, ${slots} slots, every rule held`)
  return true
}

function playOne(seed: number, plant: ReadingPlant | undefined): boolean {
  const lines: string[] = []
  const planted = plant === undefined ? {} : { plant }
  const { broken, readings, slots } = simulateReadings({
    seed,
    ...planted,
    trace: (line) => void lines.push(line),
  })
  console.log(lines.toSorted().slice(-TRACE_LINES_SHOWN).join('\n'))
  if (broken === undefined) {
    console.log(`\nseed ${seed}: ${readings} readings, ${slots} slots, every rule held`)
    return true
  }
  console.error(`\nseed ${seed} broke a rule: ${broken.invariant}: ${broken.message}`)
  const suffix = plant === undefined ? '' : ` --plant ${plant}`
  console.error(`replay: npm run simulate -- --what readings --seed ${seed}${suffix}`)
  return false
}

async function playMany(
  { from, seeds, workers }: HistoriesAsked,
  plant: ReadingPlant | undefined,
  hear: (report: HistoryReport) => void,
): Promise<HistoryReport | undefined> {
  const threads = Array.from({ length: workers }, (_, i) => {
    const planted = plant === undefined ? {} : { plant }
    const workerData: ReadingRange = { from: from + i, until: from + seeds, step: workers, ...planted }
    return new Worker(PROGRAM, { workerData })
  })
  try {
    return await new Promise((resolve, reject) => {
      let running = threads.length
      for (const thread of threads) {
        thread.on('message', (report: HistoryReport) => {
          hear(report)
          if (report.broken !== undefined) resolve(report)
        })
        thread.once('error', reject)
        thread.once('exit', () => --running === 0 && resolve(undefined))
      }
    })
  } finally {
    await Promise.all(threads.map(async (thread) => thread.terminate()))
  }
}
