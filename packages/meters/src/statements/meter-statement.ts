import { canonicalBytes, fromOwnBytes, slot, wattHour, type Slot, type WattHour } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

const STATEMENT_VERSION = 1
const ID_DIGITS = 32

/** A meter's import and export of one slot, as the household states it. Version 1 is the first; a later one corrects it. */
export interface MeterStatement {
  readonly meter: string
  readonly slot: Slot
  readonly version: number
  readonly importWh: WattHour
  readonly exportWh: WattHour
  /** 1 measured, 2 substituted, 3 estimated. A gap is no statement: silence is not zero. */
  readonly quality: 1 | 2 | 3
}

/** Consecutive slots of one meter, in the shape that the operation `energy.statements` takes. */
export interface StatementColumns {
  readonly meter: string
  readonly firstSlot: number
  /** Int32, little-endian, 4 bytes a slot, Wh. */
  readonly importWh: Uint8Array
  readonly exportWh: Uint8Array
  /** A code a slot. */
  readonly quality: Uint8Array
}

const quality = z.union([z.literal(1), z.literal(2), z.literal(3)])
const statementShape = z.strictObject({
  v: z.literal(STATEMENT_VERSION),
  meter: z.string(),
  slot: z.int(),
  version: z.int().min(1),
  importWh: z.int().min(0),
  exportWh: z.int().min(0),
  quality,
})

/** The bytes of a statement: the same statement has the same bytes on every machine, and only then. */
export function statementBytes(statement: MeterStatement): Uint8Array {
  const { meter, slot: of, version, importWh, exportWh, quality: code } = statement
  return canonicalBytes({ v: STATEMENT_VERSION, meter, slot: of, version, importWh, exportWh, quality: code })
}

/**
 * The statement of bytes that we wrote ourselves.
 *
 * @throws Fault `bytes-not-canonical` when they are damaged
 */
export function statementFrom(bytes: Uint8Array): MeterStatement {
  const { v: _, ...read } = statementShape.parse(fromOwnBytes(bytes))
  return {
    ...read,
    slot: slot(read.slot),
    importWh: wattHour(read.importWh),
    exportWh: wattHour(read.exportWh),
  }
}

/** The id of the operation that carries a statement: made of its bytes, so that it is applied once however often it is sent. */
export function statementId(statement: MeterStatement): string {
  return `statement-${hex(sha256(statementBytes(statement))).slice(0, ID_DIGITS)}`
}

/**
 * Statements as columns: those of one meter whose slots follow one another become one stretch. The order is kept.
 *
 * @param statements of one kind, first versions or corrections: an operation is one or the other
 */
export function statementColumns(statements: readonly MeterStatement[]): StatementColumns[] {
  const columns: StatementColumns[] = []
  for (let from = 0; from < statements.length;) {
    let until = from + 1
    while (until < statements.length && follows(statements[until - 1], statements[until])) until++
    columns.push(columnsOf(statements.slice(from, until)))
    from = until
  }
  return columns
}

function follows(last: MeterStatement | undefined, next: MeterStatement | undefined): boolean {
  return last !== undefined && next !== undefined && last.meter === next.meter && next.slot === last.slot + 1
}

function columnsOf(stretch: readonly MeterStatement[]): StatementColumns {
  const [first] = stretch
  const imports = new DataView(new ArrayBuffer(4 * stretch.length))
  const exports = new DataView(new ArrayBuffer(4 * stretch.length))
  for (const [i, { importWh, exportWh }] of stretch.entries()) {
    imports.setInt32(4 * i, importWh, true)
    exports.setInt32(4 * i, exportWh, true)
  }
  return {
    meter: first?.meter ?? '',
    firstSlot: first?.slot ?? 0,
    importWh: new Uint8Array(imports.buffer),
    exportWh: new Uint8Array(exports.buffer),
    quality: Uint8Array.from(stretch, ({ quality: code }) => code),
  }
}
