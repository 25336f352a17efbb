import { accept, refuse, type Outcome } from '@tri/units'

import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import { FIELD_BYTES, fixedField, textOf, unsignedOf, variableBytes, variableField } from './data-field.ts'
import type { DataField } from './data-field.ts'
import { timePoint } from './time-point.ts'
import { unknownCode, VALUE_CODES, type ValueCode } from './value-code.ts'
import { extendedCode, type ExtendedCode } from './value-extension.ts'

/** One record of a telegram: a value, and which of the device's values it is. */
export interface DataRecord {
  readonly function: 'instantaneous' | 'maximum' | 'minimum' | 'error'
  readonly storage: number
  readonly tariff: number
  /** Unit inside the device (EN 13757-3 calls it subunit). */
  readonly device: number
  readonly quantity: string
  readonly marks: readonly string[]
  readonly value: number | string | boolean
  readonly unit?: string
  /** DIF, DIFE, VIF and VIFE as sent, without the data: what a compact frame's format is made of. */
  readonly head: Uint8Array
}

/** Why the records of a telegram are not used: none of them, since where one ends the next begins. */
export type RecordsProblem =
  | 'record-truncated'
  | 'record-reserved'
  | 'record-extensions-too-many'
  | 'records-too-many'

/** How the records of a telegram come. */
export interface RecordsForm {
  /** Numbers have their most significant byte first: telegrams of mode 2 (CI 0x76). False unless told. */
  readonly isHighFirst?: boolean
  /** How many bytes behind the last whole record may be none: what a receiver left of its checks. 0 unless told. */
  readonly strayBytes?: number
}

/** Extensions of a DIF or VIF at most, by EN 13757-3. */
const EXTENSIONS_MAX = 10

/** Records of one telegram at most: the shortest has two bytes, and a telegram has some hundreds. */
export const RECORDS_MAX = 1024

const FUNCTIONS = ['instantaneous', 'maximum', 'minimum', 'error'] as const
const SPECIAL = 0x0f
const MANUFACTURER_DATA = 0x0f
const MORE_FOLLOWS = 0x1f
const IDLE = 0x2f
const PLAIN_TEXT = 0x7c
const FIRST_EXTENSION = 0xfb
const SECOND_EXTENSION = 0xfd
const VARIABLE = 0xd
const CONTINUES = 0x80

/**
 * Reads the records of a telegram.
 *
 * @param bytes from the first DIF on
 * @see         EN 13757-3, clause 6 (variable data structure)
 */
export function dataRecords(
  bytes: Uint8Array,
  { isHighFirst = false, strayBytes = 0 }: RecordsForm = {},
): Outcome<DataRecord[], RecordsProblem> {
  const reader = new RecordReader(bytes, isHighFirst)
  let left = bytes.length
  while (reader.problem === undefined && reader.left > 0) {
    left = reader.left
    reader.read()
  }
  return reader.problem === undefined || left <= strayBytes ? accept(reader.records) : refuse(reader.problem)
}

/** The name of a record: the quantity, what marks it, and where it is not the current value of the whole device. */
export function recordName(record: DataRecord): string {
  const parts = [record.quantity, ...record.marks]
  if (record.function !== 'instantaneous') parts.push(record.function)
  if (record.tariff !== 0) parts.push(`tariff-${record.tariff}`)
  if (record.device !== 0) parts.push(`device-${record.device}`)
  if (record.storage !== 0) parts.push(`storage-${record.storage}`)
  return parts.join('.')
}

/** A record as the value of a frame. */
export function recordValue(record: DataRecord): MeterValue {
  const { value, unit } = record
  const name = recordName(record)
  return unit === undefined ? { name, value } : { name, value, unit }
}

class RecordReader {
  readonly records: DataRecord[] = []
  problem: RecordsProblem | undefined
  readonly #bytes: Uint8Array
  readonly #isHighFirst: boolean
  #at = 0

  constructor(bytes: Uint8Array, isHighFirst: boolean) {
    this.#bytes = bytes
    this.#isHighFirst = isHighFirst
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  read(): void {
    const from = this.#at
    const dif = this.#next()
    if (dif === IDLE) return
    if ((dif & 0x0f) === SPECIAL) return this.#special(dif, from)
    const place = this.#place(dif)
    const code = this.#code()
    if (this.problem !== undefined) return
    const head = this.#bytes.slice(from, this.#at)
    const field = this.#field(dif & 0x0f, code)
    if (this.problem !== undefined) return
    const marked = field.is === 'unreadable' ? [...code.marks, 'unreadable'] : code.marks
    const { quantity } = code.code
    this.#add({ ...place, quantity, marks: marked, ...valueOf(field, code.code), head })
  }

  #add(record: DataRecord): void {
    if (this.records.length >= RECORDS_MAX) this.problem = 'records-too-many'
    else this.records.push(record)
  }

  #next(): number {
    if (this.#at >= this.#bytes.length) this.problem ??= 'record-truncated'
    return this.#bytes[this.#at++] ?? 0
  }

