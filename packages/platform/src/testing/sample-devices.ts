import type { InputOf, ResponseOf } from '@tri/contract'
import { accept, refuse } from '@tri/units'

import type { Handlers } from '../ports.ts'
import { SAMPLE_COORDINATOR, SAMPLE_HOUSEHOLD } from './sample-community.ts'

type Device = ResponseOf<'devices'>['devices'][number]
type Seen = NonNullable<Device['seen']>
type RawFrame = NonNullable<Device['lastFrame']>
type Template = ResponseOf<'deviceTemplates'>['templates'][number]
type Find = ResponseOf<'scan'>['finds'][number]
type Settings = InputOf<'addDevice'>['body']

type DeviceHandlers = Pick<
  Handlers,
  'devices' | 'deviceTemplates' | 'startScan' | 'scan' | 'testDevice' | 'addDevice' | 'removeDevice'
>

const P1_PORT = '/dev/serial/by-id/usb-FTDI_P1_cable-if00-port0'
const NEW_PORT = '/dev/serial/by-id/usb-Silicon_Labs_CP2102_0001-if00-port0'
/** Times of day in the sample's frames are those of the sample's clock, which may stand. */
const SECOND_MS = 1000
/** When the sample's home missed a quarter hour. */
const INCIDENT_AGO_MS = 5 * 3_600_000
const NO_COUNTS = { valid: 0, invalid: 0, absent: 0 }

const kind = (id: string, title: string, rest: Omit<Template, 'id' | 'title' | 'topics'>): Template => ({
  id,
  title,
  topics: [],
  ...rest,
})

const P1 = kind('p1', 'Smart meter with a P1 port (DSMR, e-MUCS and their relatives)', {
  role: 'grid',
  lines: ['serial', 'tcp'],
  serial: [{ baud: 115_200, format: '8N1' }],
  path: null,
})
const SML = kind('sml', 'Smart meter with an optical head that speaks SML', {
  role: 'grid',
  lines: ['serial', 'tcp'],
  serial: [{ baud: 9600, format: '8N1' }],
  path: null,
})
const INVERTER = kind('sunspec-inverter', 'SunSpec inverter, with its battery where it has one', {
  role: 'plant',
  lines: ['modbus-tcp', 'modbus-rtu', 'modbus-rtu-tcp'],
  serial: [],
  path: null,
})
const SHELLY = kind('shelly-3em', 'Shelly 3EM, three phases', {
  role: 'grid',
  lines: ['http', 'mqtt'],
  serial: [],
  path: '/status',
})
const templates = [P1, SML, INVERTER, SHELLY]

function seenOf(takenAt: number, of: Partial<Seen>): Seen {
  return {
    takenAt,
    importWh: null,
    exportWh: null,
    powerW: null,
    phasePowersW: null,
    phaseVoltagesV: null,
    phaseCurrentsA: null,
    temperatureC: null,
    charge100: null,
    isOn: null,
    mark: 'live',
    ...of,
  }
}

const TELEGRAM = `/ISK5\\2M550T-1012

1-3:0.2.8(50)
0-0:1.0.0(260611143200S)
1-0:1.8.0(003412.874*kWh)
1-0:2.8.0(005120.316*kWh)
1-0:1.7.0(00.000*kW)
1-0:2.7.0(01.804*kW)
1-0:32.7.0(231.4*V)
1-0:21.7.0(00.000*kW)
1-0:22.7.0(01.804*kW)
!6F1A
`
const encoder = new TextEncoder()

function telegramAt(takenAt: number): RawFrame {
  const bytes = encoder.encode(TELEGRAM.replaceAll('\n', '\r\n'))
  return {
    takenAt,
    protocol: 'dsmr',
    check: 'valid',
    problem: null,
    length: bytes.length,
    hex: bytes.toHex(),
    text: TELEGRAM,
    values: [
      { name: '1-0:1.8.0', value: 3_412_874, unit: 'Wh' },
      { name: '1-0:2.8.0', value: 5_120_316, unit: 'Wh' },
      { name: '1-0:1.7.0', value: 0, unit: 'W' },
      { name: '1-0:2.7.0', value: 1804, unit: 'W' },
      { name: '1-0:32.7.0', value: 231.4, unit: 'V' },
    ],
  }
}

