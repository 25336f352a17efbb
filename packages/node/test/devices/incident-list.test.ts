import { SLOT_MS, slot, wattHour } from '@tri/units'
import { expect, test } from 'vitest'

import { INCIDENTS_KEPT_MAX, incidentList } from '../../src/devices/incident-list.ts'

const gap = (at: number) =>
  ({ meter: 'm1', change: { is: 'gap', why: 'silence', slot: slot(at), version: 1 } }) as const

test('a silence of an hour is one incident, and a later one is another', () => {
  const incidents = incidentList()
  for (const at of [100, 101, 102, 103, 200]) incidents.take({ is: 'slots', slots: [gap(at)] })
  expect(incidents.list()).toEqual([
    { at: 200 * SLOT_MS, kind: 'gap', meter: 'm1' },
    { at: 103 * SLOT_MS, kind: 'gap', meter: 'm1' },
  ])
})

test('a slot that was measured is no incident, and the oldest incidents go', () => {
  const incidents = incidentList()
  const energy = { importWh: wattHour(1), exportWh: wattHour(0), withinWh: 0 }
  incidents.take({
    is: 'slots',
    slots: [{ meter: 'm1', change: { is: 'measured', slot: slot(1), version: 1, ...energy } }],
  })
  expect(incidents.list()).toEqual([])
  for (let n = 0; n <= INCIDENTS_KEPT_MAX; n++)
    incidents.take({ is: 'incident', incident: { is: 'register-fell', meter: `m${n}`, source: 'p1', at: n } })
  expect(incidents.list()).toHaveLength(INCIDENTS_KEPT_MAX)
  expect(incidents.list()[0]).toMatchObject({ meter: `m${INCIDENTS_KEPT_MAX}` })
})

test('a balance that does not hold is of all meters together', () => {
  const incidents = incidentList()
  incidents.take({
    is: 'residual',
    incident: { from: slot(8), slots: 4, cause: { is: 'wrong-direction', flow: 'production' } },
  })
  expect(incidents.list()).toEqual([{ at: 8 * SLOT_MS, kind: 'wrong-direction', meter: undefined }])
})
