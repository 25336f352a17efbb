import {
  RULES,
  settle,
  type Completeness,
  type MatchKernel,
  type RuleName,
  type Settlement,
  type SubstitutionRule,
} from '@tri/exchange'
import { accept, must, refuse, slot, type Outcome } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import { readCommunityFile } from '../community-file/read-community-file.ts'
import { loadKernel } from '../kernel.ts'
import { slotText, type Problem } from '../problem.ts'
import type { ReadingOptions } from '../readings/reading-options.ts'
import { readReadings } from '../readings/read-readings.ts'
import { runThroughBook, type BookRun } from './book-run.ts'
import { throughGate } from './gate.ts'
import { folderProblem, writeRun, type OutFolder } from './out-folder.ts'
import { monthsOf, periodAsked } from './period.ts'
import { charterDocument, settlementInput } from './settlement-input.ts'

/** What `tri settle run` is asked for. */
export interface SettleRunOptions {
  /** Path of a `tri/community/1` file. */
  readonly community: string
  /** Paths of the readings: CSV or Parquet. */
  readonly readings: readonly string[]
  /** Local dates, or months, each taken whole; or instants with an offset. Left out: what the readings cover. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Another sharing rule than the charter's, to try it out. */
  readonly rule?: RuleName | undefined
  /** How gaps are filled. Left out, a period with gaps is refused. */
  readonly substitute?: SubstitutionRule | undefined
  /** Folder for the members' statements; it must not exist yet, or be empty. */
  readonly out?: string | undefined
  /** The answers to what the readings' files do not say themselves. */
  readonly reading?: Omit<ReadingOptions, 'from' | 'until' | 'onProgress'>
  /** Told the step, and how much of it is done, from 0 to 1. */
  readonly onProgress?: (step: SettleRunStep, done01: number) => void
}
export type SettleRunStep = 'read' | 'settle' | 'book' | 'write'

/** A settled batch run. */
export interface SettleRun {
  readonly document: CommunityDocument
  readonly rule: RuleName
  readonly settlement: Settlement
  readonly completeness: Completeness
  readonly book: BookRun
  /** What was accepted but should be known. */
  readonly notes: readonly Problem[]
}

/**
 * Settles files: reads the community and its readings, lets them through the gate, settles, and posts the result in a
 * book of its own, in memory, whose balances must sum to 0. Nothing is written unless `out` names a folder, and then
 * all of it or nothing.
 *
 * @param options the files, the period, the rule
 * @param ports   the folder's file system and the kernel, for tests; left out, the real ones
 * @returns       the run, or every problem that stopped it
 * @throws Fault  as `settle`
 */
export async function settleRun(
  options: SettleRunOptions,
  ports: { readonly kernel?: MatchKernel; readonly folder?: OutFolder } = {},
): Promise<Outcome<SettleRun, readonly Problem[]>> {
  const { onProgress = () => undefined } = options
  const taken = options.out === undefined ? undefined : await folderProblem(options.out)
  if (taken !== undefined) return refuse([taken])
  const document = await readCommunityFile(options.community)
  if (!document.ok) return document
  const period = periodAsked(options, document.value.timezone)
  if (!period.ok) return refuse([period.refusal])
  const readings = await readReadings(options.readings, document.value, {
    ...options.reading,
    ...period.value,
    onProgress: (done, total) => onProgress('read', total === 0 ? 1 : done / total),
  })
  if (!readings.ok) return readings
  const input = settlementInput(document.value, readings.value, options.rule)
  if (!input.ok) return input
  const cut = cutInterval(input.value.charter.rule, input.value)
  if (cut !== undefined) return refuse([cut])
  const gated = throughGate(input.value, options.substitute)
  if (!gated.ok) return gated
  const kernel = ports.kernel ?? (await loadKernel())
  onProgress('book', 0)
  const months = monthsOf(gated.value.input, document.value.timezone)
  const posted = { ...document.value, charter: charterDocument(document.value, options.rule) }
  const book = runThroughBook(posted, gated.value.input, months, kernel)
  if (!book.ok) return refuse([book.refusal])
  // One month is settled as a whole already; several come to one root only together.
  onProgress('settle', 0)
  const [first, ...others] = book.value.settlements
  const settlement = first === undefined || others.length > 0 ? settle(gated.value.input, kernel) : first
  checkBook(settlement, book.value)
  const run = {
    document: document.value,
    rule: input.value.charter.rule,
    settlement,
    completeness: gated.value.completeness,
    book: book.value,
    notes: readings.value.notes,
  }
  if (options.out === undefined) return accept(run)
  const files = { run, input: gated.value.input, months, kernel }
  const written = await writeRun(options.out, files, (done01) => onProgress('write', done01), ports.folder)
  return written.ok ? accept(run) : refuse([written.refusal])
}

/** Rules that settle hours need whole ones. */
function cutInterval(rule: RuleName, { firstSlot, slots }: SlotRange): Problem | undefined {
  const { intervalSlots } = RULES[rule]
  if (firstSlot % intervalSlots === 0 && slots % intervalSlots === 0) return undefined
  const details = { rule, from: slotText(firstSlot), until: slotText(slot(firstSlot + slots)) }
  return { code: 'period-not-whole-hours', details }
}

/** The book settles month by month from signed statements: it must come to what the settlement as a whole came to. */
function checkBook(settlement: Settlement, book: BookRun): void {
  for (const { member, creditMicroCredit } of settlement.members) {
    const held = book.balances.get(member)
    must(held === creditMicroCredit, 'the book holds what was settled', { member, held, creditMicroCredit })
  }
}