function lineOf(over: Device['line']['over'], name: string, since: number): Device['line'] {
  return { over, name, is: 'up', since, until: null, tries: 0, problem: null }
}

/** A meter and an inverter that are well, and a plug that nobody finds any more. */
function firstDevices(now: number): Device[] {
  const meter = seenOf(now - 2 * SECOND_MS, {
    importWh: 3_412_874,
    exportWh: 5_120_316,
    powerW: -1804,
    phaseVoltagesV: [231.4],
  })
  return [
    {
      id: 'meter',
      title: P1.title,
      template: 'p1',
      role: 'grid',
      meter: `m-${SAMPLE_HOUSEHOLD}`,
      line: lineOf('serial', P1_PORT, now - 86_400_000),
      quality: 'checked',
      abilities: ['registers', 'power', 'phases'],
      frames: { valid: 86_214, invalid: 3, absent: 0 },
      problems: [{ problem: 'crc-mismatch', times: 3 }],
      fault: null,
      ageMs: 2 * SECOND_MS,
      seen: meter,
      lastFrame: telegramAt(meter.takenAt),
    },
    inverterAt(now),
    plugAt(now),
  ]
}

function inverterAt(now: number): Device {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => (i * 37 + 11) % 256)
  const takenAt = now - 4 * SECOND_MS
  return {
    id: 'inverter',
    title: INVERTER.title,
    template: 'sunspec-inverter',
    role: 'plant',
    meter: null,
    line: lineOf('modbus-tcp', 'modbus-tcp://192.168.1.31:502', now - 3_600_000),
    quality: 'unchecked',
    abilities: ['registers', 'power', 'temperature'],
    frames: { valid: 0, invalid: 0, absent: 17_204 },
    problems: [],
    fault: null,
    ageMs: 4 * SECOND_MS,
    seen: seenOf(takenAt, { exportWh: 11_872_400, powerW: -3240, temperatureC: 41 }),
    lastFrame: {
      takenAt,
      protocol: 'sunspec',
      check: 'absent',
      problem: null,
      length: 64,
      hex: bytes.toHex(),
      text: null,
      values: [
        { name: '103.W', value: 3240, unit: 'W' },
        { name: '103.WH', value: 11_872_400, unit: 'Wh' },
        { name: '103.TmpCab', value: 41, unit: '°C' },
      ],
    },
  }
}

function plugAt(now: number): Device {
  const line = 'http://192.168.1.44/rpc/Switch.GetStatus'
  return {
    id: 'freezer',
    title: 'Shelly plug or switch of any generation',
    template: 'shelly-plug',
    role: 'load',
    meter: null,
    line: {
      over: 'http',
      name: line,
      is: 'waiting',
      since: null,
      until: now + 42 * SECOND_MS,
      tries: 9,
      problem: {
        code: 'line-broken',
        en: `${line} cannot be used: EHOSTUNREACH. The node tries again by itself; look at the cable, the address and the port.`,
        it: `${line} non si può usare: EHOSTUNREACH. Il nodo riprova da sé; controlla il cavo, l’indirizzo e la porta.`,
      },
    },
    quality: 'stale',
    abilities: ['registers', 'power'],
    frames: { valid: 0, invalid: 0, absent: 4102 },
    problems: [],
    fault: null,
    ageMs: 11_520_000,
    seen: seenOf(now - 11_520_000, { importWh: 84_120, powerW: 62 }),
    lastFrame: null,
  }
}

function findsAt(now: number): Find[] {
  return [
    {
      template: 'sml',
      title: SML.title,
      role: 'grid',
      line: { over: 'serial', path: NEW_PORT, baud: 9600, format: '8N1' },
      name: NEW_PORT,
      knownAs: null,
      seen: seenOf(now, { importWh: 9_120_400, exportWh: 0, powerW: 412 }),
    },
    {
      template: 'sunspec-inverter',
      title: INVERTER.title,
      role: 'plant',
      line: { over: 'modbus-tcp', host: '192.168.1.32', port: 502, unit: 1, everyMs: 5000 },
      name: 'modbus-tcp://192.168.1.32:502',
      knownAs: null,
      seen: seenOf(now, { exportWh: 2_004_300, powerW: -3240 }),
    },
    {
      template: 'p1',
      title: P1.title,
      role: 'grid',
      line: { over: 'serial', path: P1_PORT, baud: 115_200, format: '8N1' },
      name: P1_PORT,
      knownAs: 'meter',
      seen: seenOf(now, { importWh: 3_412_874, exportWh: 5_120_316, powerW: -1804 }),
    },
  ]
}

