import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'

import { epochMs, SLOT_MS } from '@tri/units'

import type { Core } from '../core.ts'
import { daysWithin, utcDays } from '../day-sums.ts'
import type { Grain, ViewRequest } from './policy.ts'
import { rowsOf, type RowsOf } from './rows.ts'

/** The forms in which readings leave as a file. */
export type ExportFormat = 'csv' | 'jsonl' | 'parquet'

/** A row as it stands in a file: the same fields in the same order for every row of a grain. */
type Fields = Readonly<Record<string, string | number | null>>

const STRINGS = new Set(['at', 'from', 'until', 'name', 'quality'])

const FIELDS: { readonly [G in Grain]: (row: RowsOf[G]) => Fields } = {
  second: ({ at, powerW, importRegisterWh, exportRegisterWh, quality }) => ({
    at: new Date(at).toISOString(),
    powerW,
    importRegisterWh,
    exportRegisterWh,
    quality,
  }),
  slot: ({ slot, importWh, exportWh, quality }) => ({
    from: new Date(slot * SLOT_MS).toISOString(),
    importWh,
    exportWh,
    quality,
  }),
  day: sumFields,
  month: sumFields,
}

function sumFields({ name, from, until, importWh, exportWh, byQuality, slots }: RowsOf['day']): Fields {
  const { measured, substituted, estimated } = byQuality
  return {
    name,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    importWh,
    exportWh,
    measuredImportWh: measured.importWh,
    measuredExportWh: measured.exportWh,
    substitutedImportWh: substituted.importWh,
    substitutedExportWh: substituted.exportWh,
    estimatedImportWh: estimated.importWh,
    estimatedExportWh: estimated.exportWh,
    slots,
  }
}

/** A file in pieces, one for each day of UTC that has rows: memory holds one of them at a time. */
export function* exportedBytes(
  core: Core,
  request: ViewRequest,
  format: ExportFormat,
): Generator<Uint8Array, void> {
  const parts = partsOf(core, request)
  if (format === 'parquet') yield* parquetParts(parts)
  else yield* textParts(parts, format)
}

function* partsOf(core: Core, request: ViewRequest): Generator<readonly Fields[]> {
  const { grain, meter } = request
  const isSum = grain === 'day' || grain === 'month'
  const channel = core.channels.find(meter, isSum ? 'slot' : grain)
  const extent = channel === undefined ? undefined : core.windows.extent(channel)
  if (extent === undefined) return
  // Whoever exports everything names a range without end: only what there is, is gone through.
  const from = epochMs(Math.max(request.from, extent.from))
  const until = epochMs(Math.min(request.until, extent.until))
  if (isSum) {
    if (from < until) yield rowsOf[grain](core, { meter, from, until }).map(sumFields)
    return
  }
  for (const day of daysWithin(utcDays, from, until)) {
    const asked = { meter, from: Math.max(from, day.from), until: Math.min(until, day.until) }
    const fields =
      grain === 'second'
        ? rowsOf.second(core, asked).map(FIELDS.second)
        : rowsOf.slot(core, asked).map(FIELDS.slot)
    if (fields.length > 0) yield fields
  }
}

/** CSV as in RFC 4180 with a line of names, or a JSON object a line. */
function* textParts(parts: Iterable<readonly Fields[]>, format: 'csv' | 'jsonl'): Generator<Uint8Array> {
  const encoder = new TextEncoder()
  let isFirst = true
  for (const rows of parts) {
    if (format === 'jsonl') {
      yield encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      continue
    }
    const lines = rows.map((row) => Object.values(row).join(','))
    if (isFirst) lines.unshift(Object.keys(rows[0] ?? {}).join(','))
    isFirst = false
    yield encoder.encode(`${lines.join('\r\n')}\r\n`)
  }
}

/** A row group for each part. Whole numbers travel as DOUBLE, which holds every safe integer and which every reader knows. */
function* parquetParts(parts: Iterable<readonly Fields[]>): Generator<Uint8Array> {
  const writer = new ByteWriter()
  let parquet: ParquetWriter | undefined
  for (const rows of parts) {
    const names = Object.keys(rows[0] ?? {})
    const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) }))
    parquet ??= new ParquetWriter({ writer, schema: schemaOf(names) })
    void parquet.write({ columnData, rowGroupSize: rows.length })
    yield taken(writer)
  }
  if (parquet === undefined) return
  void parquet.finish()
  yield taken(writer)
}

function schemaOf(names: readonly string[]): ReturnType<typeof schemaFromColumnData> {
  const columnData = names.map((name) => {
    const type: 'STRING' | 'DOUBLE' = STRINGS.has(name) ? 'STRING' : 'DOUBLE'
    return { name, type, data: [], nullable: true }
  })
  return schemaFromColumnData({ columnData })
}

/** What was written since the last time; the writer's count of all bytes goes on. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice()
  writer.index = 0
  return bytes
}
