import { communityRefusals } from '@tri/community'
import { exchangeFaults } from '@tri/exchange'
import { ledgerFaults } from '@tri/ledger'
import {
  faultSentence,
  slotStart,
  type FaultDetails,
  type FaultText,
  type FaultTexts,
  type Slot,
} from '@tri/units'

import { nodeFaults } from './faults.ts'

/** The sentences of every package below, with this one's. */
const texts: FaultTexts = { ...communityRefusals, ...exchangeFaults, ...ledgerFaults, ...nodeFaults }

/** Something wrong in a file that somebody handed in: where it is, and the code of the sentence that says what to do. */
export interface Problem {
  /** A key of `nodeFaults`, or of the table of a package below. */
  readonly code: string
  readonly file?: string
  /** Counted from 1; a Parquet row counts as a line. */
  readonly line?: number
  readonly column?: number
  readonly meter?: string
  readonly slot?: number
  /** How many times it happened, when only the first is shown. */
  readonly count?: number
  readonly details: FaultDetails
}

/** Problems of one code that are listed one by one; the rest of that code is counted. */
export const PROBLEMS_SHOWN_MAX = 20

const words = {
  en: { line: 'line', column: 'column', meter: 'meter', more: (n: number) => `And ${n} more like this.` },
  it: {
    line: 'riga',
    column: 'colonna',
    meter: 'contatore',
    more: (n: number) => `E altri ${n} come questo.`,
  },
} as const

/**
 * A problem as people read it: file, line, meter and quarter hour, then what is wrong and what to do.
 *
 * @param problem  from `readCommunityFile`, `readReadings` or `settleRun`
 * @param language the reader's language
 */
export function problemSentence(problem: Problem, language: keyof FaultText = 'en'): string {
  const word = words[language]
  const place = [
    problem.file,
    problem.line === undefined ? undefined : `${word.line} ${problem.line}`,
    problem.column === undefined ? undefined : `${word.column} ${problem.column}`,
    problem.meter === undefined ? undefined : `${word.meter} ${problem.meter}`,
    problem.slot === undefined ? undefined : slotText(problem.slot as Slot),
  ].filter((part) => part !== undefined)
  const sentence = faultSentence(texts, problem.code, problem.details, language)
  const more = problem.count === undefined || problem.count <= 1 ? '' : ` ${word.more(problem.count - 1)}`
  return `${place.length === 0 ? '' : `${place.join(', ')}: `}${sentence}${more}`
}

/** The start of a quarter hour as it is written in every file: `2026-05-01T10:00Z`. */
export function slotText(slot: Slot): string {
  return new Date(slotStart(slot)).toISOString().replace(':00.000Z', 'Z')
}

/** Collects problems without growing with the file: the first of each code, and how many there were. */
export class ProblemList {
  readonly #shown: Problem[] = []
  readonly #counts = new Map<string, number>()

  add(problem: Problem): void {
    const count = (this.#counts.get(problem.code) ?? 0) + 1
    this.#counts.set(problem.code, count)
    if (count <= PROBLEMS_SHOWN_MAX) this.#shown.push(problem)
  }

  get isEmpty(): boolean {
    return this.#shown.length === 0
  }

  /** The problems in the order they were found; the last one shown of a code carries how many there were beyond it. */
  list(): Problem[] {
    const left = new Map<string, number>()
    return this.#shown.map((problem) => {
      const at = (left.get(problem.code) ?? 0) + 1
      left.set(problem.code, at)
      const hidden = (this.#counts.get(problem.code) ?? 0) - PROBLEMS_SHOWN_MAX
      return at === PROBLEMS_SHOWN_MAX && hidden > 0 ? { ...problem, count: hidden + 1 } : problem
    })
  }
}
