import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { deviceShape, type DeviceSettings } from '../../src/device/device-settings.ts'
import type { DeviceSink } from '../../src/device/device.ts'
import { openGateway, type Gateway } from '../../src/device/gateway.ts'
import type { Observation } from '../../src/device/observation.ts'
import { DEVICE_TEMPLATES } from '../../src/device/templates.ts'
import { openBroker } from '../../src/lines/mqtt-broker.ts'
import { dialMqtt } from '../../src/lines/mqtt-dial.ts'
import { briefPorts, canMakePty, lineRig, ptyPair, until, shownFace } from '../../src/testing/index.ts'
import type { MeterFace } from '../../src/virtual/meter-face.ts'
import { p1Telegram } from '../../src/virtual/p1-telegram.ts'
import { smlTelegram } from '../../src/virtual/sml-telegram.ts'
import {
  answerServer,
  floatServer,
  sunspecServer,
  telegramServer,
} from '../../src/virtual/virtual-devices.ts'

const isPtyPossible = canMakePty || process.env['CI'] === 'true'

const shows = () => shownFace

const floats = () =>
  new Map([
    [0x34, -450],
    [0x48, 1234.5],
    [0x4a, 89],
  ])

const isTaken = (device: unknown) => deviceShape.safeParse(device).success

const wizard = ({ importWh, exportWh, powerW }: MeterFace) =>
  JSON.stringify({
    total_power_import_kwh: importWh / 1000,
    total_power_export_kwh: exportWh / 1000,
    active_power_w: powerW,
  })

// Time stands still: what polls fast would else make the others look silent.
const now = () => shownFace.at

interface Seen extends DeviceSink, AsyncDisposable {
  readonly gateway: Gateway
  readonly last: ReadonlyMap<string, Observation>
  all(...ids: readonly string[]): Promise<void>
}

function reading(...devices: readonly unknown[]): Seen {
  const settings: DeviceSettings[] = devices.map((device) => deviceShape.parse(device))
  const last = new Map<string, Observation>()
  const sink: DeviceSink = { observed: ({ id }, seen) => void last.set(id, seen) }
  const { pause, dice } = briefPorts(new AbortController().signal)
  const gateway = openGateway(settings, sink, { now, pause, dice })
  return {
    ...sink,
    gateway,
    last,
    all: async (...ids) =>
      await until(
        () => ids.every((id) => last.has(id)),
        () => JSON.stringify(gateway.reports(), undefined, 1),
      ),
    [Symbol.asyncDispose]: async () => await gateway[Symbol.asyncDispose](),
  }
}

const registers = { importWh: 1_234_567, exportWh: 89_000 }

test('meters on every kind of line are read side by side, each in its own words', async () => {
  await using p1 = await telegramServer(shows, p1Telegram)
  await using sml = await telegramServer(shows, smlTelegram)
  await using inverter = await sunspecServer(shows, 'inverter')
  await using http = await answerServer(shows, wizard)
  await using sdm = await floatServer(shows, floats)
  const host = '127.0.0.1'
  await using seen = reading(
    { id: 'p1', template: 'p1', line: { over: 'tcp', host, port: p1.port } },
    { id: 'sml', template: 'sml', line: { over: 'tcp', host, port: sml.port } },
    { id: 'roof', template: 'sunspec-inverter', line: { over: 'modbus-tcp', host, port: inverter.port } },
    {
      id: 'wizard',
      template: 'homewizard-p1',
      line: { over: 'http', url: `http://${host}:${http.port}/api/v1/data` },
    },
    { id: 'sdm', template: 'eastron-sdm72', line: { over: 'modbus-tcp', host, port: sdm.port } },
  )
  await seen.all('p1', 'sml', 'roof', 'wizard', 'sdm')
  for (const id of ['p1', 'sml', 'wizard'])
    expect(seen.last.get(id)).toMatchObject({ ...registers, powerW: -450 })
  expect(seen.last.get('roof')).toMatchObject({ exportWh: 89_000, powerW: -450 })
  expect(seen.last.get('sdm')).toMatchObject({ importWh: 1_234_500, exportWh: 89_000, powerW: -450 })
  const [report] = seen.gateway.reports()
  expect(report).toMatchObject({ line: { is: 'up' }, frames: { valid: 1, invalid: 0, absent: 0 } })
  // The frame ends with its check; the line end behind it belongs to nobody.
  expect(report?.lastFrame?.frame.bytes).toEqual(p1Telegram(shownFace).slice(0, -2))
})

test('two meters on one Modbus line share it, and the one that is missing does not stop the other', async () => {
  await using meter = await sunspecServer(shows, 'meter', 3)
  const line = { over: 'modbus-tcp', host: '127.0.0.1', port: meter.port }
  await using seen = reading(
    { id: 'gone', template: 'sunspec-meter', line: { ...line, unit: 9 } },
    { id: 'there', template: 'sunspec-meter', line: { ...line, unit: 3 } },
  )
  await seen.all('there')
  expect(seen.last.get('there')).toMatchObject(registers)
  const [gone] = seen.gateway.reports()
  expect(gone?.fault).toBeDefined()
})

