import { appendFileSync, mkdirSync } from 'node:fs'
import { readdir, rename, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'

import { flowsOf, type MatchKernel, type SettlementInput } from '@tri/exchange'
import { Fault, accept, refuse, slot, type Outcome } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { Problem } from '../problem.ts'
import { settleRunJson } from './report.ts'
import type { SettleRun } from './settle-run.ts'
import { ROWS_SLOTS_MAX, SlotRows, slotRowsHeader } from './slot-rows.ts'
import { statementCsv, statementJson } from './statement.ts'

/** Where the files of a run go: a port, because a full disk has to be tried too. */
export interface OutFolder {
  /** Creates or continues a file; folders on the way to it are made. */
  append(file: string, bytes: Uint8Array | string): void
  /** Makes the whole visible under its name, in one step. */
  publish(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

/** What is written of a run. */
export interface RunFiles {
  readonly run: SettleRun
  readonly input: SettlementInput
  readonly months: readonly SlotRange[]
  readonly kernel: MatchKernel
}

/** Why a folder cannot take a run: it exists and is not empty. Asked before hours of work, not after. */
export async function folderProblem(out: string): Promise<Problem | undefined> {
  try {
    const entries = await readdir(out)
    return entries.length === 0 ? undefined : { code: 'out-not-empty', details: { folder: out } }
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    return { code: 'out-unusable', details: { folder: out, reason: codeOf(cause) ?? String(cause) } }
  }
}

/**
 * Writes a run: `summary.json`, and per member `statements/<member>.json`, `.csv` and `slots/<member>.csv` with a row per
 * interval. It is all there under its name, or nothing is.
 *
 * @returns the refusal `out-unusable` when the disk is full or the folder may not be written
 */
export async function writeRun(
  out: string,
  files: RunFiles,
  onProgress: (done01: number) => void,
  folder: OutFolder = newFolder(out),
): Promise<Outcome<undefined, Problem>> {
  try {
    writeFiles(folder, files, onProgress)
    await folder.publish()
    return accept(undefined)
  } catch (cause) {
    await folder.discard()
    const code = codeOf(cause)
    if (cause instanceof Fault || code === undefined) throw cause
    if (code === 'ENOSPC') return refuse({ code: 'disk-full', details: { path: out } })
    return refuse({ code: 'out-unusable', details: { folder: out, reason: code } })
  }
}

/** A folder that is written beside its place under another name, and renamed when it is whole. */
export function newFolder(out: string): OutFolder {
  const place = path.resolve(out)
  const draft = `${place}.unfinished-${process.pid}`
  const made = new Set<string>()
  return {
    append(file, bytes) {
      const target = path.join(draft, file)
      const parent = path.dirname(target)
      if (!made.has(parent)) mkdirSync(parent, { recursive: true })
      made.add(parent)
      // At once rather than by promises: thousands of small files, and nobody else is served by a batch run.
      appendFileSync(target, bytes)
    },
    async publish() {
      // An empty folder may be there already; a folder with anything in it stops the renaming.
      await rmdir(place).catch((cause: unknown) => {
        if (codeOf(cause) !== 'ENOENT') throw cause
      })
      await rename(draft, place)
    },
    async discard() {
      await rm(draft, { recursive: true, force: true })
    },
  }
}

function writeFiles(folder: OutFolder, files: RunFiles, onProgress: (done01: number) => void): void {
  const { run, input, months, kernel } = files
  folder.append('summary.json', `${JSON.stringify(settleRunJson(run), null, 2)}\n`)
  for (const member of run.settlement.members) {
    folder.append(path.join('statements', `${member.member}.json`), statementJson(run, member))
    folder.append(path.join('statements', `${member.member}.csv`), statementCsv(member))
  }
  const pieces = months.flatMap((month) => piecesOf(month))
  const columnsOf = Map.groupBy(input.memberOf.keys(), (column) => input.memberOf[column] ?? '')
  for (const [i, piece] of pieces.entries()) {
    const flows = flowsOf(input, kernel, piece)
    const rows = new SlotRows(input, flows)
    const header = i === 0 ? `${slotRowsHeader(input)}\n` : ''
    let done = 0
    for (const [member, columns] of columnsOf) {
      const file = path.join('slots', `${member}.csv`)
      folder.append(file, rows.of(columns, header))
      onProgress((i + ++done / columnsOf.size) / pieces.length)
    }
  }
}

/** Pieces small enough for their flows to be held; each begins on a whole hour where its month does. */
function piecesOf({ firstSlot, slots }: SlotRange): SlotRange[] {
  const count = Math.ceil(slots / ROWS_SLOTS_MAX)
  return Array.from({ length: count }, (_, i) => ({
    firstSlot: slot(firstSlot + i * ROWS_SLOTS_MAX),
    slots: Math.min(ROWS_SLOTS_MAX, slots - i * ROWS_SLOTS_MAX),
  }))
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
