import {
  DEVICE_TEMPLATES,
  type DeviceReport,
  type DeviceSettings,
  type Frame,
  type Observation,
} from '@tri/meters'
import { accept, epochMs, Fault, refuse } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { absentDesk, type DeviceDesk } from '../../src/devices/device-desk.ts'
import { deviceHandlers } from '../../src/services/device-service.ts'

const now = epochMs(1_790_000_000_000)
const ago = (ms: number) => epochMs(now - ms)
const owner = { role: 'household', member: 'home-1', language: 'en' } as const
const neighbour = { ...owner, member: 'home-2' }
const never = new AbortController().signal

const settings: DeviceSettings = {
  id: 'meter',
  template: 'p1',
  meter: 'm1',
  line: { over: 'serial', path: '/dev/ttyUSB0' },
  keys: { encryption: 'c0ffee00c0ffee00c0ffee00c0ffee00' },
}
const seen: Observation = { takenAt: ago(3000), isChecked: true, importWh: 1_204_500, powerW: -318 }
const frame: Frame = {
  protocol: 'dsmr',
  check: 'valid',
  values: [{ obis: '1-0:1.8.0', value: 1_204_500, unit: 'Wh' }],
  bytes: new TextEncoder().encode('\u0002/ABC\r\n1-0:1.8.0(001204.500*kWh)\r\n!\r\n'),
}

function reportOf(given: Partial<DeviceReport> = {}): DeviceReport {
  return {
    settings,
    line: { is: 'up', since: ago(60_000) },
    frames: { valid: 9, invalid: 1, absent: 0 },
    problems: new Map([
      ['crc-mismatch', 1],
      ['block-out-of-order', 4],
    ]),
    lastFrame: { frame, takenAt: ago(3000) },
    lastObservation: seen,
    fault: undefined,
    ...given,
  }
}

const notOver: DeviceDesk['add'] = async () => refuse('line-not-for-template')

function deskOf(given: Partial<DeviceDesk> = {}): DeviceDesk {
  return {
    ...absentDesk(DEVICE_TEMPLATES, () => now),
    owner: owner.member,
    reports: () => [reportOf()],
    meters: () => [{ id: 'm1', role: 'connection' }],
    ...given,
  }
}

async function deviceOf(given: Partial<DeviceReport>) {
  const told = await deviceHandlers(deskOf({ reports: () => [reportOf(given)] })).devices(owner, {}, never)
  const [device] = told.ok ? told.value.devices : []
  if (device === undefined) throw new TypeError('no device')
  return device
}

