import { z } from 'zod'

import {
  deviceAdded,
  deviceRemoved,
  devices,
  deviceSettings,
  deviceTemplates,
  deviceTest,
  scan,
  scanRequest,
} from './device-shapes.ts'
import { paths } from './paths.ts'
import { identifier } from './quantities.ts'

const member = { answers: 'json', status: 200, access: 'member', scope: 'community' } as const
const own = { ...member, scope: 'own' } as const

/** The routes of a household's own devices: each answers about the session's member, and nobody else. */
export const deviceRoutes = {
  devices: {
    ...paths.devices,
    ...own,
    response: devices,
    refusals: ['not-signed-in'],
    summary: 'The devices of my household: how each is, what it says, and its last raw frame.',
  },
  deviceTemplates: {
    ...paths.deviceTemplates,
    ...member,
    response: deviceTemplates,
    refusals: ['not-signed-in'],
    summary: 'The kinds of device that the node knows.',
  },
  startScan: {
    ...paths.startScan,
    ...own,
    body: scanRequest,
    response: scan,
    status: 202,
    refusals: ['not-signed-in', 'origin-foreign', 'devices-not-run-here', 'scan-running', 'scan-nowhere'],
    summary: 'Looks for devices at the places named; the finds come one by one under GET.',
  },
  scan: {
    ...paths.scan,
    ...own,
    response: scan,
    refusals: ['not-signed-in', 'devices-not-run-here'],
    summary: 'The search that runs or ran last, its finds so far, and the serial ports there are.',
  },
  testDevice: {
    ...paths.testDevice,
    ...own,
    body: deviceSettings,
    response: deviceTest,
    refusals: [
      'not-signed-in',
      'origin-foreign',
      'devices-not-run-here',
      'template-unknown',
      'line-not-for-template',
    ],
    summary: 'Reads a device for a few seconds: its first value, or why it was silent. Nothing is kept.',
  },
  addDevice: {
    ...paths.addDevice,
    ...own,
    body: deviceSettings,
    response: deviceAdded,
    status: 201,
    refusals: [
      'not-signed-in',
      'origin-foreign',
      'devices-not-run-here',
      'device-exists',
      'devices-full',
      'template-unknown',
      'line-not-for-template',
      'meter-not-yours',
    ],
    summary: 'Keeps a device: from now on it is read.',
  },
  removeDevice: {
    ...paths.removeDevice,
    ...own,
    params: z.strictObject({ id: identifier }),
    response: deviceRemoved,
    refusals: ['not-signed-in', 'origin-foreign', 'devices-not-run-here', 'device-unknown'],
    summary: 'Stops reading a device and forgets its settings; its readings stay.',
  },
} as const
