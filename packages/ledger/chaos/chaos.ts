import { clockTrial } from './clock-trial.ts'
import { fullDiskTrial } from './disk-trial.ts'
import { thiefTrial } from './thief-trial.ts'
import { playTrial, type Trial, type TrialReport } from './trial.ts'
import {
  killTrial,
  lonePowerCutTrial,
  loneTrial,
  partitionTrial,
  powerCutTrial,
  solePowerCutTrial,
} from './trials.ts'

/** How often each thing is done. */
export interface ChaosCounts {
  readonly kills: number
  readonly powerCuts: number
  readonly lone: number
}

/** What the promises are about. */
export const FULL: ChaosCounts = { kills: 100, powerCuts: 10, lone: 1000 }
/** What fits into five minutes: all the kills, fewer of the rest. */
export const QUICK: ChaosCounts = { kills: 100, powerCuts: 4, lone: 60 }

/** What came of all trials. */
export interface ChaosReport {
  readonly trials: readonly TrialReport[]
  readonly seconds: number
  /** Promises that did not hold, those of a trial that was late twice among them. */
  readonly broken: number
}

/**
 * Everything that is done to the stewards, one town after the other.
 *
 * @param skewed the engine with a clock that can be moved; without it no clock goes wrong
 */
export function chaosTrials({ kills, powerCuts, lone }: ChaosCounts, skewed?: string): readonly Trial[] {
  return [
    killTrial(kills),
    solePowerCutTrial(powerCuts),
    powerCutTrial(powerCuts),
    lonePowerCutTrial(Math.ceil(powerCuts / 2)),
    partitionTrial(4, [
      { groups: [[0, 1, 2], [3]], seconds: 4 },
      {
        groups: [
          [0, 1],
          [2, 3],
        ],
        seconds: 6,
      },
      { groups: [[0, 1, 3], [2]], seconds: 15 },
      {
        groups: [
          [0, 3],
          [1, 2],
        ],
        seconds: 15,
      },
    ]),
    partitionTrial(7, [
      {
        groups: [
          [0, 1, 2, 3],
          [4, 5, 6],
        ],
        seconds: 6,
      },
    ]),
    thiefTrial(),
    fullDiskTrial(),
    ...(skewed === undefined ? [] : [clockTrial(skewed)]),
    loneTrial(lone),
  ]
}

/**
 * Plays the trials one after the other and tells each as it ends. A trial that was only late is played once more, and the
 * second time counts: a busy machine can miss a time, and never makes two blocks of one height.
 */
export async function chaos(
  trials: readonly Trial[],
  told: (report: TrialReport) => void,
): Promise<ChaosReport> {
  const reports: TrialReport[] = []
  for (const trial of trials) {
    const first = await playTrial(trial)
    told(first)
    const isOnlyLate = first.broken.length === 0 && first.late.length > 0
    const report = isOnlyLate ? await playTrial(trial) : first
    if (isOnlyLate) told(report)
    reports.push(report)
  }
  return {
    trials: reports,
    seconds: reports.reduce((sum, { seconds }) => sum + seconds, 0),
    broken: reports.reduce((sum, { broken, late }) => sum + broken.length + late.length, 0),
  }
}

/** A report as lines for people. */
export function reportLines({ name, seconds, counts, broken, late }: TrialReport): string[] {
  const told = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  return [
    `${verdictOf(broken, late)}  ${name} (${seconds.toFixed(0)} s)`,
    `        ${told.join(', ')}`,
    ...broken.map((one) => `        broken: ${one}`),
    ...late.map((one) => `        late: ${one}`),
  ]
}

function verdictOf(broken: readonly string[], late: readonly string[]): string {
  if (broken.length > 0) return 'BROKEN'
  return late.length > 0 ? 'LATE' : 'held'
}

/** A report as a table of the page. */
export function reportTable({ trials }: ChaosReport): string {
  const rows = trials.map(({ name, seconds, counts, broken, late }) => {
    const told = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
    return `| ${name} | ${broken.length + late.length === 0 ? 'yes' : 'NO'} | ${seconds.toFixed(0)} | ${told.join(', ')} |`
  })
  return ['| trial | held | seconds | counts |', '| --- | --- | ---: | --- |', ...rows].join('\n')
}