  #take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) this.problem ??= 'record-truncated'
    const bytes = this.#bytes.slice(this.#at, this.#at + count)
    this.#at += count
    return bytes
  }

  /** What is the maker's own reaches to the end; it may announce that another telegram follows. */
  #special(dif: number, from: number): void {
    if (dif !== MANUFACTURER_DATA && dif !== MORE_FOLLOWS) {
      this.problem = 'record-reserved'
      return
    }
    const rest = this.#take(this.#bytes.length - this.#at)
    this.#add({
      function: 'instantaneous',
      storage: 0,
      tariff: 0,
      device: 0,
      quantity: dif === MORE_FOLLOWS ? 'more-records-follow' : 'manufacturer-data',
      marks: [],
      value: rest.toHex(),
      head: this.#bytes.slice(from, from + 1),
    })
  }

  #place(dif: number): Pick<DataRecord, 'function' | 'storage' | 'tariff' | 'device'> {
    let storage = (dif >> 6) & 1
    let tariff = 0
    let device = 0
    let count = 0
    for (let last = dif; (last & CONTINUES) !== 0 && this.problem === undefined; count++) {
      if (count === EXTENSIONS_MAX) this.problem = 'record-extensions-too-many'
      last = this.#next()
      // No shift: ten extensions carry 41 bits of a storage number.
      storage += (last & 0x0f) * 2 ** (1 + 4 * count)
      tariff += ((last >> 4) & 3) * 4 ** count
      device += ((last >> 6) & 1) * 2 ** count
    }
    return { function: FUNCTIONS[(dif >> 4) & 3] ?? 'instantaneous', storage, tariff, device }
  }

  #code(): ExtendedCode {
    const vif = this.#next()
    if (vif === FIRST_EXTENSION || vif === SECOND_EXTENSION) {
      const code = this.#next()
      const table = vif === FIRST_EXTENSION ? VALUE_CODES.first : VALUE_CODES.second
      const known = table.get(code & 0x7f) ?? unknownCode(Uint8Array.of(vif, code & 0x7f).toHex())
      return extendedCode(known, this.#extensions(code))
    }
    const primary = vif & 0x7f
    // The text of a plain-text code comes before its extensions, its last letter first.
    if (primary === PLAIN_TEXT) {
      const quantity = textOf(this.#take(this.#next())) || 'text'
      return extendedCode({ quantity, exponent: 0, factor: 1, is: 'number' }, this.#extensions(vif))
    }
    const known = VALUE_CODES.primary.get(primary) ?? unknownCode(Uint8Array.of(primary).toHex())
    const extensions = this.#extensions(vif)
    if (known.is !== 'manufacturer') return extendedCode(known, extensions)
    // The extensions of a maker's own code are the maker's own as well.
    const marks = extensions.length === 0 ? [] : [extensions.toHex()]
    return { code: known, marks, isUnsigned: false, isWithoutValue: false }
  }

  #extensions(first: number): Uint8Array {
    const from = this.#at
    for (let last = first; (last & CONTINUES) !== 0 && this.problem === undefined; last = this.#next())
      if (this.#at - from >= EXTENSIONS_MAX) this.problem = 'record-extensions-too-many'
    return this.#bytes.slice(from, this.#at)
  }

  #field(coding: number, { code, isUnsigned, isWithoutValue }: ExtendedCode): DataField {
    if (coding === VARIABLE) {
      const length = this.#next()
      const count = variableBytes(length)
      if (count === undefined) this.problem ??= 'record-reserved'
      const bytes = this.#take(count ?? 0)
      // What is the maker's own, or a packed profile, is no text even where its length says so.
      return code.is === 'manufacturer' ? { is: 'bytes', bytes } : variableField(length, bytes)
    }
    const bytes = this.#take(FIELD_BYTES[coding] ?? 0)
    if (this.problem !== undefined) return { is: 'none' }
    if (this.#isHighFirst) bytes.reverse()
    if (isWithoutValue) return { is: 'unreadable', bytes }
    const isInteger = coding > 0 && coding < 8 && coding !== 5
    if (isInteger && (code.is === 'date' || code.is === 'time')) {
      const text = timePoint(bytes)
      return text === undefined ? { is: 'unreadable', bytes } : { is: 'text', text }
    }
    if (isInteger && isUnsigned) return { is: 'number', digits: unsignedOf(bytes) }
    return fixedField(coding, bytes)
  }
}

function valueOf(field: DataField, code: ValueCode): Pick<DataRecord, 'value' | 'unit'> {
  if (field.is === 'none') return { value: '' }
  if (field.is === 'text') return { value: field.text }
  const value =
    field.is === 'number'
      ? scaled(field.digits * code.factor, code.exponent)
      : // As a display would show it, the most significant digit first.
        field.bytes.toReversed().toHex().toUpperCase()
  return code.unit === undefined ? { value } : { value, unit: code.unit }
}
