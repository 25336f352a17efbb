import { scaled } from '../decimal.ts'
import type { MeterValue } from '../frame.ts'

/** One sample, as either version sends it: text and a unit in 1.6, a number with unit and power of ten in 2.0.1. */
export interface Sample {
  readonly value: string | number
  readonly format?: string | undefined
  readonly measurand?: string | undefined
  readonly phase?: string | undefined
  readonly location?: string | undefined
  readonly unit?: string | undefined
  readonly multiplier?: number | undefined
}

/** A unit as it is sent: what we call it, and the power of ten from the one to the other. */
type Unit = readonly [name: string, exponent: number]
type Units = Readonly<Record<string, Unit>>

const none: Units = {}
const active: Units = { Wh: ['Wh', 0], kWh: ['Wh', 3] }
const power: Units = { W: ['W', 0], kW: ['W', 3] }
const reactivePower: Units = { var: ['var', 0], kvar: ['var', 3] }
const reactive: Units = { varh: ['varh', 0], kvarh: ['varh', 3] }
const apparent: Units = { VAh: ['VAh', 0], kVAh: ['VAh', 3] }
const current: Units = { A: ['A', 0] }
const voltage: Units = { V: ['V', 0] }
const percent: Units = { Percent: ['%', 0] }
const hertz: Units = { Hertz: ['Hz', 0], Hz: ['Hz', 0] }
/** Degrees Celsius are spelt in two ways by the published schema of 1.6. */
const temperature: Units = {
  Celsius: ['°C', 0],
  Celcius: ['°C', 0],
  K: ['K', 0],
  Fahrenheit: ['°F', 0],
}

/** Units of a measurand, by how its name begins; the longest beginning counts. */
const UNITS: readonly (readonly [begins: string, units: Units])[] = [
  ['Energy.Active.', active],
  ['Energy.Reactive.', reactive],
  ['Energy.Apparent.', apparent],
  ['Power.Active.', power],
  ['Power.Offered', power],
  ['Power.Reactive.', reactivePower],
  ['Power.Factor', none],
  ['Current.', current],
  ['Voltage', voltage],
  ['Frequency', hertz],
  ['SoC', percent],
  ['Temperature', temperature],
  ['RPM', none],
]

const REGISTER = 'Energy.Active.Import.Register'
const DECIMAL = /^[+-]?\d{1,15}(?:\.\d{1,9})?$/
/** Powers of ten further off than this are a fault of the charger, not a quantity. */
const MULTIPLIER_MAX = 12
/** Places where a sample is usually taken; another place is part of its name. */
const USUAL_PLACES = new Map([
  ['SoC', ['EV', 'Outlet']],
  ['', ['Outlet']],
])

/**
 * What a sample says, named by measurand, phase and an unusual place: `Power.Active.Import.L1`. Undefined where it cannot
 * be used without guessing: signed text, a unit of another quantity, a power whose unit was left out.
 */
export function sampledValue(sample: Sample): MeterValue | undefined {
  const { measurand = REGISTER, phase, location } = sample
  if (sample.format === 'SignedData') return undefined
  const units = UNITS.find(([begins]) => measurand.startsWith(begins))?.[1]
  if (units === undefined) return undefined
  const unit = unitOf(sample, measurand, units)
  if (unit === undefined) return undefined
  const [unitName, exponent] = unit
  const value = numberOf(sample, exponent)
  if (value === undefined) return undefined
  const place = location === undefined || isUsual(measurand, location) ? undefined : location
  const name = [measurand, phase, place].filter((part) => part !== undefined).join('.')
  return { name, value, ...(unitName === '' ? {} : { unit: unitName }) }
}

const UNITLESS: Unit = ['', 0]

// Both versions give Wh to an energy without a unit, and nothing to the others: those with one unit only need none.
function unitOf({ unit }: Sample, measurand: string, units: Units): Unit | undefined {
  const choices = Object.values(units)
  if (choices.length === 0) return UNITLESS
  if (unit !== undefined) return Object.hasOwn(units, unit) ? units[unit] : undefined
  if (measurand.startsWith('Energy.')) return choices.find(([, exponent]) => exponent === 0)
  const isOnlyOne = choices.every(([name]) => name === choices[0]?.[0]) && choices.every(([, e]) => e === 0)
  return isOnlyOne ? choices[0] : undefined
}

function numberOf({ value, multiplier = 0 }: Sample, exponent: number): number | undefined {
  if (Math.abs(multiplier) > MULTIPLIER_MAX) return undefined
  if (typeof value === 'string' && !DECIMAL.test(value)) return undefined
  const digits = typeof value === 'string' ? Number(value) : value
  return Number.isFinite(digits) ? scaled(digits, exponent + multiplier) : undefined
}

function isUsual(measurand: string, location: string): boolean {
  return (USUAL_PLACES.get(measurand) ?? USUAL_PLACES.get('') ?? []).includes(location)
}
