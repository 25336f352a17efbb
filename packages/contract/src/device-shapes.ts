import { z } from 'zod'

import { count, epochMilliseconds, identifier, mark, refusalSentences } from './quantities.ts'

/** Devices of one household at most. */
export const HOUSEHOLD_DEVICES_MAX = 256
/** Bytes of the last raw frame that are shown; what is longer is told by its length. */
export const FRAME_BYTES_SHOWN_MAX = 4096
/** Values of the last raw frame that are shown. */
export const FRAME_VALUES_SHOWN_MAX = 256
/** Places that one search looks at. */
export const SCAN_PLACES_MAX = 32
/** Finds of one search that are told. */
export const SCAN_FINDS_MAX = 256

export const deviceRole = z.enum(['grid', 'plant', 'storage', 'load', 'charger', 'heat']).meta({
  id: 'DeviceRole',
  description: 'What a device is to its household: it decides what its counters mean.',
})

const over = z.enum([
  'serial',
  'tcp',
  'file',
  'http',
  'mqtt',
  'modbus-tcp',
  'modbus-rtu',
  'modbus-rtu-tcp',
  'ocpp',
])

/** Connectors of one charger. */
const CONNECTORS_MAX = 64

const host = z
  .string()
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}(?:%[A-Za-z0-9]{1,15})?)$/)
const port = z.int().min(1).max(65_535)
const path = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^\/[^\0]*$/)
const baud = z.int().min(50).max(4_000_000)
const format = z.enum(['8N1', '8E1', '7E1', '8N2'])
const everyMs = z.int().min(200).max(3_600_000)
const unit = z.int().min(0).max(255)
// User and password are a field of their own: an address is shown, and stands in logs.
const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((text) => !text.includes('@'), 'user and password stand in `login`')
const brokerAddress = z
  .url({ protocol: /^mqtts?$/ })
  .max(2048)
  .refine((text) => !text.includes('@'), 'user and password stand in `login`')

/**
 * How a device is reached. Nothing in it is secret. A line that reads a file is added at the machine itself: a page must not be
 * a way to read the node's files.
 */
export const deviceLine = z
  .discriminatedUnion('over', [
    z.strictObject({ over: z.literal('serial'), path, baud: baud.optional(), format: format.optional() }),
    z.strictObject({ over: z.literal('tcp'), host, port }),
    z.strictObject({ over: z.literal('http'), url: webAddress, everyMs: everyMs.optional() }),
    z.strictObject({
      over: z.literal('mqtt'),
      broker: brokerAddress,
      topics: z.array(z.string().min(1).max(512)).min(1).max(32),
    }),
    z.strictObject({
      over: z.literal('modbus-tcp'),
      host,
      port: port.optional(),
      unit: unit.optional(),
      everyMs: everyMs.optional(),
    }),
    z.strictObject({
      over: z.literal('modbus-rtu'),
      path,
      baud: baud.optional(),
      format: format.optional(),
      unit: unit.optional(),
      everyMs: everyMs.optional(),
    }),
    z.strictObject({
      over: z.literal('modbus-rtu-tcp'),
      host,
      port,
      unit: unit.optional(),
      everyMs: everyMs.optional(),
    }),
    z.strictObject({
      over: z.literal('ocpp'),
      identity: z.string().regex(/^[A-Za-z0-9*+=:|@._-]{1,48}$/),
      connector: z.int().min(0).max(CONNECTORS_MAX).optional(),
    }),
  ])
  .meta({ id: 'DeviceLine', description: 'How a device is reached; nothing in it is secret.' })

const key = z.string().regex(/^[0-9a-fA-F]{32}$/)

/** How a device is to be read. What is secret in it goes in and never comes out again. */
export const deviceSettings = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
      .meta({ description: 'The household’s own name of it: small letters, digits and dashes.' }),
    template: identifier,
    role: deviceRole.optional().meta({ description: 'Where it is not what its template says.' }),
    meter: identifier.optional().meta({ description: 'The community’s meter that it stands for.' }),
    counts: z
      .enum(['import', 'export', 'both'])
      .optional()
      .meta({ description: 'Registers that the meter has; both where it is left out.' }),
    reversed: z.boolean().optional().meta({ description: 'A clamp that was put on the other way round.' }),
    line: deviceLine,
    login: z
      .strictObject({ user: z.string().max(128).default(''), password: z.string().max(256) })
      .optional()
      .meta({ description: 'For a line over http or mqtt; a charger has a password only.' }),
    keys: z
      .strictObject({ encryption: key, authentication: key.optional() })
      .optional()
      .meta({ description: 'Keys of an encrypted meter, hexadecimal.' }),
  })
  .meta({ id: 'DeviceSettings' })