describe('the devices of a household', () => {
  it('are told to it with their age, counts and last raw frame, and without a key', async () => {
    const device = await deviceOf({})
    expect(device).toMatchObject({
      id: 'meter',
      role: 'grid',
      meter: 'm1',
      quality: 'checked',
      ageMs: 3000,
      abilities: ['registers', 'power'],
      frames: { valid: 9, invalid: 1, absent: 0 },
      problems: [
        { problem: 'block-out-of-order', times: 4 },
        { problem: 'crc-mismatch', times: 1 },
      ],
      line: { over: 'serial', name: '/dev/ttyUSB0', is: 'up', since: ago(60_000), problem: null },
      seen: { importWh: 1_204_500, exportWh: null, powerW: -318, mark: 'live' },
      lastFrame: {
        length: 37,
        text: '␂/ABC\n1-0:1.8.0(001204.500*kWh)\n!\n',
        values: [{ name: '1-0:1.8.0', value: 1_204_500, unit: 'Wh' }],
      },
    })
    expect(JSON.stringify(device)).not.toContain('c0ffee')
  })

  it('are nobody else’s to see, to look for, to try, to add or to remove', async () => {
    const handlers = deviceHandlers(deskOf())
    expect(await handlers.devices(neighbour, {}, never)).toEqual(
      accept({ member: 'home-2', at: now, isRunHere: false, devices: [], meters: [], incidents: [] }),
    )
    const body = { id: 'x', template: 'p1', line: { over: 'tcp', host: '10.0.0.7', port: 23 } } as const
    const refused = refuse({ code: 'devices-not-run-here' })
    expect(await handlers.startScan(neighbour, { body: { serial: true, hosts: [] } }, never)).toEqual(refused)
    expect(await handlers.scan(neighbour, {}, never)).toEqual(refused)
    expect(await handlers.testDevice(neighbour, { body }, never)).toEqual(refused)
    expect(await handlers.addDevice(neighbour, { body }, never)).toEqual(refused)
    expect(await handlers.removeDevice(neighbour, { params: { id: 'meter' } }, never)).toEqual(refused)
  })

  it.each([
    ['silent', { lastObservation: undefined, lastFrame: undefined }],
    ['refused', { lastObservation: undefined }],
    ['refused', { lastFrame: { frame: { ...frame, problem: 'crc-mismatch' }, takenAt: now } }],
    ['checked', { lastObservation: { ...seen, takenAt: ago(120_000) } }],
    ['stale', { lastObservation: { ...seen, takenAt: ago(120_001) } }],
    ['unchecked', { lastFrame: { frame: { ...frame, check: 'absent' as const }, takenAt: now } }],
  ])('are %s when that is what is known of them', async (quality, given) => {
    expect((await deviceOf(given)).quality).toBe(quality)
  })

  it('say in both languages what is wrong with a line, and never a password in its address', async () => {
    const url = 'http://10.0.0.9/cm?user=admin&password=hush'
    const problem = new Fault('line-broken', { line: url, reason: 'EHOSTUNREACH' })
    const { line } = await deviceOf({
      settings: { ...settings, line: { over: 'http', url, everyMs: 5000 } },
      line: { is: 'waiting', until: now, tries: 3, problem },
    })
    expect(line.name).toBe('http://10.0.0.9/cm')
    expect(line.problem?.code).toBe('line-broken')
    expect(line.problem?.it).toContain('http://10.0.0.9/cm non si può usare: EHOSTUNREACH')
    expect(JSON.stringify(line)).not.toContain('hush')
  })

  it('that are found and read already are marked with their name', async () => {
    const line = { over: 'serial', path: '/dev/ttyUSB0', baud: 9600 } as const
    const other = { ...line, path: '/dev/ttyUSB1' }
    const scanState = async () => ({
      is: 'done' as const,
      startedAt: now,
      serialPorts: ['/dev/ttyUSB0'],
      finds: [line, other].map((found) => ({ template: 'p1', title: 'P1', line: found, seen })),
    })
    const told = await deviceHandlers(deskOf({ scanState })).scan(owner, {}, never)
    expect(told).toMatchObject({
      value: { is: 'done', finds: [{ knownAs: 'meter', role: 'grid' }, { knownAs: null }] },
    })
  })

  it('that stay silent are told with the reason and what came, and one that speaks with its value', async () => {
    const fault = new Fault('line-silent', { line: '/dev/ttyUSB0', seconds: 15 })
    const silence = { reason: 'nothing-usable', report: reportOf(), fault } as const
    const body = { id: 'x', template: 'p1', line: { over: 'serial', path: '/dev/ttyUSB0' } } as const
    const quiet = deviceHandlers(deskOf({ test: async () => accept(refuse(silence)) }))
    expect(await quiet.testDevice(owner, { body }, never)).toMatchObject({
      value: {
        seen: null,
        reason: 'nothing-usable',
        fault: { code: 'line-silent' },
        lastFrame: { length: 37 },
      },
    })
    const loud = deviceHandlers(deskOf({ test: async () => accept(accept(seen)) }))
    expect(await loud.testDevice(owner, { body }, never)).toMatchObject({
      value: { seen: { powerW: -318 }, reason: null },
    })
  })

  it('are added with their password in the line, where only the gateway sees it', async () => {
    const kept: DeviceSettings[] = []
    const add: DeviceDesk['add'] = async (device) => {
      kept.push(device)
      return accept(reportOf({ settings: device }))
    }
    const login = { user: 'casa', password: 'hush' }
    const line = { over: 'http', url: 'http://10.0.0.9/status' } as const
    const body = { id: 'clamp', template: 'shelly-3em', line, login }
    const added = await deviceHandlers(deskOf({ add })).addDevice(owner, { body }, never)
    expect(kept).toMatchObject([{ id: 'clamp', line: { over: 'http', everyMs: 5000, login } }])
    expect(JSON.stringify(added)).not.toContain('hush')
  })

  it('are refused by name, with what would do', async () => {
    const body = { id: 'x', template: 'p1', line: { over: 'http', url: 'http://10.0.0.9/' } } as const
    expect(await deviceHandlers(deskOf({ add: notOver })).addDevice(owner, { body }, never)).toMatchObject({
      refusal: { code: 'line-not-for-template', details: { over: 'http', choices: 'serial, tcp, file' } },
    })
  })
})
