import { z } from 'zod'

import { SERIAL_FORMATS } from '../lines/serial-dial.ts'
import { IDENTITY } from '../ocpp/charger-door.ts'
import { CONNECTORS_MAX } from '../ocpp/served-action.ts'
import { DEVICE_ROLES } from './observation.ts'

const host = z
  .string()
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{2,39}(?:%[A-Za-z0-9]{1,15})?)$/)
const port = z.int().min(1).max(65_535)
const path = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^\/[^\0]*$/, 'an absolute path')
const baud = z.int().min(50).max(4_000_000)
const format = z.enum(SERIAL_FORMATS)
const everyMs = z.int().min(200).max(3_600_000)
const unit = z.int().min(0).max(255)
const login = z.strictObject({ user: z.string().max(128), password: z.string().max(256) })
/** An address without user and password: those are settings of their own and never shown. */
const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((text) => !text.includes('@'), 'user and password stand in `login`')
const brokerAddress = z
  .url({ protocol: /^mqtts?$/ })
  .max(2048)
  .refine((text) => !text.includes('@'), 'user and password stand in `login`')
const topic = z.string().min(1).max(512)

/** How a device is reached. */
export const lineShape = z.discriminatedUnion('over', [
  z.strictObject({ over: z.literal('serial'), path, baud: baud.optional(), format: format.optional() }),
  z.strictObject({ over: z.literal('tcp'), host, port }),
  z.strictObject({ over: z.literal('file'), path, from: z.enum(['start', 'end']).default('end') }),
  z.strictObject({
    over: z.literal('http'),
    url: webAddress,
    everyMs: everyMs.default(5000),
    login: login.optional(),
  }),
  z.strictObject({
    over: z.literal('mqtt'),
    broker: brokerAddress,
    topics: z.array(topic).min(1).max(32),
    login: login.optional(),
  }),
  z.strictObject({
    over: z.literal('modbus-tcp'),
    host,
    port: port.default(502),
    unit: unit.default(1),
    everyMs: everyMs.default(5000),
  }),
  z.strictObject({
    over: z.literal('modbus-rtu'),
    path,
    baud: baud.default(9600),
    format: format.default('8N1'),
    unit: unit.default(1),
    everyMs: everyMs.default(5000),
  }),
  z.strictObject({
    over: z.literal('modbus-rtu-tcp'),
    host,
    port,
    unit: unit.default(1),
    everyMs: everyMs.default(5000),
  }),
  z.strictObject({
    over: z.literal('ocpp'),
    /** The end of the address that the charger dials. */
    identity: z.string().regex(IDENTITY),
    password: z.string().min(1).max(40).optional(),
    /** Connector of 1.6, EVSE of 2.0.1: each has a meter of its own, and 0 is that of the whole charger. */
    connector: z.int().min(0).max(CONNECTORS_MAX).default(1),
  }),
])

/** Settings of one device, as the household keeps them. Keys and passwords are in it: the file is its owner's alone. */
export const deviceShape = z.strictObject({
  /** The household's own name of it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'small letters, digits and dashes, at most 32'),
  template: z.string().min(1).max(64),
  /** What it is to the household, where that is not what the template says. */
  role: z.enum(DEVICE_ROLES).optional(),
  /** The community's meter whose statements it makes; absent for a device that is the household's own affair. */
  meter: z.string().min(1).max(64).optional(),
  /** Registers that the meter has; both where it is left out. */
  counts: z.enum(['import', 'export', 'both']).optional(),
  /** True where a clamp was put on the other way round: import and export change places. */
  reversed: z.boolean().optional(),
  line: lineShape,
  /** Keys of an encrypted meter, in hex. */
  keys: z
    .strictObject({
      encryption: z.string().regex(/^[0-9a-fA-F]{32}$/),
      authentication: z
        .string()
        .regex(/^[0-9a-fA-F]{32}$/)
        .optional(),
    })
    .optional(),
})

/** Settings of one device. */
export type DeviceSettings = z.output<typeof deviceShape>
/** How a device is reached. */
export type LineSettings = z.output<typeof lineShape>

/** What a line is called in states, faults and lists: nothing secret is in it. */
export function lineName(line: LineSettings): string {
  if (line.over === 'serial' || line.over === 'file') return line.path
  if (line.over === 'http') return line.url
  if (line.over === 'mqtt') return `${line.broker} ${line.topics.join(' ')}`
  if (line.over === 'modbus-rtu') return `modbus-rtu ${line.path}`
  if (line.over === 'ocpp') return `ocpp ${line.identity}/${line.connector}`
  return `${line.over}://${line.host}:${line.port}`
}