const decimal = z.number().nullable()

/** What one usable frame said. Directions are those of the device's own meter; what it does not know is null. */
export const deviceObservation = z
  .object({
    takenAt: epochMilliseconds,
    importWh: decimal,
    exportWh: decimal,
    powerW: decimal,
    phasePowersW: z.array(z.number()).max(3).nullable(),
    phaseVoltagesV: z.array(z.number()).max(3).nullable(),
    phaseCurrentsA: z.array(z.number()).max(3).nullable(),
    temperatureC: decimal,
    charge100: z.number().min(0).max(100).nullable().meta({ description: 'How full a battery is, percent.' }),
    isOn: z.boolean().nullable(),
    mark,
  })
  .meta({
    id: 'DeviceObservation',
    description:
      'Directions are those of the device’s own meter: import and positive power flow into what stands behind it. Registers are decimals as they were sent.',
  })

const checkVerdict = z.enum(['valid', 'invalid', 'absent'])

const frameValue = z.object({
  name: z.string().meta({ description: 'The OBIS code, or the protocol’s own name.' }),
  value: z.union([z.number(), z.string(), z.boolean()]),
  unit: z.string().nullable(),
})

/** The last frame as it came, for the household's own eyes. */
export const rawFrame = z
  .object({
    takenAt: epochMilliseconds,
    protocol: z.string(),
    check: checkVerdict,
    problem: z.string().nullable().meta({ description: 'Why its values are not used.' }),
    length: count.meta({ description: 'Bytes of the whole frame.' }),
    hex: z
      .string()
      .max(FRAME_BYTES_SHOWN_MAX * 2)
      .meta({ description: 'Its first bytes.' }),
    text: z
      .string()
      .max(FRAME_BYTES_SHOWN_MAX)
      .nullable()
      .meta({ description: 'The same as text, where it is text.' }),
    values: z.array(frameValue).max(FRAME_VALUES_SHOWN_MAX),
  })
  .meta({ id: 'RawFrame', description: 'The last frame as it came. Only its household sees it.' })

const problemCount = z.object({ problem: z.string(), times: count })
const frameCounts = z.object({ valid: count, invalid: count, absent: count })

const lineState = z
  .object({
    over,
    name: z.string(),
    is: z.enum(['opening', 'up', 'waiting', 'closed']),
    since: epochMilliseconds.nullable().meta({ description: 'When it came up.' }),
    until: epochMilliseconds.nullable().meta({ description: 'When it is dialled again.' }),
    tries: count,
    problem: refusalSentences.nullable(),
  })
  .meta({ id: 'DeviceLineState' })

/** How good what a device says is now. */
export const deviceQuality = z.enum(['checked', 'unchecked', 'refused', 'stale', 'silent']).meta({
  id: 'DeviceQuality',
  description:
    'checked: fresh, and the check of its frame fitted; unchecked: fresh, but its protocol has no check; refused: its last frame was not used; stale: nothing usable for longer than its kind is ever silent; silent: nothing usable yet.',
})

export const device = z
  .object({
    id: identifier,
    title: z.string(),
    template: identifier,
    role: deviceRole,
    meter: identifier.nullable(),
    line: lineState,
    quality: deviceQuality,
    abilities: z.array(z.enum(['registers', 'power', 'phases', 'temperature', 'charge', 'switch'])).max(6),
    frames: frameCounts,
    problems: z.array(problemCount).max(64),
    fault: refusalSentences.nullable().meta({ description: 'The last fault of the device itself.' }),
    ageMs: count.nullable().meta({ description: 'Of the last observation.' }),
    seen: deviceObservation.nullable(),
    lastFrame: rawFrame.nullable(),
  })
  .meta({ id: 'Device' })