/**
 * Handlers of a household's devices. A search finds one more device each time it is asked after; the address 192.168.1.99 is
 * silent. The coordinator's own house has no devices yet.
 */
export function sampleDevices(nowMs: () => number): DeviceHandlers {
  const devices = firstDevices(nowMs())
  let found: number | undefined
  let startedAt: number | null = null
  const scanOf = (member: string): ResponseOf<'scan'> => {
    const at = nowMs()
    const finds = findsAt(at)
    const is = found === undefined ? 'idle' : found < finds.length ? 'running' : 'done'
    const serialPorts = [P1_PORT, NEW_PORT]
    return { member, at, is, startedAt, serialPorts, finds: finds.slice(0, found ?? 0) }
  }
  return {
    devices: ({ member }) => {
      const meters = [{ id: `m-${member}`, role: 'connection' }]
      const own = member === SAMPLE_COORDINATOR ? [] : devices
      const incidents = [{ at: nowMs() - INCIDENT_AGO_MS, kind: 'gap' as const, meter: `m-${member}` }]
      return accept({
        member,
        at: nowMs(),
        isRunHere: true,
        devices: own,
        meters,
        incidents: own.length === 0 ? [] : incidents,
      })
    },
    deviceTemplates: () => accept({ templates: [...templates] }),
    startScan: ({ member }, { body }) => {
      if (body.serial !== true && body.serial.length + body.hosts.length === 0 && body.broker === undefined)
        return refuse({ code: 'scan-nowhere' })
      found = 0
      startedAt = nowMs()
      return accept(scanOf(member))
    },
    scan: ({ member }) => {
      if (found !== undefined) found = Math.min(found + 1, findsAt(0).length)
      return accept(scanOf(member))
    },
    testDevice: ({ member }, { body }) => accept(testOf(member, body, nowMs())),
    addDevice: ({ member }, { body }) => {
      if (devices.some(({ id }) => id === body.id))
        return refuse({ code: 'device-exists', details: { id: body.id } })
      const device = addedAt(body)
      devices.push(device)
      return accept({ member, device })
    },
    removeDevice: ({ member }, { params: { id } }) => {
      const at = devices.findIndex((one) => one.id === id)
      if (at < 0) return refuse({ code: 'device-unknown', details: { id } })
      devices.splice(at, 1)
      return accept({ member, id })
    },
  }
}

function testOf(member: string, { line }: Settings, now: number): ResponseOf<'testDevice'> {
  const quiet = { frames: NO_COUNTS, problems: [], lastFrame: null }
  if ('host' in line && line.host === '192.168.1.99') {
    const name = `${line.over}://${line.host}`
    const fault = {
      code: 'line-broken',
      en: `${name} cannot be used: ECONNREFUSED. Look at the cable, the address and the port.`,
      it: `${name} non si può usare: ECONNREFUSED. Controlla il cavo, l’indirizzo e la porta.`,
    }
    return { member, seen: null, reason: 'line-failed', fault, ...quiet }
  }
  return {
    member,
    seen: seenOf(now, { exportWh: 640_200, powerW: -2710 }),
    reason: null,
    fault: null,
    ...quiet,
  }
}

function addedAt({ id, template, role, meter, line }: Settings): Device {
  const known = templates.find((one) => one.id === template)
  const name = 'path' in line ? line.path : 'host' in line ? `${line.over}://${line.host}` : line.over
  return {
    id,
    title: known?.title ?? template,
    template,
    role: role ?? known?.role ?? 'load',
    meter: meter ?? null,
    line: { over: line.over, name, is: 'opening', since: null, until: null, tries: 0, problem: null },
    quality: 'silent',
    abilities: [],
    frames: NO_COUNTS,
    problems: [],
    fault: null,
    ageMs: null,
    seen: null,
    lastFrame: null,
  }
}
