import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { openSenses } from '../../src/device/sense.ts'
import { ocppSenses } from '../../src/device/senses-of-protocols.ts'
import { OCPP_VERSIONS } from '../../src/ocpp/ocpp-actions.ts'
import { until } from '../../src/testing/index.ts'
import { virtualCharger } from '../../src/virtual/virtual-charger.ts'
import { AT, centralRig } from '../ocpp/central-rig.ts'

const empty = () => ({ at: AT, importWh: 0, powerW: 0 })
const place = { identity: 'CP-1', connector: 1 }

test.each(OCPP_VERSIONS)('a virtual charger of %s charges, is limited, and is stopped', async (version) => {
  await using rig = await centralRig({ chargers: [{ identity: 'CP-1', password: 'secret' }] })
  const { central } = rig
  const face = { at: epochMs(AT - 60_000), importWh: 5000, powerW: 11_000, charge100: 40 }
  await using charger = await virtualCharger({
    version,
    identity: 'CP-1',
    password: 'secret',
    endpoint: rig.endpoint,
    shows: () => face,
  })
  expect(charger.drawnW()).toBe(0)
  expect(await central.startCharging(place, 'home')).toBe('accepted')
  await until(
    () => charger.drawnW() > 0,
    () => 'a charge',
  )
  expect(await central.startCharging(place, 'home')).toBe('rejected')
  const limit = { connector: 1, scope: 'each-charge', limitA: 16, phases: 1 } as const
  expect(await central.setChargingLimit('CP-1', limit)).toBe('accepted')
  await charger.tick()
  const senses = openSenses(ocppSenses)
  const seen = rig.frames.map(({ frame }) => senses.observe(frame, AT)).at(-1)
  expect(seen).toMatchObject({ importWh: 5000, powerW: 3680, charge100: 40, counter: 'CP-1/1' })
  expect(await central.compositeSchedule(place, { seconds: 3600, unit: 'W' })).toEqual({
    ok: true,
    value: [{ fromS: 0, limit: 3680, unit: 'W' }],
  })
  for (let again = 0; again < 2; again++)
    expect(await central.clearChargingLimit('CP-1', limit)).toBe('accepted')
  expect(charger.drawnW()).toBe(11_000)
  face.importWh = 9000
  expect(await central.stopCharging(place)).toBe('accepted')
  await until(
    () => rig.events.some(({ is }) => is === 'transaction-ended'),
    () => 'the end of the charge',
  )
  expect(rig.events.at(-1)).toMatchObject({ is: 'transaction-ended', deliveredWh: 4000 })
  expect(await central.stopCharging(place)).toBe('nothing-running')
})

test('a virtual charger with another password is not let in', async () => {
  await using rig = await centralRig({ chargers: [{ identity: 'CP-1', password: 'secret' }] })
  const options = { version: 'ocpp1.6', identity: 'CP-1', endpoint: rig.endpoint, shows: empty } as const
  await expect(virtualCharger(options)).rejects.toMatchObject({ code: 401 })
})
