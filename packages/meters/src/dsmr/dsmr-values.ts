import type { EpochMs } from '@tri/units'

import type { MeterValue } from '../frame.ts'
import type { DataSet } from '../iec62056/data-set.ts'
import { measurementOf, type Measurement } from '../iec62056/measurement.ts'
import { addressed, groupsText, singleValue, type Address } from '../iec62056/data-set-values.ts'
import { stampMoment } from './stamp.ts'

/** Groups of the hourly value of DSMR 2.2 and 3.0: time, status, minutes, count, code, unit, value. */
const HOURLY_GROUPS = 7
const HOURLY_UNIT_AT = 5
const HOURLY_CODE = /:24\.3\.\d$/

const STAMP = /^\d{12}[SW]$/

/**
 * What the objects of a telegram say, in the order sent.
 *
 * One group is one value; a time and a value are one value with its time. Of an object with more groups (a log of
 * failures, the peaks of past months) the first value is the whole of it as a text, so that nothing is lost, and each
 * number with a unit follows, with the time that stands before it.
 */
export function dsmrValues(objects: readonly DataSet[], winterHours: number): MeterValue[] {
  const values: MeterValue[] = []
  for (const { address, groups } of objects) {
    const [first = '', second] = groups
    if (second === undefined) values.push(singleValue(address, first))
    else values.push(...several(addressed(address), groups, winterHours))
  }
  return values
}

function several(address: Address, groups: readonly string[], winterHours: number): MeterValue[] {
  const [first = '', second = ''] = groups
  const hourly = hourlyValue(address, groups)
  if (hourly !== undefined) return [{ ...address, ...hourly }]
  const whole = { ...address, value: groupsText(groups) }
  const entries = entriesOf(address, groups, winterHours)
  if (groups.length !== 2 || entries.length !== 1 || measurementOf(second) === undefined)
    return [whole, ...entries]
  // A stamp that is no date stands before the value of a sub-meter that was never heard: its zero is no reading.
  return STAMP.test(first) && entries[0]?.measuredAt === undefined ? [whole] : entries
}

function entriesOf(address: Address, groups: readonly string[], winterHours: number): MeterValue[] {
  const entries: MeterValue[] = []
  let measuredAt: EpochMs | undefined
  for (const [at, group] of groups.entries()) {
    const found = measurementOf(group)
    const isEntry = found !== undefined && (found.unit !== undefined || (at === 1 && groups.length === 2))
    if (isEntry) entries.push({ ...address, ...found, ...(measuredAt === undefined ? {} : { measuredAt }) })
    else measuredAt = stampMoment(group, winterHours) ?? measuredAt
  }
  return entries
}

function hourlyValue(address: Address, groups: readonly string[]): Measurement | undefined {
  if (!('obis' in address) || groups.length !== HOURLY_GROUPS || !HOURLY_CODE.test(address.obis))
    return undefined
  return measurementOf(`${groups[HOURLY_GROUPS - 1] ?? ''}*${groups[HOURLY_UNIT_AT] ?? ''}`)
}
