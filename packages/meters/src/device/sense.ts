import type { EpochMs } from '@tri/units'

import type { Frame, MeterValue } from '../frame.ts'
import type { Observation } from './observation.ts'

/** A field of an observation that is one number, or one phase of three. */
export type Quantity =
  | 'importWh'
  | 'exportWh'
  | 'powerW'
  | 'temperatureC'
  | 'charge100'
  | `phasePowersW.${0 | 1 | 2}`
  | `phaseVoltagesV.${0 | 1 | 2}`
  | `phaseCurrentsA.${0 | 1 | 2}`

/**
 * How a quantity is made of a frame's values: the sum of some less the sum of others, all of which must be there. A key is
 * an OBIS code without medium and channel (`1.8.0`), or the end of a name (`emeters.0.total`).
 */
export interface Sense {
  readonly gives: Quantity
  readonly plus: readonly string[]
  readonly minus?: readonly string[]
}

/** Reads observations out of frames by a table of senses. */
export interface Senses {
  /** Undefined when the frame has a problem, or nothing in it is sensed. */
  observe(frame: Frame, takenAt: EpochMs): Observation | undefined
}

/**
 * Several senses may give one quantity: the first whose values are all there is taken, and kept. A later frame in which
 * just that one is incomplete gives nothing: falling back from the total to one tariff would look like a counter that
 * ran backwards.
 */
export function openSenses(table: readonly Sense[]): Senses {
  const kept = new Map<Quantity, Sense>()
  let counter: string | undefined
  return {
    observe: (frame, takenAt) => {
      if (frame.problem !== undefined) return undefined
      const values = numbersByKey(frame.values)
      const found = new Map<Quantity, number>()
      for (const sense of table) {
        const one = kept.get(sense.gives)
        if (found.has(sense.gives) || (one !== undefined && one !== sense)) continue
        const value = sensed(sense, values)
        if (value === undefined) continue
        kept.set(sense.gives, sense)
        found.set(sense.gives, value)
      }
      if (found.size === 0) return undefined
      // A telegram without its serial number is of the meter that was heard before it, not of another one.
      counter = counterIn(frame) ?? counter
      return observationOf(found, { frame, counter, takenAt })
    },
  }
}

function sensed({ plus, minus = [] }: Sense, values: ReadonlyMap<string, number>): number | undefined {
  let sum = 0
  for (const [keys, sign] of [[plus, 1] as const, [minus, -1] as const])
    for (const key of keys) {
      const value = values.get(key)
      if (value === undefined) return undefined
      sum += sign * value
    }
  // Sums of decimals leave dust behind the tenth place that no meter has.
  return plus.length + minus.length === 1 ? sum : Math.round(sum * DUST) / DUST
}

const DUST = 1e6

/** Electricity, or a code without its medium; values of other media (gas, heat) are never taken for it. */
const ELECTRICITY = /^(?:1-\d+:)?(\d+\.\d+\.\d+)$/

// Every end of a name is a key, the longest name first come first kept: `params.em:0.act_power` is found as `act_power`.
function numbersByKey(values: readonly MeterValue[]): Map<string, number> {
  const byKey = new Map<string, number>()
  for (const { obis, name, value } of values) {
    if (typeof value !== 'number') continue
    const key = obis === undefined ? name : ELECTRICITY.exec(obis)?.[1]
    for (let rest = key; rest !== undefined; rest = afterDot(rest, obis))
      if (!byKey.has(rest)) byKey.set(rest, value)
  }
  return byKey
}

function afterDot(key: string, obis: string | undefined): string | undefined {
  const dot = key.indexOf('.')
  return obis !== undefined || dot < 0 ? undefined : key.slice(dot + 1)
}

/** Where a meter's serial number stands, the most particular first (IEC 62056-61, abstract objects 96.1). */
const SERIAL_CODES = ['0-0:96.1.1', '0-0:96.1.0', '1-0:96.1.0', '1-0:0.0.0']

/** The serial number where the meter sends one, else the name it has for itself. */
function counterIn({ values, device }: Frame): string | undefined {
  for (const code of SERIAL_CODES) {
    const serial = values.find(({ obis }) => obis === code)?.value
    if (typeof serial === 'string' && serial !== '') return serial
  }
  return device
}

function observationOf(
  found: ReadonlyMap<Quantity, number>,
  {
    frame,
    counter,
    takenAt,
  }: { readonly frame: Frame; readonly counter: string | undefined; readonly takenAt: EpochMs },
): Observation {
  const one = (name: 'importWh' | 'exportWh' | 'powerW' | 'temperatureC' | 'charge100') => {
    const value = found.get(name)
    return value === undefined ? {} : { [name]: value }
  }
  const three = (name: 'phasePowersW' | 'phaseVoltagesV' | 'phaseCurrentsA') => {
    const phases = ([0, 1, 2] as const).map((phase) => found.get(`${name}.${phase}`))
    const there = phases.filter((value) => value !== undefined)
    // Phases are told only without a hole: a meter that names the first and the third has a fault worth seeing.
    return there.length === 0 || phases.slice(0, there.length).includes(undefined) ? {} : { [name]: there }
  }
  return {
    takenAt,
    isChecked: frame.check === 'valid',
    ...(counter === undefined ? {} : { counter }),
    ...one('importWh'),
    ...one('exportWh'),
    ...one('powerW'),
    ...three('phasePowersW'),
    ...three('phaseVoltagesV'),
    ...three('phaseCurrentsA'),
    ...one('temperatureC'),
    ...one('charge100'),
  }
}
