import { epochMs } from '@tri/units'
import { law } from '@tri/units/testing'
import { double } from 'fast-check'
import { expect, test } from 'vitest'

import { clearOrder, limitOrder, toTenthBelow } from '../../src/ocpp/charging-limit.ts'

const NOW = epochMs(Date.UTC(2026, 2, 29, 4))

test('a limit becomes the profile of either version', () => {
  const limit = { connector: 1, scope: 'each-charge', limitA: 16.1, phases: 1 } as const
  const untilAt = epochMs(NOW + 1_800_500)
  const schedule = {
    startSchedule: '2026-03-29T04:00:00Z',
    duration: 1801,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1, numberPhases: 1 }],
  }
  const profile = {
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    validTo: '2026-03-29T04:30:00.5Z',
  }
  expect(limitOrder('ocpp1.6', { ...limit, untilAt }, NOW).params).toEqual({
    connectorId: 1,
    csChargingProfiles: { chargingProfileId: 1001, ...profile, chargingSchedule: schedule },
  })
  expect(limitOrder('ocpp2.0.1', { ...limit, untilAt }, NOW).params).toEqual({
    evseId: 1,
    chargingProfile: { id: 1001, ...profile, chargingSchedule: [{ id: 1001, ...schedule }] },
  })
})

test('the charger as a whole is limited by the name that each version has for it', () => {
  const limit = { connector: 0, scope: 'charger', limitW: 7400 } as const
  expect(JSON.stringify(limitOrder('ocpp1.6', limit, NOW))).toContain('"ChargePointMaxProfile"')
  expect(JSON.stringify(limitOrder('ocpp2.0.1', limit, NOW))).toContain('"ChargingStationMaxProfile"')
  expect(clearOrder('ocpp1.6', limit).params).toEqual({ id: 2000 })
  expect(clearOrder('ocpp2.0.1', limit).params).toEqual({ chargingProfileId: 2000 })
})

test('what is no quantity or no place is never sent', () => {
  const limit = { connector: 1, scope: 'each-charge' } as const
  expect(() => limitOrder('ocpp1.6', { ...limit, limitW: -1 }, NOW)).toThrow()
  expect(() => limitOrder('ocpp1.6', { ...limit, limitA: NaN }, NOW)).toThrow()
  expect(() => limitOrder('ocpp1.6', { ...limit, scope: 'charger', limitA: 6 }, NOW)).toThrow()
})

law('a limit is cut to a tenth below it', double({ min: 0, max: 1e6, noNaN: true }), (amount) => {
  const cut = toTenthBelow(amount)
  expect(cut).toBeLessThanOrEqual(amount)
  expect(amount - cut).toBeLessThan(0.1 + 1e-9)
  expect(String(cut)).toMatch(/^\d+(\.\d)?$/)
  expect(toTenthBelow(cut)).toBe(cut)
})
