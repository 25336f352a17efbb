import { expect, test } from 'vitest'

import { decodeAll } from '../../src/codec.ts'
import type { Frame, MeterValue } from '../../src/frame.ts'
import { mbusCodec } from '../../src/mbus/mbus-codec.ts'
import { hasCaptures } from '../../src/testing/index.ts'
import { wmbusCodec } from '../../src/wmbus/wmbus-codec.ts'
import { conforms } from '../conformance-table.ts'
import { knownTelegrams, type KnownTelegram } from './telegrams.ts'

/** Named fields of the drivers, and the standard record that says the same. A number in the name is any stored value. */
const FIELDS: Readonly<Record<string, string>> = {
  total_m3: 'volume',
  total_volume_m3: 'volume',
  total_energy_consumption_kwh: 'energy',
  total_kwh: 'energy',
  total_energy_consumption_tariff_1_kwh: 'energy.tariff-1',
  total_energy_consumption_tariff_2_kwh: 'energy.tariff-2',
  total_energy_consumption_tariff_3_kwh: 'energy.tariff-3',
  total_energy_production_kwh: 'energy.backward',
  total_energy_production_tariff_1_kwh: 'energy.backward.tariff-1',
  total_energy_production_tariff_2_kwh: 'energy.backward.tariff-2',
  current_power_consumption_kw: 'power',
  current_power_production_kw: 'power.backward',
  power_kw: 'power',
  volume_flow_m3h: 'volume-flow',
  flow_m3h: 'volume-flow',
  flow_temperature_c: 'flow-temperature',
  return_temperature_c: 'return-temperature',
  external_temperature_c: 'external-temperature',
  voltage_at_phase_1_v: 'voltage.phase-1',
  voltage_at_phase_2_v: 'voltage.phase-2',
  voltage_at_phase_3_v: 'voltage.phase-3',
  current_consumption_hca: 'heat-cost-allocation',
  target_m3: 'volume.storage-N',
  target_volume_m3: 'volume.storage-N',
  target_kwh: 'energy.storage-N',
  target_energy_kwh: 'energy.storage-N',
}

/** A value in the unit of the field's name: kWh, kW, m³, m³/h, °C, V. */
function inUnitOf(field: string, { value, unit }: MeterValue): number {
  const number = Number(value)
  const perJoule = unit === 'J' || unit === 'J/h' ? number / 3600 : number
  return /_kwh?$/.test(field) ? perJoule / 1000 : number
}

function framesOf({ bytes, key }: KnownTelegram): Frame[] {
  // Some drivers read meters on the wire, whose frames begin with 68.
  const codec = bytes[0] === 0x68 && bytes[3] === 0x68 ? mbusCodec : wmbusCodec
  return decodeAll(codec, bytes, key === undefined ? {} : { keys: { encryption: key } })
}

test.skipIf(!hasCaptures)('no standard record says other than the driver of its meter does', () => {
  const counts = { telegrams: 0, frames: 0, refused: 0, compared: 0, equal: 0, notDecodable: 0 }
  const problems: Record<string, number> = {}
  for (const telegram of knownTelegrams()) {
    const frames = framesOf(telegram)
    counts.telegrams++
    counts.frames += frames.length
    for (const { problem } of frames)
      if (problem !== undefined) {
        counts.refused++
        problems[problem] = (problems[problem] ?? 0) + 1
      }
    const values = frames.flatMap((frame) => frame.values).filter(({ value }) => typeof value === 'number')
    for (const [field, name] of Object.entries(FIELDS)) {
      const expected = telegram.expected[field]
      if (typeof expected !== 'number') continue
      const said = values.filter((value) => value.name?.replace(/storage-\d+$/, 'storage-N') === name)
      if (said.length === 0) {
        counts.notDecodable++
        continue
      }
      counts.compared++
      const numbers = said.map((value) => inUnitOf(field, value))
      const isEqual = numbers.some(
        (one) => Math.abs(one - expected) <= 1e-6 * Math.max(1, Math.abs(expected)),
      )
      expect(isEqual, `${telegram.driver} ${field}: ${expected}, and not ${numbers.join(' or ')}`).toBe(true)
      counts.equal++
    }
  }
  const { telegrams, frames, equal, refused } = counts
  console.info(`wmbus: ${telegrams} telegrams in one file`)
  conforms({ protocol: 'wmbus', files: 1, frames, right: equal, refused })
  console.table(problems)
  expect(counts.telegrams).toBe(250)
  expect(counts.equal).toBe(counts.compared)
  expect(counts.equal).toBeGreaterThanOrEqual(380)
})

test.skipIf(!hasCaptures)('telegrams with a key are opened by it, and by no other', () => {
  let opened = 0
  for (const { driver, bytes, key } of knownTelegrams()) {
    if (key === undefined) continue
    const [right] = decodeAll(wmbusCodec, bytes, { keys: { encryption: key } })
    if (right?.problem !== undefined) continue
    const wrong = Uint8Array.from(key, (byte) => byte ^ 1)
    const [other] = decodeAll(wmbusCodec, bytes, { keys: { encryption: wrong } })
    const [without] = decodeAll(wmbusCodec, bytes)
    // A driver may have been given a key that its telegram does not need.
    if (without?.problem === undefined) continue
    opened++
    expect([other?.problem, without.problem], driver).toEqual(['key-wrong', 'key-missing'])
  }
  expect(opened).toBeGreaterThanOrEqual(9)
})
