import { epochMs } from '@tri/units'
import { law } from '@tri/units/testing'
import { constantFrom, integer, oneof, record, string } from 'fast-check'
import { expect, test } from 'vitest'

import { instantOf, SAMPLE_AGE_MS_MAX, sampleTime, timestampOf } from '../../src/ocpp/charger-frames.ts'
import { sampledValue } from '../../src/ocpp/sampled-value.ts'

const NOW = epochMs(Date.UTC(2026, 2, 29, 4))

test.each([
  [{ value: '1204730' }, { name: 'Energy.Active.Import.Register', value: 1_204_730, unit: 'Wh' }],
  [
    { value: '3.68', measurand: 'Power.Active.Import', unit: 'kW' },
    { name: 'Power.Active.Import', value: 3680, unit: 'W' },
  ],
  [
    { value: '16.0', measurand: 'Current.Import', phase: 'L1' },
    { name: 'Current.Import.L1', value: 16, unit: 'A' },
  ],
  [
    { value: 4.1, measurand: 'Power.Active.Import', unit: 'W', multiplier: 3, location: 'Inlet' },
    { name: 'Power.Active.Import.Inlet', value: 4100, unit: 'W' },
  ],
  [
    { value: 41, measurand: 'SoC', location: 'EV' },
    { name: 'SoC', value: 41, unit: '%' },
  ],
  [
    { value: '0.98', measurand: 'Power.Factor' },
    { name: 'Power.Factor', value: 0.98 },
  ],
  [
    { value: 230.1, measurand: 'Voltage', phase: 'L1-N' },
    { name: 'Voltage.L1-N', value: 230.1, unit: 'V' },
  ],
])('%j is read as it was meant', (sample, value) => {
  expect(sampledValue(sample)).toEqual(value)
})

test.each([
  ['signed text', { value: 'OCMF|{}', format: 'SignedData' }],
  ['a power without its unit: W or kW', { value: '3.68', measurand: 'Power.Active.Import' }],
  ['a unit of another quantity', { value: '3', unit: 'kW' }],
  ['a unit by the name of what every object has', { value: '3', unit: 'constructor' }],
  ['a decimal comma', { value: '3,68', measurand: 'Power.Active.Import', unit: 'kW' }],
  ['no number', { value: '' }],
  ['hexadecimal', { value: '0x10' }],
  ['an unknown measurand', { value: '1', measurand: 'Weather' }],
  ['a power of ten beyond reason', { value: 1, multiplier: 40 }],
])('%s is left out, not guessed', (_what, sample) => {
  expect(sampledValue(sample)).toBeUndefined()
})

law('kWh and Wh of one register are one number', integer({ min: 0, max: 999_999_999 }), (wattHours) => {
  const kilo = { value: (wattHours / 1000).toFixed(3), unit: 'kWh' }
  return sampledValue(kilo)?.value === wattHours && sampledValue({ value: wattHours })?.value === wattHours
})

law(
  'whatever a sample says, it gives a finite number or nothing',
  record({
    value: oneof(string(), string({ unit: constantFrom('0', '9', '.', '-', 'e') }), integer()),
    measurand: constantFrom(
      'Energy.Active.Import.Register',
      'Power.Active.Import',
      'Voltage',
      'SoC',
      '__proto__',
    ),
    unit: oneof(constantFrom('Wh', 'kWh', 'W', 'V', '__proto__'), string()),
    multiplier: integer({ min: -400, max: 400 }),
  }),
  (sample) => {
    const value = sampledValue(sample)?.value
    return value === undefined || Number.isFinite(value)
  },
)

test('a sample counts at its own time only where that can be', () => {
  const kept = epochMs(NOW - SAMPLE_AGE_MS_MAX)
  expect(sampleTime(kept, NOW)).toBe(kept)
  expect(sampleTime(epochMs(kept - 1), NOW)).toBe(NOW)
  expect(sampleTime(epochMs(NOW + 1), NOW)).toBe(NOW)
  expect(sampleTime(undefined, NOW)).toBe(NOW)
})

test('a time is read with its offset, and one that is none is not', () => {
  expect(instantOf('2026-03-29T06:00:00+02:00')).toBe(NOW)
  expect(instantOf(timestampOf(NOW))).toBe(NOW)
  expect(instantOf('0001-01-01T00:00:00Z')).toBeUndefined()
  expect(instantOf('2026-13-01T00:00:00Z')).toBeUndefined()
})
