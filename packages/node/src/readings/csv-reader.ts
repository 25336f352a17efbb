import { isAscii, isUtf8 } from 'node:buffer'

import { csvFields, decimalSign } from './csv-fields.ts'
import { delimiterOf, tableLayout, type TableLayout } from './csv-layout.ts'
import { CsvPlainRows } from './csv-plain-rows.ts'
import { EnergyText } from './decimal-text.ts'
import type { Intake } from './intake.ts'
import { LINE_BYTES_MAX, MICRO_WH_PER, type ReadingOptions } from './reading-options.ts'
import { TableRows } from './table-rows.ts'

/** What is looked at before the first row is read: enough to see how numbers are written. */
const SAMPLE_BYTES = 64 * 1024
const SAMPLE_LINES = 500
const NEWLINE = 10
const RETURN = 13
const EMPTY = new Uint8Array(0)

/**
 * Reads one CSV file, long or wide, a chunk at a time.
 *
 * @param chunks of the text in UTF-8
 * @param intake takes the readings, the problems and the notes
 * @param zone   the community's
 */
export async function readCsv(
  chunks: AsyncIterable<Uint8Array>,
  intake: Intake,
  zone: string,
  options: ReadingOptions,
): Promise<void> {
  const table = new CsvTable(intake, zone, options)
  let rest: Uint8Array = EMPTY
  for await (const chunk of chunks) {
    const last = chunk.lastIndexOf(NEWLINE)
    if (last < 0 && rest.length + chunk.length > LINE_BYTES_MAX) {
      intake.problem('line-too-long', table.line, { bytesMax: LINE_BYTES_MAX })
      return
    }
    if (last < 0 || !table.isReady) {
      // The header waits for a sample of rows.
      rest = Buffer.concat([rest, chunk])
      if (rest.length >= SAMPLE_BYTES && rest.includes(NEWLINE)) rest = table.readWholeLines(rest)
    } else {
      const first = rest.length === 0 ? -1 : chunk.indexOf(NEWLINE)
      if (first >= 0) table.readLines(Buffer.concat([rest, chunk.subarray(0, first + 1)]))
      table.readLines(chunk.subarray(first + 1, last + 1))
      rest = chunk.slice(last + 1)
    }
    if (table.isStopped || intake.isFull) return
  }
  table.readLines(Buffer.concat([rest, Uint8Array.of(NEWLINE)]))
  table.close()
}

/** One table while its lines arrive. */
class CsvTable {
  readonly #intake: Intake
  readonly #zone: string
  readonly #options: ReadingOptions
  #rows: TableRows | undefined
  #plain: CsvPlainRows | undefined
  #delimiter = ','
  #fields = 0
  line = 1
  isReady = false
  isStopped = false

  constructor(intake: Intake, zone: string, options: ReadingOptions) {
    this.#intake = intake
    this.#zone = zone
    this.#options = options
  }

  /** Reads all whole lines of `bytes`; gives back what is left. */
  readWholeLines(bytes: Uint8Array): Uint8Array {
    const last = bytes.lastIndexOf(NEWLINE)
    this.readLines(bytes.subarray(0, last + 1))
    return bytes.slice(last + 1)
  }

  /** @param bytes whole lines, the last one with its line break too */
  readLines(bytes: Uint8Array): void {
    let at = this.isReady ? 0 : this.#start(bytes)
    while (at < bytes.length && !this.isStopped && !this.#intake.isFull) {
      if (this.#plain !== undefined) {
        this.#plain.line = this.line
        at = this.#plain.read(bytes, at)
        this.line = this.#plain.line
        if (at >= bytes.length) return
      }
      const end = bytes.indexOf(NEWLINE, at)
      this.#readRow(this.#text(bytes, at, end))
      this.line++
      at = end + 1
    }
  }

  /** The end of the file: one that never had a header is empty. */
  close(): void {
    if (!this.isReady && !this.isStopped) this.#intake.problem('file-empty', undefined, {})
    this.#rows?.close()
  }

