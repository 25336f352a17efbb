import { prometheusText } from '@tri/platform'
import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { householdFigures } from '../../src/outwards/household-figures.ts'
import { reportOf } from './outwards-rig.ts'

const now = epochMs(Date.parse('2026-11-22T10:00:42Z'))

test('devices, vault, statements and outlets are figures that a monitor reads', () => {
  const figures = householdFigures(
    {
      devices: () => [reportOf({ id: 'p1' }, { powerW: 1 }), reportOf({ id: 'attic' })],
      vault: () => ({ bytes: 4096, lastAppendAt: epochMs(now - 1500), appendsRefused: 2 }),
      statements: () => ({ waiting: 3, sent: 96, refused: 1, oldestAt: epochMs(now - 900_000) }),
      outwards: () => ({
        broker: { is: 'up', since: now },
        webhooks: [{ id: 'house', waiting: 1, sent: 5, failedTries: 7, lost: 0, problem: undefined }],
      }),
    },
    now,
  )
  const text = prometheusText(figures)
  for (const line of [
    'tri_device_frames_total{device="p1",check="valid"} 7',
    'tri_device_frames_total{device="attic",check="invalid"} 1',
    'tri_device_problems_total{device="p1",problem="crc-mismatch"} 1',
    'tri_device_observation_age_seconds{device="p1"} 42',
    'tri_device_line_state{device="p1",state="up"} 1',
    'tri_device_line_state{device="p1",state="waiting"} 0',
    'tri_device_faulty{device="p1"} 0',
    'tri_vault_bytes 4096',
    'tri_vault_append_age_seconds 1.5',
    'tri_vault_appends_refused_total 2',
    'tri_statements_waiting 3',
    'tri_statements_sent_total 96',
    'tri_statements_refused_total 1',
    'tri_statements_oldest_age_seconds 900',
    'tri_mqtt_up 1',
    'tri_webhook_waiting{webhook="house"} 1',
    'tri_webhook_failures_total{webhook="house"} 7',
  ])
    expect(text.split('\n')).toContain(line)
  // A device that was never heard has no age.
  expect(text).not.toContain('tri_device_observation_age_seconds{device="attic"}')
  for (const { name, kind } of figures) expect(name.endsWith('_total')).toBe(kind === 'counter')
})

test('what a node does not have is no figure', () => {
  expect(householdFigures({}, now)).toEqual([])
})
