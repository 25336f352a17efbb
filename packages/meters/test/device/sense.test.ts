import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { abilitiesOf } from '../../src/device/observation.ts'
import { obisSenses, linkySenses, sunspecInverterSenses } from '../../src/device/senses-of-protocols.ts'
import { openSenses } from '../../src/device/sense.ts'
import type { Frame, MeterValue } from '../../src/frame.ts'

const AT = epochMs(1_780_315_200_000)

const frame = (values: readonly MeterValue[]): Frame => ({
  protocol: 'dsmr',
  check: 'valid',
  device: 'KFM5-1',
  values,
  bytes: new Uint8Array(),
})
const obis = (values: Readonly<Record<string, number>>) =>
  frame(Object.entries(values).map(([code, value]) => ({ obis: code, value, unit: 'Wh' })))
const named = (values: Readonly<Record<string, number>>) =>
  frame(Object.entries(values).map(([name, value]) => ({ name, value })))

test('two tariffs are one register, and power has the sign of its direction', () => {
  const seen = openSenses(obisSenses).observe(
    obis({
      '1-0:1.8.1': 1000,
      '1-0:1.8.2': 500,
      '1-0:2.8.1': 70,
      '1-0:2.8.2': 0,
      '1-0:1.7.0': 0,
      '1-0:2.7.0': 1250,
    }),
    AT,
  )
  expect(seen).toEqual({
    takenAt: AT,
    isChecked: true,
    counter: 'KFM5-1',
    importWh: 1500,
    exportWh: 70,
    powerW: -1250,
  })
  expect(seen && abilitiesOf(seen)).toEqual(['registers', 'power'])
})

test('the total is preferred to its tariffs', () => {
  const seen = openSenses(obisSenses).observe(obis({ '1-0:1.8.1': 1, '1-0:1.8.2': 2, '1-0:1.8.0': 4 }), AT)
  expect(seen?.importWh).toBe(4)
})

test('a frame without the total is no smaller register: it gives none', () => {
  const senses = openSenses(obisSenses)
  senses.observe(obis({ '1-0:1.8.0': 4000, '1-0:1.8.1': 1000 }), AT)
  const seen = senses.observe(obis({ '1-0:1.8.1': 1000, '1-0:16.7.0': 5 }), AT)
  expect(seen).toEqual({ takenAt: AT, isChecked: true, counter: 'KFM5-1', powerW: 5 })
})

test('gas and heat behind the same port are never taken for electricity', () => {
  expect(
    openSenses(obisSenses).observe(obis({ '0-1:24.2.1': 12, '6-0:1.8.0': 3000, '7-0:1.8.0': 9 }), AT),
  ).toBeUndefined()
})

test('phases are told in order, and not at all when one is missing in between', () => {
  const three = {
    '1-0:21.7.0': 100,
    '1-0:22.7.0': 0,
    '1-0:41.7.0': 0,
    '1-0:42.7.0': 30,
    '1-0:61.7.0': 7,
    '1-0:62.7.0': 0,
  }
  expect(openSenses(obisSenses).observe(obis(three), AT)?.phasePowersW).toEqual([100, -30, 7])
  expect(
    openSenses(obisSenses).observe(obis({ '1-0:32.7.0': 230.1, '1-0:72.7.0': 231 }), AT)?.phaseVoltagesV,
  ).toBeUndefined()
})

test('a contract of a historic Linky is the sum of its indices, and apparent power is no power', () => {
  const seen = openSenses(linkySenses).observe(named({ HCHC: 52_890_470, HCHP: 49_126_843, PAPP: 700 }), AT)
  expect(seen).toEqual({ takenAt: AT, isChecked: true, counter: 'KFM5-1', importWh: 102_017_313 })
})

test('what an inverter produces is its export', () => {
  const seen = openSenses(sunspecInverterSenses).observe(named({ '103.W': 3200, '103.WH': 4_711_000 }), AT)
  expect(seen).toMatchObject({ exportWh: 4_711_000, powerW: -3200 })
})

test('a frame with a problem is not looked at', () => {
  const bad = { ...obis({ '1-0:1.8.0': 1 }), check: 'invalid', problem: 'crc-mismatch' } as const
  expect(openSenses(obisSenses).observe(bad, AT)).toBeUndefined()
})

test('sums of decimals leave no dust', () => {
  const seen = openSenses(obisSenses).observe(obis({ '1-0:1.8.1': 0.1, '1-0:1.8.2': 0.2 }), AT)
  expect(seen?.importWh).toBe(0.3)
})