  #readRow(text: string): void {
    if (text.trim() === '') return
    const fields = csvFields(text, this.#delimiter)
    if (fields === undefined) return this.#intake.problem('quote-open', this.line, {})
    if (fields.length === this.#fields + 1 && fields.at(-1) === '') fields.pop()
    if (fields.length !== this.#fields) {
      const details = {
        fields: fields.length,
        expected: this.#fields,
        delimiter: shownDelimiter(this.#delimiter),
      }
      return this.#intake.problem('row-fields', this.line, details)
    }
    this.#rows?.read(fields, this.line)
    if (this.#rows?.isStopped === true) this.isStopped = true
  }

  /** Reads the header, after empty lines if there are any. @returns where the first row begins */
  #start(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; this.line++) {
      const end = bytes.indexOf(NEWLINE, at)
      const header = this.#text(bytes, at, end)
      at = end + 1
      if (header.trim() === '') continue
      this.#open(header, this.#sample(bytes, at))
      this.isReady = true
      this.line++
      return at
    }
    return bytes.length
  }

  #open(header: string, sample: readonly string[]): void {
    const delimiter = delimiterOf(header, this.#options)
    const titles = delimiter === undefined ? undefined : csvFields(header, delimiter)
    if (delimiter === undefined || titles === undefined)
      return this.#refuse('header-unreadable', { header: header.slice(0, 120) })
    const layout = tableLayout(titles, this.#options)
    if (!layout.ok) return this.#refuse(layout.refusal.code, layout.refusal.details)
    const decimal = this.#decimalOf(layout.value, sample, delimiter)
    if (decimal === undefined) return
    this.#delimiter = delimiter
    this.#fields = titles.length
    if (layout.value.ignored.length > 0)
      this.#intake.note('columns-ignored', this.line, { columns: layout.value.ignored })
    this.#rows = new TableRows(layout.value, this.#intake, new EnergyText(decimal), this.#zone, this.#options)
    if (isPlain(layout.value, titles.length))
      this.#plain = new CsvPlainRows(this.#intake, delimiter, layout.value.qualityAt >= 0)
  }

  #decimalOf(
    layout: TableLayout,
    sample: readonly string[],
    delimiter: string,
  ): 'point' | 'comma' | undefined {
    if (this.#options.decimal !== undefined) return this.#options.decimal
    const places = layout.energy.flatMap(({ importAt, exportAt }) => [importAt, exportAt])
    const numbers = sample.flatMap((line) => {
      const fields = csvFields(line, delimiter) ?? []
      return places.map((at) => fields[at] ?? '')
    })
    const sign = decimalSign(numbers)
    if (sign === 'comma' || sign === 'point') return sign
    // With no decimals in the sample the file has the mark of its delimiter: a comma that parts columns is no decimal.
    if (sign === 'none') return 'point'
    const example = numbers.find((number) => number.includes(',')) ?? ''
    this.#refuse('decimal-unstated', { example })
    return undefined
  }

  #refuse(code: string, details: Readonly<Record<string, unknown>>): void {
    this.#intake.problem(code, this.line, details)
    this.isStopped = true
  }

  #sample(bytes: Uint8Array, from: number): string[] {
    const until = Math.min(bytes.lastIndexOf(NEWLINE) + 1, from + SAMPLE_BYTES)
    return textOf(bytes, from, until).split(/\r?\n/, SAMPLE_LINES)
  }

  #text(bytes: Uint8Array, from: number, end: number): string {
    return textOf(bytes, from, bytes[end - 1] === RETURN ? end - 1 : end)
  }
}

/** Plain letters whatever the encoding; others as UTF-8 where they are, otherwise as Latin-1, only to be shown. */
function textOf(bytes: Uint8Array, from: number, end: number): string {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from)
  return isAscii(line) || !isUtf8(line) ? line.toString('latin1') : line.toString('utf8')
}

/** Whether rows can be in the writing that `CsvPlainRows` reads. */
function isPlain(layout: TableLayout, titles: number): boolean {
  const [energy] = layout.energy
  if (layout.form !== 'long' || energy === undefined || energy.isRegister || layout.untilAt >= 0) return false
  const inOrder =
    layout.meterAt === 0 && layout.timeAt === 1 && energy.importAt === 2 && energy.exportAt === 3
  const isWh = energy.importMicroWh === MICRO_WH_PER.wh && energy.exportMicroWh === MICRO_WH_PER.wh
  return inOrder && isWh && (titles === 4 || (titles === 5 && layout.qualityAt === 4))
}

function shownDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : delimiter
}
