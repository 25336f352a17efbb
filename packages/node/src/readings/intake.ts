import { ProblemList, slotText, type Problem } from '../problem.ts'
import type { Slot } from '@tri/units'

import type { MeterColumns } from './meter-columns.ts'
import { MICRO_WH_PER_WH, type ReadingOptions } from './reading-options.ts'
import { ReadingStore } from './reading-store.ts'
import { RegisterStore, type RegisterStep } from './register-store.ts'

interface Place {
  readonly file: string
  readonly line: number
}

/** What the values of one file look like: a unit that was mistaken shows in them. */
export interface FileValues {
  rows: number
  /** Rows with a fraction of the declared unit. */
  fractions: number
  largestWh: number
}

const MICRO_PER_MILLI = 1000
const MILLI_PER_WH = 1000

/** Where all rows of all files arrive: what can be kept is kept, what cannot is named. */
export class Intake {
  readonly problems = new ProblemList()
  readonly notes = new ProblemList()
  readonly store: ReadingStore
  readonly registers: RegisterStore
  readonly meters: MeterColumns
  readonly #from: number
  readonly #until: number
  readonly #wrapsAtMilli: number | undefined
  readonly #contradictions = new Map<string, Problem>()
  #places: Map<string, Place> | undefined
  file = ''
  values: FileValues = { rows: 0, fractions: 0, largestWh: 0 }
  isFull = false
  /** The period the rows cover, readings or not. */
  slotMin = Number.POSITIVE_INFINITY
  slotMax = Number.NEGATIVE_INFINITY
  earliest: Place = { file: '', line: 0 }
  latest: Place = { file: '', line: 0 }

  constructor(meters: MeterColumns, options: ReadingOptions) {
    this.meters = meters
    this.store = new ReadingStore(meters.meters.length)
    this.registers = new RegisterStore(meters.meters.length)
    this.#from = options.from ?? 0
    this.#until = options.until ?? Number.POSITIVE_INFINITY
    this.#wrapsAtMilli =
      options.registerWrapsAtWh === undefined ? undefined : options.registerWrapsAtWh * MILLI_PER_WH
  }

  startFile(file: string): void {
    this.file = file
    this.values = { rows: 0, fractions: 0, largestWh: 0 }
  }

