import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'
import { decimalField, unsignedOf } from './data-field.ts'
import { idDigits } from './meter-address.ts'

/** Bytes of the fixed data structure: number, access count, status, media and units, two counters. */
export const FIXED_BYTES = 16

const COUNTERS_AT = 8
const COUNTER_BYTES = 4
const IS_BINARY = 0x01
const IS_STORED = 0x02
const SAME_BUT_HISTORIC = 0x3e

/** Units that follow one another in steps of ten: first code, how many, quantity, unit, exponent of the first. */
const ROWS: readonly (readonly [number, number, string, string, number])[] = [
  [0x02, 9, 'energy', 'Wh', 0],
  [0x0b, 9, 'energy', 'J', 3],
  [0x14, 9, 'power', 'W', 0],
  [0x1d, 9, 'power', 'J/h', 3],
  [0x26, 9, 'volume', 'm³', -6],
  [0x2f, 9, 'volume-flow', 'm³/h', -6],
  [0x38, 1, 'temperature', '°C', -3],
]

interface FixedUnit {
  readonly quantity: string
  readonly unit?: string
  readonly exponent: number
}

/** The fixed data structure, read. */
export interface FixedTelegram {
  readonly id: string
  readonly values: readonly MeterValue[]
}

/**
 * Reads the fixed data structure of older meters (CI 0x73 and 0x77): two counters.
 *
 * @returns `length-invalid` or `counter-unreadable` when the telegram is not of this form, and none of it is used
 * @see     EN 1434-3, fixed data structure; its table of units
 */
export function fixedTelegram(
  bytes: Uint8Array,
  isHighFirst: boolean,
): FixedTelegram | 'length-invalid' | 'counter-unreadable' {
  if (bytes.length !== FIXED_BYTES) return 'length-invalid'
  const ordered = (from: number, to: number): Uint8Array => {
    const part = bytes.slice(from, to)
    return isHighFirst ? part.toReversed() : part
  }
  const status = bytes[5] ?? 0
  const codes = [(bytes[6] ?? 0) & 0x3f, (bytes[7] ?? 0) & 0x3f]
  const values: MeterValue[] = []
  for (const [index, own] of codes.entries()) {
    const from = COUNTERS_AT + index * COUNTER_BYTES
    const field = ordered(from, from + COUNTER_BYTES)
    const isHistoric = own === SAME_BUT_HISTORIC
    const unit = unitOf(isHistoric ? (codes[0] ?? 0) : own)
    const read =
      (status & IS_BINARY) === 0 ? decimalField(field) : { is: 'number' as const, digits: unsignedOf(field) }
    if (read.is !== 'number') return 'counter-unreadable'
    const name = [unit.quantity, ...(isHistoric || (status & IS_STORED) !== 0 ? ['storage-1'] : [])].join('.')
    const value = scaled(read.digits, unit.exponent)
    values.push(unit.unit === undefined ? { name, value } : { name, value, unit: unit.unit })
  }
  return { id: idDigits(ordered(0, 4)), values }
}

function unitOf(code: number): FixedUnit {
  for (const [first, count, quantity, unit, exponent] of ROWS)
    if (code >= first && code < first + count) return { quantity, unit, exponent: exponent + code - first }
  return { quantity: code === 0x39 ? 'heat-cost-allocation' : 'count', exponent: 0 }
}
