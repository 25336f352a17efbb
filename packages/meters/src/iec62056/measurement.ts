import { scaled } from '../decimal.ts'
import { unitScale } from './unit-scale.ts'

/** A number of a bracket group, scaled to the unit it is given in. */
export interface Measurement {
  readonly value: number
  readonly unit?: string
}

/** Digits that are sure to fit a number exactly; more are read as text. */
const EXACT_DIGITS_MAX = 15
const ZERO = 0x30
const NINE = 0x39
const POINT = 0x2e
const MINUS = 0x2d
const PLUS = 0x2b
const SPACE = 0x20
const STAR = 0x2a

/**
 * Reads a bracket group that is a decimal, with or without a unit: `000123.456*kWh` is 123456 Wh.
 *
 * @returns nothing when the group is anything else: a text, a time, several numbers
 */
export function measurementOf(group: string): Measurement | undefined {
  const end = group.length
  let at = 0
  while (at < end && group.charCodeAt(at) === SPACE) at++
  const first = group.charCodeAt(at)
  const isNegative = first === MINUS
  const from = isNegative || first === PLUS ? at + 1 : at
  let digits = 0
  let count = 0
  let significant = 0
  let fraction = -1
  for (at = from; at < end; at++) {
    const letter = group.charCodeAt(at)
    if (letter >= ZERO && letter <= NINE) {
      digits = digits * 10 + (letter - ZERO)
      count++
      if (digits > 0) significant++
      if (fraction >= 0) fraction++
    } else if (letter === POINT && fraction < 0) fraction = 0
    else break
  }
  if (count === 0) return undefined
  if (at < end && group.charCodeAt(at) !== STAR) return undefined
  const scale = at < end ? unitScale(group.slice(at + 1)) : undefined
  if (at < end && scale === undefined) return undefined
  const exponent = (scale?.exponent ?? 0) - Math.max(fraction, 0)
  const size =
    significant <= EXACT_DIGITS_MAX
      ? scaled(digits, exponent)
      : Number(`${group.slice(from, at).replace('.', '')}e${exponent}`)
  const value = isNegative && size !== 0 ? -size : size
  return scale === undefined || scale.unit === '' ? { value } : { value, unit: scale.unit }
}
