import { must, type Slot } from '@tri/units'

import type { StatementColumns } from './operation.ts'
import { columnBytes, dayPieces } from './statement-chunk.ts'

/** Readings as imports deliver them: meter-major columns, `[column * slots + t]`; quality 0 where there is none. */
export interface ReadingColumns {
  readonly meters: readonly string[]
  readonly firstSlot: Slot
  readonly slots: number
  readonly importWh: Int32Array
  readonly exportWh: Int32Array
  readonly quality: Uint8Array
}

/** One meter's consecutive slots as an operation carries them. The columns are copied. */
export function statementOf(
  meter: string,
  firstSlot: number,
  columns: Pick<ReadingColumns, 'importWh' | 'exportWh' | 'quality'>,
): StatementColumns {
  const { importWh, exportWh, quality } = columns
  must(
    importWh.length === quality.length && exportWh.length === quality.length,
    'a statement’s columns have one length',
    { meter },
  )
  return {
    meter,
    firstSlot,
    importWh: new Uint8Array(columnBytes(importWh)),
    exportWh: new Uint8Array(columnBytes(exportWh)),
    quality: new Uint8Array(quality),
  }
}

/**
 * Cuts columns of readings into lists for `energy.statements`, a UTC day each; a meter without any reading that day is left
 * out, and so is a day without any.
 */
export function* statementBatches(columns: ReadingColumns): Iterable<StatementColumns[]> {
  for (const piece of dayPieces(columns.firstSlot, columns.slots)) {
    const batch: StatementColumns[] = []
    for (const [column, meter] of columns.meters.entries()) {
      const from = column * columns.slots + piece.at
      const quality = columns.quality.subarray(from, from + piece.slots)
      if (quality.every((code) => code === 0)) continue
      const importWh = columns.importWh.subarray(from, from + piece.slots)
      const exportWh = columns.exportWh.subarray(from, from + piece.slots)
      batch.push(statementOf(meter, columns.firstSlot + piece.at, { importWh, exportWh, quality }))
    }
    if (batch.length > 0) yield batch
  }
}
