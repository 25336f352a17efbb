import type { MeterValue } from '../frame.ts'
import type { DataSet } from './data-set.ts'
import { measurementOf } from './measurement.ts'
import { isTextCode, reducedObis } from './obis-code.ts'

/** How a value is called: by its reduced OBIS code, or as the device did. */
export type Address = { readonly obis: string } | { readonly name: string }

export function addressed(address: string): Address {
  const obis = reducedObis(address)
  return obis === undefined ? { name: address } : { obis }
}

/** The value of a data set with one group: a number with its unit, a number, or the text as it was sent. */
export function singleValue(address: string, group: string): MeterValue {
  const found = measurementOf(group)
  const obis = reducedObis(address)
  if (obis === undefined)
    return found?.unit === undefined ? { name: address, value: group } : { name: address, ...found }
  if (found === undefined) return { obis, value: group }
  if (found.unit !== undefined) return { obis, value: found.value, unit: found.unit }
  return { obis, value: isTextCode(obis) ? group : found.value }
}

/**
 * What the data sets of a readout say, in the order sent. A data set of one group is one value. One of several groups
 * gives the number it begins with, then the whole as a text: the time of a peak stands there, in a zone that the meter
 * does not tell.
 */
export function dataSetValues(sets: readonly DataSet[]): MeterValue[] {
  return sets.flatMap(({ address, groups }) => {
    const [first = '', second] = groups
    if (second === undefined) return [singleValue(address, first)]
    const whole = { ...addressed(address), value: groupsText(groups) }
    return measurementOf(first)?.unit === undefined ? [whole] : [singleValue(address, first), whole]
  })
}

/** Groups as they were sent, with their brackets. */
export function groupsText(groups: readonly string[]): string {
  return groups.map((group) => `(${group})`).join('')
}