/** Incidents of one household that are told, newest first. */
export const HOUSEHOLD_INCIDENTS_MAX = 50

/** Something that happened to a household's meters and that somebody should look at. */
export const householdIncident = z
  .object({
    at: epochMilliseconds,
    kind: z.enum([
      'gap',
      'register-reset',
      'register-fell',
      'meter-replaced',
      'implausible-power',
      'reading-contradicts',
      'sources-disagree',
      'wrong-direction',
      'swapped-clamp',
      'missing-phase',
      'tampering',
      'unexplained',
      'statement-refused',
    ]),
    meter: identifier
      .nullable()
      .meta({ description: 'Null where it is the balance of all meters together.' }),
  })
  .meta({ id: 'HouseholdIncident', description: 'It tells where to look, never an amount of energy.' })

const householdMeter = z.object({ id: identifier, role: z.string() })

export const devices = z
  .object({
    member: identifier,
    at: epochMilliseconds,
    isRunHere: z.boolean().meta({ description: 'Whether this node reads devices of this member.' }),
    devices: z.array(device).max(HOUSEHOLD_DEVICES_MAX),
    meters: z
      .array(householdMeter)
      .max(64)
      .meta({ description: 'The community’s meters of this member, for a device to stand for.' }),
    incidents: z
      .array(householdIncident)
      .max(HOUSEHOLD_INCIDENTS_MAX)
      .meta({ description: 'Newest first, since the node was started.' }),
  })
  .meta({ id: 'Devices' })

export const deviceTemplates = z
  .object({
    templates: z
      .array(
        z.object({
          id: identifier,
          title: z.string(),
          role: deviceRole,
          lines: z.array(over).max(8),
          serial: z.array(z.object({ baud: count, format })).max(8),
          topics: z.array(z.string()).max(32),
          path: z.string().nullable(),
        }),
      )
      .max(512),
  })
  .meta({ id: 'DeviceTemplates', description: 'The kinds of device that the node knows.' })

export const scanRequest = z
  .strictObject({
    serial: z
      .union([z.literal(true), z.array(path).max(SCAN_PLACES_MAX)])
      .default([])
      .meta({ description: 'Device files of serial ports; true for all there are.' }),
    hosts: z
      .array(z.string().regex(/^[A-Za-z0-9[][A-Za-z0-9.:[\]-]{0,252}$/))
      .max(SCAN_PLACES_MAX)
      .default([])
      .meta({ description: '`host` or `host:port`.' }),
    broker: brokerAddress.optional(),
  })
  .meta({ id: 'ScanRequest', description: 'Where to look for devices.' })

export const scanFind = z
  .object({
    template: identifier,
    title: z.string(),
    role: deviceRole,
    line: deviceLine,
    name: z.string().meta({ description: 'Of the line.' }),
    knownAs: identifier.nullable().meta({ description: 'The device that is read over this line already.' }),
    seen: deviceObservation,
  })
  .meta({ id: 'ScanFind', description: 'A device that said something, before anything of it is kept.' })

export const scan = z
  .object({
    member: identifier,
    at: epochMilliseconds,
    is: z.enum(['idle', 'running', 'done']),
    startedAt: epochMilliseconds.nullable(),
    serialPorts: z.array(z.string()).max(64).meta({ description: 'Ports that this node has now.' }),
    finds: z.array(scanFind).max(SCAN_FINDS_MAX),
  })
  .meta({ id: 'Scan' })

export const deviceTest = z
  .object({
    member: identifier,
    seen: deviceObservation.nullable(),
    reason: z
      .enum(['nothing-heard', 'nothing-usable', 'line-failed'])
      .nullable()
      .meta({ description: 'Of its silence; null when it said something.' }),
    fault: refusalSentences.nullable(),
    frames: frameCounts,
    problems: z.array(problemCount).max(64),
    lastFrame: rawFrame.nullable(),
  })
  .meta({ id: 'DeviceTest', description: 'What a device said within a few seconds. Nothing of it is kept.' })

export const deviceAdded = z.object({ member: identifier, device }).meta({ id: 'DeviceAdded' })
export const deviceRemoved = z.object({ member: identifier, id: identifier }).meta({ id: 'DeviceRemoved' })