test('a device that sends rubbish or nothing disturbs no other', async () => {
  await using good = await telegramServer(shows, p1Telegram)
  await using rubbish = await telegramServer(shows, () => {
    const telegram = p1Telegram(shownFace)
    telegram[200] = 0x39
    return telegram
  })
  const host = '127.0.0.1'
  await using seen = reading(
    { id: 'rubbish', template: 'p1', line: { over: 'tcp', host, port: rubbish.port } },
    { id: 'nobody', template: 'p1', line: { over: 'tcp', host, port: 1 } },
    { id: 'good', template: 'p1', line: { over: 'tcp', host, port: good.port } },
  )
  await seen.all('good')
  rubbish.tick()
  const report = () => seen.gateway.reports()
  await until(
    () => (report()[0]?.frames.invalid ?? 0) >= 2,
    () => 'a second bad telegram',
  )
  expect(report()[0]).toMatchObject({ frames: { valid: 0 }, lastObservation: undefined })
  expect([...(report()[0]?.problems ?? [])]).toEqual([['crc-mismatch', report()[0]?.frames.invalid]])
  expect(report()[1]?.line.is).not.toBe('up')
  expect([...seen.last.keys()]).toEqual(['good'])
})

test('a plug speaks over the household’s broker, and a reversed clamp is turned round', async () => {
  await using broker = await openBroker({ port: 0 })
  const url = `mqtt://127.0.0.1:${broker.port}`
  await using seen = reading(
    {
      id: 'plug',
      template: 'tasmota-plug',
      line: { over: 'mqtt', broker: url, topics: ['tele/plug/SENSOR'] },
    },
    {
      id: 'head',
      template: 'tasmota-meter',
      reversed: true,
      line: { over: 'mqtt', broker: url, topics: ['tele/head/SENSOR'] },
    },
  )
  const say = new TextEncoder()
  await using device = lineRig(() =>
    dialMqtt({ url, clientId: 'device' }, [], (voice) => {
      const plug = JSON.stringify({ ENERGY: { Total: 12.5, Power: 80 } })
      const head = JSON.stringify({ SML: { Total_in: 1, Total_out: 2, Power_curr: -7 } })
      void voice.publish({ topic: 'tele/plug/SENSOR', payload: say.encode(plug), retained: true })
      void voice.publish({ topic: 'tele/head/SENSOR', payload: say.encode(head), retained: true })
    }),
  )
  await device.until(({ states }) => states.some(({ is }) => is === 'up'))
  await seen.all('plug', 'head')
  expect(seen.last.get('plug')).toMatchObject({ importWh: 12_500, powerW: 80 })
  expect(seen.last.get('head')).toMatchObject({ importWh: 2000, exportWh: 1000, powerW: 7 })
})

test.skipIf(!isPtyPossible)('a meter on a serial port is read at the speed of its template', async () => {
  await using pty = await ptyPair()
  await using seen = reading({ id: 'p1', template: 'p1', line: { over: 'serial', path: pty.nodeEnd } })
  const ready = () => seen.gateway.reports()[0]?.line.is === 'up'
  await until(ready, () => 'an open port')
  await writeFile(pty.meterEnd, p1Telegram(shownFace))
  await seen.all('p1')
  expect(seen.last.get('p1')).toMatchObject(registers)
})

test('telegrams that another program writes into a file are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tri-gateway-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'p1.log')
  await writeFile(path, p1Telegram(shownFace))
  await using seen = reading({ id: 'p1', template: 'p1', line: { over: 'file', path, from: 'start' } })
  await seen.all('p1')
})

test('settings that make no sense are refused before a line is opened', () => {
  const line = { over: 'tcp', host: 'meter.lan', port: 23 } as const
  expect(() => reading({ id: 'a', template: 'no-such', line })).toThrow(
    expect.objectContaining({ code: 'template-unknown' }),
  )
  expect(() => reading({ id: 'a', template: 'sunspec-meter', line })).toThrow(
    expect.objectContaining({ code: 'line-not-for-template' }),
  )
  expect(isTaken({ id: 'A b', template: 'p1', line })).toBe(false)
  expect(isTaken({ id: 'a', template: 'p1', line: { ...line, host: 'a b' } })).toBe(false)
  expect(isTaken({ id: 'a', template: 'p1', line: { over: 'serial', path: 'ttyUSB0' } })).toBe(false)
  expect(isTaken({ id: 'a', template: 'p1', line: { over: 'http', url: 'http://me:secret@plug/' } })).toBe(
    false,
  )
})

test('every template can be reached, senses something and has a name of its own', () => {
  for (const [id, template] of DEVICE_TEMPLATES) {
    expect(id).toBe(template.id)
    expect(template.senses.length).toBeGreaterThan(0)
    expect(template.silentMs).toBeGreaterThan(0)
  }
})
