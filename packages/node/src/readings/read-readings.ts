import path from 'node:path'

import { Fault, accept, refuse, type Outcome, type Slot } from '@tri/units'

import type { CommunityDocument } from '../community-file/document-shape.ts'
import { slotText, type Problem } from '../problem.ts'
import { fileKindOf, textChunks } from './byte-source.ts'
import { readCsv } from './csv-reader.ts'
import { Intake } from './intake.ts'
import { meterColumns } from './meter-columns.ts'
import { readParquet } from './parquet-reader.ts'
import { FILES_MAX, METER_SLOTS_MAX, type ReadingOptions } from './reading-options.ts'
import { LocalClock } from './local-clock.ts'
import { roundToWholeWh } from './whole-watt-hours.ts'

/** The readings of a community over a range of slots: typed arrays, meter-major, `column * slots + slot - firstSlot`. */
export interface ReadingColumns {
  /** Every meter of the document, sorted by UTF-16 code units: column c is `meters[c]`. */
  readonly meters: readonly string[]
  readonly firstSlot: Slot
  readonly slots: number
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  /** 0 missing, 1 measured, 2 substituted, 3 estimated. */
  readonly quality: Uint8Array
  /** What was accepted but should be known: repeated rows, columns passed over, registers that fell. */
  readonly notes: readonly Problem[]
}

/**
 * Reads files of readings, CSV (long or wide, also gzip) or Parquet, into columns. Rows may come in any order and files
 * may overlap where they agree. Memory holds the columns, never a file.
 *
 * @param files    paths, at most FILES_MAX
 * @param document the community whose meters they are
 * @param options  the answers to what a file does not say itself
 * @returns        the columns from the first to the last slot read (or of `from`, `until`); a meter-slot without a
 *                 reading has quality 0. Or every problem found, with file, line, meter and slot: then nothing is kept
 * @see            docs/formats.md
 */
export async function readReadings(
  files: readonly string[],
  document: Pick<CommunityDocument, 'meters' | 'members' | 'timezone'>,
  options: ReadingOptions = {},
): Promise<Outcome<ReadingColumns, readonly Problem[]>> {
  const early = unusable(files, options)
  if (early !== undefined) return refuse([early])
  const intake = new Intake(meterColumns(document), options)
  await readFiles(files, intake, document.timezone, options)
  intake.closeRegisters()
  if (intake.hasContradictions) {
    intake.startLookingForPlaces()
    await readFiles(files, intake, document.timezone, { ...options, onProgress: () => undefined })
    for (const problem of intake.contradictions()) intake.problems.add(problem)
  }
  const period = periodOf(intake, options)
  // Where every row has its problem, that there is no reading is no news.
  if (!period.ok && (intake.problems.isEmpty || period.refusal.code !== 'readings-none'))
    intake.problems.add(period.refusal)
  if (!period.ok || !intake.problems.isEmpty) return refuse(intake.problems.list())
  const { firstSlot, slots } = period.value
  const columns = intake.store.columns(firstSlot, slots)
  roundToWholeWh(columns, firstSlot, slots, document.timezone)
  const { importWh, exportWh, quality } = columns
  return accept({
    meters: intake.meters.meters,
    firstSlot,
    slots,
    importWh,
    exportWh,
    quality,
    notes: intake.notes.list(),
  })
}

function unusable(files: readonly string[], options: ReadingOptions): Problem | undefined {
  if (files.length === 0 || files.length > FILES_MAX)
    return { code: 'files-number', details: { files: files.length, filesMax: FILES_MAX } }
  if (options.timeZone === undefined || options.timeZone === 'local') return undefined
  try {
    new LocalClock(options.timeZone).slotsOf(0, 0)
    return undefined
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    return { code: 'time-zone-unknown', details: { zone: options.timeZone } }
  }
}

async function readFiles(
  files: readonly string[],
  intake: Intake,
  zone: string,
  options: ReadingOptions,
): Promise<void> {
  const kinds = await Promise.all(files.map(async (file) => kindOrProblem(file, intake)))
  const bytesTotal = kinds.reduce((sum, of) => sum + (of?.bytes ?? 0), 0)
  let bytesBefore = 0
  for (const [i, file] of files.entries()) {
    const of = kinds[i]
    if (of === undefined || intake.isFull) continue
    intake.startFile(path.basename(file))
    const onBytes = (bytes: number): void => options.onProgress?.(bytesBefore + bytes, bytesTotal)
    try {
      if (of.kind === 'parquet') await readParquet(file, intake, zone, options, onBytes)
      else if (of.kind === 'zip') intake.problem('file-zipped', undefined, {})
      else await readCsv(textChunks(file, of.kind, onBytes), intake, zone, options)
    } catch (cause) {
      fileProblem(cause, intake)
    }
    bytesBefore += of.bytes
  }
}

async function kindOrProblem(
  file: string,
  intake: Intake,
): Promise<Awaited<ReturnType<typeof fileKindOf>> | undefined> {
  try {
    return await fileKindOf(file)
  } catch (cause) {
    intake.startFile(path.basename(file))
    fileProblem(cause, intake)
    return undefined
  }
}

/** A file that cannot be opened or unpacked is somebody's problem; anything else is ours and goes on. */
function fileProblem(cause: unknown, intake: Intake): void {
  if (cause instanceof Fault) {
    if (cause.code !== 'file-not-text') throw cause
    intake.problem('file-not-text', undefined, {})
    return
  }
  if (!(cause instanceof Error)) throw cause
  const code = 'code' in cause ? String(cause.code) : undefined
  if (code?.startsWith('Z_') === true) intake.problem('file-broken', undefined, { reason: code })
  else if (code !== undefined) intake.problem('file-unreadable', undefined, { reason: code })
  else if (/parquet|thrift|snappy/i.test(cause.message))
    intake.problem('file-broken', undefined, { reason: cause.message })
  else throw cause
}

function periodOf(
  intake: Intake,
  options: ReadingOptions,
): Outcome<{ firstSlot: Slot; slots: number }, Problem> {
  const first = options.from ?? intake.slotMin
  const until = options.until ?? intake.slotMax + 1
  if (!(until > first && Number.isFinite(first) && Number.isFinite(until)))
    return refuse({ code: 'readings-none', details: {} })
  const slots = until - first
  if (slots * intake.meters.meters.length <= METER_SLOTS_MAX)
    return accept({ firstSlot: first as Slot, slots })
  const { earliest, latest } = intake
  const details = {
    from: slotText(first as Slot),
    fromFile: earliest.file,
    fromLine: earliest.line,
    until: slotText(until as Slot),
    untilFile: latest.file,
    untilLine: latest.line,
  }
  return refuse({ code: 'period-too-long', details })
}
