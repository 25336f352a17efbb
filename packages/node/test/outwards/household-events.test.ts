import { epochMs, slot, wattHour } from '@tri/units'
import { expect, test } from 'vitest'

import {
  gapEvent,
  householdEvents,
  meterIncidentEvent,
  residualIncidentEvent,
} from '../../src/outwards/household-events.ts'
import type { OutwardsEvent } from '../../src/outwards/outwards-sources.ts'

test('an event tells where to look and never an amount of energy', () => {
  const gap = { firstSlot: slot(4), slots: 3, why: 'silence', importWh: wattHour(777) } as const
  const events = [
    gapEvent('m1', gap),
    meterIncidentEvent({ is: 'register-fell', meter: 'm1', source: 'p1', at: 1000 }),
    residualIncidentEvent({ from: slot(8), slots: 4, cause: { is: 'missing-phase', phase: 2 } }),
  ]
  expect(events).toEqual([
    { kind: 'gap', meter: 'm1', firstSlot: 4, slots: 3, why: 'silence' },
    { kind: 'incident', is: 'register-fell', meter: 'm1', at: epochMs(1000) },
    { kind: 'incident', is: 'missing-phase', meter: undefined, at: epochMs(7_200_000) },
  ])
})

test('whoever listens hears what is told, until she no longer listens', () => {
  const events = householdEvents()
  const heard: OutwardsEvent[] = []
  const silence = events.onEvent((event) => void heard.push(event))
  const event: OutwardsEvent = { kind: 'device-back', device: 'p1', lastAt: null }
  events.tell(event)
  silence()
  events.tell(event)
  expect(heard).toEqual([event])
})