  problem(
    code: string,
    line: number | undefined,
    details: Problem['details'],
    about: { readonly meter?: string; readonly slot?: number } = {},
  ): void {
    // The second reading looks for places only: what is wrong was said in the first.
    if (this.#places !== undefined) return
    this.problems.add({
      code,
      file: this.file,
      ...(line === undefined || line === 0 ? {} : { line }),
      ...about,
      details,
    })
  }

  note(
    code: string,
    line: number | undefined,
    details: Problem['details'],
    about: { readonly meter?: string; readonly slot?: number } = {},
  ): void {
    this.notes.add({
      code,
      file: this.file,
      ...(line === undefined || line === 0 ? {} : { line }),
      ...about,
      details,
    })
  }

  /** One reading: whole Wh and the µWh left over, never negative. Quality 0 says that the row has no reading. */
  reading(
    column: number,
    slot: number,
    importWh: number,
    importMicro: number,
    exportWh: number,
    exportMicro: number,
    quality: number,
    line: number,
  ): void {
    if (slot < this.#from || slot >= this.#until) return
    if (this.#places !== undefined) return this.#noticePlace(column, slot, line)
    if (slot < this.slotMin || slot > this.slotMax) this.#cover(slot, line)
    if (quality === 0) return
    const largest = importWh > exportWh ? importWh : exportWh
    const values = this.values
    values.rows++
    if (largest > values.largestWh) values.largestWh = largest
    if (largest > (this.meters.slotWhMax[column] as number))
      return this.#tooLarge(column, slot, largest, line)
    const put = this.store.put(column, slot, importWh, importMicro, exportWh, exportMicro, quality)
    if (put !== 'kept')
      this.#notKept(
        put,
        this.store,
        column,
        slot,
        {
          importWh: importWh + importMicro / MICRO_WH_PER_WH,
          exportWh: exportWh + exportMicro / MICRO_WH_PER_WH,
        },
        line,
      )
  }

  /** A cumulative register, read at the instant at which `slot` begins. */
  register(
    column: number,
    slot: number,
    importWh: number,
    importMicro: number,
    exportWh: number,
    exportMicro: number,
    quality: number,
    line: number,
  ): void {
    // The register at the end of the period belongs to its last quarter hour.
    if (quality === 0 || slot < this.#from || slot > this.#until) return
    if (this.#places !== undefined) return this.#noticePlace(column, slot, line)
    const importMilli = importWh * MILLI_PER_WH + Math.round(importMicro / MICRO_PER_MILLI)
    const exportMilli = exportWh * MILLI_PER_WH + Math.round(exportMicro / MICRO_PER_MILLI)
    if (!Number.isSafeInteger(importMilli) || !Number.isSafeInteger(exportMilli))
      return this.#tooLarge(column, slot, Math.max(importWh, exportWh), line)
    const put = this.registers.put(column, slot, importMilli, exportMilli, quality)
    if (put !== 'kept')
      this.#notKept(
        put,
        this.registers,
        column,
        slot,
        { importWh: importMilli / MILLI_PER_WH, exportWh: exportMilli / MILLI_PER_WH },
        line,
      )
  }

  /** Turns registers into readings. A register that fell, jumped or was not read leaves its slots missing, and says so. */
  closeRegisters(): void {
    for (const step of this.registers.steps()) {
      const imported = this.#risen(step.before.importMilli, step.after.importMilli)
      const exported = this.#risen(step.before.exportMilli, step.after.exportMilli)
      const about = { meter: this.meters.meters[step.column] ?? '', slot: step.slot }
      this.#cover(Math.max(step.slot, this.#from), 0)
      this.#cover(Math.min(step.slot + step.slots, this.#until) - 1, 0)
      if (imported === undefined || exported === undefined) {
        this.notes.add({ code: 'register-fell', ...about, details: stepDetails(step) })
      } else if (step.slots > 1) {
        this.notes.add({ code: 'register-gap', ...about, details: stepDetails(step) })
      } else if (Math.max(imported, exported) > (this.meters.slotWhMax[step.column] ?? 0) * MILLI_PER_WH) {
        this.notes.add({ code: 'register-jumped', ...about, details: stepDetails(step) })
      } else {
        const [importWh, importMicro] = wholeAndMicro(imported)
        const [exportWh, exportMicro] = wholeAndMicro(exported)
        this.reading(step.column, step.slot, importWh, importMicro, exportWh, exportMicro, step.quality, 0)
      }
    }
  }

  /** Whether a second pass could tell where the first of two contradicting readings stands. */
  get hasContradictions(): boolean {
    return this.#contradictions.size > 0
  }

  /** From here on rows are only looked at for where they stand. */
  startLookingForPlaces(): void {
    this.#places = new Map()
  }

  /** The contradictions, each with both places. */
  contradictions(): Problem[] {
    return [...this.#contradictions].map(([cell, problem]) => {
      const first = this.#places?.get(cell) ?? { file: '', line: 0 }
      const code = first.file === problem.file ? 'reading-contradicts' : 'files-disagree'
      return {
        ...problem,
        code,
        details: { ...problem.details, otherFile: first.file, otherLine: first.line },
      }
    })
  }

  /** A row belongs to the period even where its reading is missing. */
  #cover(slot: number, line: number): void {
    if (slot < this.slotMin) {
      this.slotMin = slot
      this.earliest = { file: this.file, line }
    }
    if (slot > this.slotMax) {
      this.slotMax = slot
      this.latest = { file: this.file, line }
    }
  }

  /** What a register rose, in mWh; undefined when it fell and nobody said where it begins again. */
  #risen(before: number, after: number): number | undefined {
    if (after >= before) return after - before
    if (this.#wrapsAtMilli === undefined || before >= this.#wrapsAtMilli) return undefined
    return after + this.#wrapsAtMilli - before
  }

  #notKept(
    put: 'repeated' | 'contradicted' | 'full',
    store: ReadingStore | RegisterStore,
    column: number,
    slot: number,
    got: { readonly importWh: number; readonly exportWh: number },
    line: number,
  ): void {
    const about = { meter: this.meters.meters[column] ?? '', slot }
    if (put === 'full') {
      if (!this.isFull) this.problem('readings-too-many', line, {}, about)
      this.isFull = true
    } else if (put === 'repeated') this.note('reading-repeated', line, {}, about)
    else {
      const cell = cellKey(column, slot)
      const had = store.at(column, slot)
      const details = { had: pairText(had), got: pairText(got) }
      if (!this.#contradictions.has(cell) && this.#contradictions.size < CONTRADICTIONS_MAX)
        this.#contradictions.set(cell, {
          code: 'reading-contradicts',
          file: this.file,
          line,
          ...about,
          details,
        })
    }
  }

  #tooLarge(column: number, slot: number, largestWh: number, line: number): void {
    const about = { meter: this.meters.meters[column] ?? '', slot }
    const mostWh = this.meters.slotWhMax[column] ?? 0
    this.problem(
      'reading-too-large',
      line,
      { energyWh: largestWh, powerKw: (largestWh * 4) / 1000, mostKw: (mostWh * 4) / 1000 },
      about,
    )
  }

  #noticePlace(column: number, slot: number, line: number): void {
    const cell = cellKey(column, slot)
    if (!this.#contradictions.has(cell) || this.#places?.has(cell)) return
    this.#places?.set(cell, { file: this.file, line })
  }
}

/** Contradictions that are looked up; whoever has more begins with these. */
const CONTRADICTIONS_MAX = 100

function cellKey(column: number, slot: number): string {
  return `${column}/${slot}`
}

function pairText({ importWh, exportWh }: { readonly importWh: number; readonly exportWh: number }): string {
  return `${importWh}/${exportWh}`
}

function wholeAndMicro(milli: number): readonly [number, number] {
  return [Math.floor(milli / MILLI_PER_WH), (milli % MILLI_PER_WH) * MICRO_PER_MILLI]
}

function stepDetails(step: RegisterStep): Problem['details'] {
  const until = slotText((step.slot + step.slots) as Slot)
  return { before: registerText(step.before), after: registerText(step.after), slots: step.slots, until }
}

function registerText(of: RegisterStep['before']): string {
  return pairText({ importWh: of.importMilli / MILLI_PER_WH, exportWh: of.exportMilli / MILLI_PER_WH })
}
