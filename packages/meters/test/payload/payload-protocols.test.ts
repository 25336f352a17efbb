import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { law } from '@tri/units/testing'
import { anything, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import type { MeterValue } from '../../src/frame.ts'
import { evcc } from '../../src/payload/evcc.ts'
import { ENTITIES_MAX, homeAssistant } from '../../src/payload/home-assistant.ts'
import { homeWizard } from '../../src/payload/homewizard.ts'
import { JSON_DEPTH_MAX, JSON_LEAVES_MAX, jsonLeaves } from '../../src/payload/json-leaves.ts'
import { openEms } from '../../src/payload/openems.ts'
import { PAYLOAD_PROTOCOLS } from '../../src/payload/payload-protocols.ts'
import type { PayloadProtocol } from '../../src/payload/payload-reader.ts'
import { shelly } from '../../src/payload/shelly.ts'
import { tasmota } from '../../src/payload/tasmota.ts'
import { hasCaptures, METER_CAPTURES } from '../../src/testing/index.ts'
import { conforms } from '../conformance-table.ts'

const encode = (json: unknown) =>
  new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json))

function valuesOf(protocol: PayloadProtocol, json: unknown, topic = ''): Record<string, MeterValue['value']> {
  const frame = protocol.open().read({ topic, payload: encode(json) })
  return Object.fromEntries(
    (frame?.values ?? []).map(({ name = '', value, unit }) => [`${name} ${unit ?? ''}`.trim(), value]),
  )
}

