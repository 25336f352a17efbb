import { epochMs, slot, wattHour } from '@tri/units'
import { expect, test } from 'vitest'

import { gapEvents, meterIncidentEvent, residualIncidentEvent } from '../../src/outwards/household-events.ts'

const gap = (at: number, why: 'silence' | 'register-fell' = 'silence') =>
  ({ meter: 'm1', change: { is: 'gap', why, slot: slot(at), version: 1 } }) as const

test('an event tells where to look and never an amount of energy', () => {
  const events = [
    meterIncidentEvent({ is: 'register-fell', meter: 'm1', source: 'p1', at: 1000 }),
    residualIncidentEvent({ from: slot(8), slots: 4, cause: { is: 'missing-phase', phase: 2 } }),
  ]
  expect(events).toEqual([
    { kind: 'incident', is: 'register-fell', meter: 'm1', at: epochMs(1000) },
    { kind: 'incident', is: 'missing-phase', meter: undefined, at: epochMs(7_200_000) },
  ])
})

test('slots that nobody read one after another are one event, for each reason', () => {
  const energy = { importWh: wattHour(777), exportWh: wattHour(0), withinWh: 0 }
  const measured = { meter: 'm1', change: { is: 'measured', slot: slot(7), version: 1, ...energy } } as const
  expect(gapEvents([gap(4), gap(5), gap(6), measured, gap(8), gap(9, 'register-fell')])).toEqual([
    { kind: 'gap', meter: 'm1', firstSlot: 4, slots: 3, why: 'silence' },
    { kind: 'gap', meter: 'm1', firstSlot: 8, slots: 1, why: 'silence' },
    { kind: 'gap', meter: 'm1', firstSlot: 9, slots: 1, why: 'register-fell' },
  ])
})
