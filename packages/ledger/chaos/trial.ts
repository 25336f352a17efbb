import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import type { Town, TownPlan } from './town.ts'
import { buildTown } from './town.ts'

/** What a trial counted, and what of it may not be. */
export interface TrialReport {
  readonly name: string
  readonly seconds: number
  readonly counts: Readonly<Record<string, number>>
  readonly broken: readonly string[]
  /** What came too late, or kept the trial from its end: told, and the trial is played once more. */
  readonly late: readonly string[]
}

/** Counts of a trial, filled while it runs. */
export type Counts = Record<string, number>

/** One thing that is done to a town, and what must hold meanwhile. */
export interface Trial {
  readonly name: string
  readonly plan: TownPlan
  readonly play: (town: Town, counts: Counts) => Promise<void>
}

/** Builds the town of a trial, plays it, levels the boxes and audits all that they wrote down. */
export async function playTrial({ name, plan, play }: Trial): Promise<TrialReport> {
  const began = performance.now()
  const counts: Counts = {}
  const broken: string[] = []
  const late: string[] = []
  try {
    await using town = await buildTown(plan)
    await play(town, counts)
    await town.level()
    const found = town.audit()
    Object.assign(counts, {
      acknowledged: town.payments.acknowledged.length,
      heights: found.heights,
      blocksCompared: found.lines,
      evidence: found.evidence,
    })
    broken.push(...found.broken)
    late.push(...town.late)
  } catch (error) {
    late.push(
      `the trial broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  }
  return { name, seconds: (performance.now() - began) / 1000, counts, broken, late }
}

/** Plays something while the members pay each other; gives when both have ended. */
export async function underLoad(town: Town, play: () => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const paying = town.payments.keepPaying(stopping.signal)
  try {
    await play()
  } finally {
    stopping.abort()
    await paying
  }
}

const GOES_ON_MS = 60_000

/** Waits until the town makes payments final again: a fault in a town that stands still proves nothing. */
export async function goesOn(town: Town, payments = 5): Promise<void> {
  const enough = town.payments.acknowledged.length + payments
  const until = performance.now() + GOES_ON_MS
  while (town.payments.acknowledged.length < enough) {
    if (performance.now() > until) throw new Error(`nothing became final for ${GOES_ON_MS / 1000} s`)
    await pause(10)
  }
}

/** One of several, by chance. */
export function anyOf<T>(all: readonly T[]): T {
  const chosen = all[randomInt(all.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}

/** The value below which this share of all values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