const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`

const samples = z.object({
  samples: z.array(
    z.object({ expected: z.record(z.string(), z.unknown()).optional(), payload: z.unknown() }),
  ),
})

function samplesOf(file: string) {
  return samples.parse(JSON.parse(readFileSync(join(METER_CAPTURES, 'mqtt', file), 'utf8'))).samples
}

describe.skipIf(!hasCaptures)('messages of real devices', () => {
  // A Shelly sums its channels for nobody: the first channel is the one that was measured in these captures.
  const names: Readonly<Record<string, readonly string[]>> = {
    powerW: ['emeters.0.power W', 'meters.0.power W', 'apower W', 'act_power W'],
    energyWh: ['emeters.0.total Wh', 'meters.0.total Wh', 'aenergy.total Wh', 'total_act_energy Wh'],
    energyWhFromWattMinutes: ['meters.0.total Wh'],
    returnedWh: ['emeters.0.total_returned Wh', 'ret_aenergy.total Wh', 'total_act_ret_energy Wh'],
    currentA: ['current A'],
    voltageV: ['voltage V'],
  }

  let right = 0

  function expectRight(values: Record<string, MeterValue['value']> | undefined, expected: object): void {
    expect(values).toMatchObject(expected)
    right += Object.keys(expected).length
  }

  test('of Shelly give the values that others read in them', () => {
    const before = right
    for (const { expected = {}, payload } of samplesOf('shelly.json')) {
      const values = valuesOf(shelly, payload)
      for (const [what, among] of Object.entries(names)) {
        if (typeof expected[what] !== 'number' || (expected[what] === 0 && what === 'energyWh')) continue
        const name = among.find((candidate) => values[candidate] !== undefined)
        expect(values[name ?? what], `${what} in ${JSON.stringify(payload).slice(0, 80)}`).toBe(
          expected[what],
        )
        right++
      }
    }
    expect(right - before).toBeGreaterThanOrEqual(18)
  })

  test('of Tasmota give Wh and W', () => {
    const [plug, two, meter, phases] = samplesOf('tasmota.json').map(({ payload }) =>
      valuesOf(tasmota, payload),
    )
    expectRight(plug, { 'StatusSNS.ENERGY.Total Wh': 1_290_396, 'StatusSNS.ENERGY.Power W': 47.11 })
    expectRight(two, { 'StatusSNS.ENERGY.Power.0 W': 8.15, 'StatusSNS.ENERGY.Power.1 W': 0 })
    expectRight(meter, {
      'StatusSNS.SML.Total_in Wh': 34_507_476.1,
      'StatusSNS.SML.Total_out Wh': 14_737_142.2,
      'StatusSNS.SML.Power_curr W': -894,
    })
    expectRight(phases, {
      'StatusSNS.SML.Total_in Wh': 2_687_368.7,
      'StatusSNS.SML.power_l2 W': -111,
    })
  })

  test('of HomeWizard give Wh, W and m³', () => {
    const [meter] = samplesOf('homewizard-p1.json').map(({ payload }) => valuesOf(homeWizard, payload))
    expectRight(meter, {
      'total_power_import_kwh Wh': 18_664_997,
      'total_power_export_kwh Wh': 13_823_608,
      'active_power_w W': 203,
      'active_power_l1_w W': -21,
      'total_gas_m3 m³': 5175.363,
    })
  })

  test('are known by the most particular family that reads them', () => {
    for (const [file, protocol] of [
      ['shelly.json', 'shelly'],
      ['tasmota.json', 'tasmota'],
      ['homewizard-p1.json', 'homewizard'],
    ] as const)
      for (const { payload } of samplesOf(file)) {
        const read = PAYLOAD_PROTOCOLS.map((of) => of.open().read({ topic: '', payload: encode(payload) }))
        const most = read.toSorted((a, b) => (b?.values.length ?? 0) - (a?.values.length ?? 0))[0]
        expect(most?.protocol).toBe(protocol)
      }
  })

  test('the table of conformance', () => {
    const files = ['shelly.json', 'tasmota.json', 'homewizard-p1.json']
    const frames = files.reduce((sum, file) => sum + samplesOf(file).length, 0)
    conforms({ protocol: 'messages', files: files.length, frames, right, refused: 0 })
  })
})

test('a topic of Shelly’s first generation carries its value bare', () => {
  expect(valuesOf(shelly, '231.4', 'shellies/shellyem-1/emeter/0/voltage')).toEqual({
    'emeter.0.voltage V': 231.4,
  })
  expect(valuesOf(shelly, '600', 'shellies/plug/relay/0/energy')).toEqual({ 'relay.0.energy Wh': 10 })
  expect(valuesOf(shelly, '{"foo":1}', 'shellies/plug/announce')).toEqual({})
})

test('the three phases of a Shelly Pro 3EM are told apart, the sum is its own', () => {
  const params = { 'em:0': { a_act_power: 100.5, b_act_power: -20, c_act_power: 3, total_act_power: 83.5 } }
  expect(valuesOf(shelly, { src: 'shellypro3em', method: 'NotifyStatus', params })).toEqual({
    'params.em:0.a_act_power W': 100.5,
    'params.em:0.b_act_power W': -20,
    'params.em:0.c_act_power W': 3,
    'params.em:0.total_act_power W': 83.5,
  })
})

test('evcc is read whole or a topic at a time', () => {
  const state = {
    grid: { power: -1200, energy: 1234.567 },
    pv: [{ power: 3200, energy: 1.5 }],
    homePower: 410,
  }
  expect(valuesOf(evcc, { result: state })).toMatchObject({
    'result.grid.power W': -1200,
    'result.grid.energy Wh': 1_234_567,
    'result.pv.0.power W': 3200,
    'result.pv.0.energy Wh': 1500,
    'result.homePower W': 410,
  })
  expect(valuesOf(evcc, '-1200', 'evcc/site/grid/power')).toEqual({ 'grid.power W': -1200 })
  expect(valuesOf(evcc, '12.5', 'evcc/loadpoints/1/chargeTotalImport')).toEqual({
    'loadpoints.1.chargeTotalImport Wh': 12_500,
  })
})

test('OpenEMS gives channels with their unit, and current data by the channel’s name', () => {
  const channels = [
    { address: '_sum/GridActivePower', type: 'INTEGER', accessMode: 'RO', text: '', unit: 'W', value: -318 },
    {
      address: '_sum/GridBuyActiveEnergy',
      type: 'LONG',
      accessMode: 'RO',
      text: '',
      unit: 'Wh_Σ',
      value: 4_711_000,
    },
    { address: 'meter0/VoltageL1', type: 'INTEGER', accessMode: 'RO', text: '', unit: 'mV', value: 231_400 },
    { address: '_sum/EssSoc', type: 'INTEGER', accessMode: 'RO', text: '', unit: '%', value: null },
  ]
  expect(valuesOf(openEms, channels)).toEqual({
    '_sum/GridActivePower W': -318,
    '_sum/GridBuyActiveEnergy Wh': 4_711_000,
    'meter0/VoltageL1 V': 231.4,
  })
  const current = {
    method: 'currentData',
    params: { '_sum/GridActivePower': 5, '_sum/GridSellActiveEnergy': 12 },
  }
  expect(valuesOf(openEms, current)).toEqual({
    '_sum/GridActivePower W': 5,
    '_sum/GridSellActiveEnergy Wh': 12,
  })
})

test('a state of Home Assistant has the unit of its attributes, and none is guessed', () => {
  const sensor = {
    entity_id: 'sensor.grid_import',
    state: '12345.678',
    attributes: { unit_of_measurement: 'kWh', device_class: 'energy' },
  }
  expect(valuesOf(homeAssistant, sensor)).toEqual({ 'sensor.grid_import Wh': 12_345_678 })
  expect(valuesOf(homeAssistant, [{ ...sensor, state: 'unavailable' }])).toEqual({})
  const reader = homeAssistant.open()
  const say = (topic: string, text: string) => reader.read({ topic, payload: encode(text) })
  expect(say('home/sensor/power/state', '1.2')).toBeUndefined()
  expect(say('home/sensor/power/unit_of_measurement', '"kW"')).toBeUndefined()
  expect(say('home/sensor/power/state', '1.2')?.values).toEqual([
    { name: 'sensor.power', value: 1200, unit: 'W' },
  ])
  for (let n = 0; n < ENTITIES_MAX; n++) say(`home/sensor/other${n}/unit_of_measurement`, '"W"')
  expect(say('home/sensor/power/state', '1.2')).toBeUndefined()
})

test('what is no JSON is told, and nothing of it is used', () => {
  const frame = shelly.open().read({ topic: 'shellies/x/status', payload: encode('{"power": 1') })
  expect(frame).toMatchObject({ check: 'absent', problem: 'not-json', values: [] })
})

test('a message is looked into so far and no further', () => {
  expect(jsonLeaves(encode(nested(JSON_DEPTH_MAX)))).toHaveLength(1)
  expect(jsonLeaves(encode(nested(JSON_DEPTH_MAX + 1)))).toBeUndefined()
  expect(jsonLeaves(encode(Array.from({ length: JSON_LEAVES_MAX }, () => 1)))).toHaveLength(JSON_LEAVES_MAX)
  expect(jsonLeaves(encode(Array.from({ length: JSON_LEAVES_MAX + 1 }, () => 1)))).toBeUndefined()
})

for (const family of PAYLOAD_PROTOCOLS) {
  const { protocol } = family
  law(`any bytes under any topic are read as ${protocol} without a throw`, uint8Array(), (payload) => {
    const frame = family.open().read({ topic: 'a/b/state', payload })
    return frame?.problem === undefined || frame.values.length === 0
  })
  law(`any JSON is read as ${protocol} without a throw`, anything(), (json) => {
    family.open().read({ topic: '', payload: encode(JSON.stringify(json) ?? 'null') })
  })
  law(`any topic is read as ${protocol} without a throw`, string(), (topic) => {
    family.open().read({ topic, payload: encode('1') })
  })
}
