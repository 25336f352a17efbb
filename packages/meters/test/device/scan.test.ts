import { writeFile } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { scanDevices, type FoundDevice, type ScanWish } from '../../src/device/scan.ts'
import { tryDevice } from '../../src/device/try-device.ts'
import { deviceShape } from '../../src/device/device-settings.ts'
import { openBroker } from '../../src/lines/mqtt-broker.ts'
import { dialMqtt } from '../../src/lines/mqtt-dial.ts'
import { briefPorts, canMakePty, lineRig, ptyPair, realPause, shownFace } from '../../src/testing/index.ts'
import { p1Telegram } from '../../src/virtual/p1-telegram.ts'
import { smlTelegram } from '../../src/virtual/sml-telegram.ts'
import { answerServer, sunspecServer, telegramServer } from '../../src/virtual/virtual-devices.ts'

const isPtyPossible = canMakePty || process.env['CI'] === 'true'
const PATIENCE_MS = 400

const shows = () => shownFace
const threePhases = () =>
  JSON.stringify({
    emeters: [0, 1, 2].map((phase) => ({
      power: phase,
      voltage: 230,
      total: 1000 * phase,
      total_returned: 1,
    })),
  })

const say = (text: unknown) =>
  new TextEncoder().encode(typeof text === 'string' ? text : JSON.stringify(text))

const at = (port: number) =>
  deviceShape.parse({ id: 'meter', template: 'p1', line: { over: 'tcp', host: '127.0.0.1', port } })

function ports() {
  const { signal } = new AbortController()
  return { ...briefPorts(signal), pause: realPause, signal }
}

async function found(wish: Partial<ScanWish>): Promise<FoundDevice[]> {
  const devices: FoundDevice[] = []
  const whole = { serial: [], hosts: [], patienceMs: PATIENCE_MS, ...wish }
  await scanDevices(whole, ports(), (device) => void devices.push(device))
  return devices.toSorted((a, b) => a.template.localeCompare(b.template, 'en'))
}

test('hosts are asked for SunSpec, listened to for telegrams, and asked over HTTP, each find with a live value', async () => {
  await using p1 = await telegramServer(shows, p1Telegram)
  await using inverter = await sunspecServer(shows, 'inverter')
  await using shelly = await answerServer(shows, threePhases)
  const hosts = [p1.port, inverter.port, shelly.port].map((port) => `127.0.0.1:${port}`)
  const devices = await found({ hosts: [...hosts, '127.0.0.1:1'] })
  expect(devices.map(({ template }) => template)).toEqual(['p1', 'shelly-3em', 'sunspec-inverter'])
  const [meter, phases, roof] = devices
  expect(meter).toMatchObject({
    seen: { importWh: 1_234_567, powerW: -450 },
    line: { over: 'tcp', port: p1.port },
  })
  expect(phases?.seen).toMatchObject({ importWh: 3000, phasePowersW: [0, 1, 2] })
  expect(roof).toMatchObject({ seen: { exportWh: 89_000 }, line: { over: 'modbus-tcp', unit: 1 } })
})

test('topics of a broker are told as devices, one for all topics of a device', async () => {
  await using broker = await openBroker({ port: 0 })
  const url = `mqtt://127.0.0.1:${broker.port}`
  await using device = lineRig(() =>
    dialMqtt({ url, clientId: 'device' }, [], (voice) => {
      const retained = true
      void voice.publish({
        topic: 'tele/fridge/SENSOR',
        payload: say({ ENERGY: { Total: 1, Power: 80 } }),
        retained,
      })
      void voice.publish({ topic: 'evcc/site/grid/power', payload: say('-300'), retained })
      void voice.publish({ topic: 'evcc/site/grid/energy', payload: say('12.5'), retained })
      void voice.publish({ topic: 'zigbee/lamp', payload: say({ brightness: 3 }), retained })
    }),
  )
  await device.until(({ states }) => states.some(({ is }) => is === 'up'))
  const devices = await found({ broker: url })
  expect(devices.map(({ template, line }) => [template, line.over === 'mqtt' ? line.topics : []])).toEqual([
    ['evcc-grid', ['evcc/site/grid/#']],
    ['tasmota-plug', ['tele/fridge/SENSOR']],
  ])
})

describe.skipIf(!isPtyPossible)('a serial port', () => {
  test('is listened to at each speed until a meter is understood', async () => {
    await using pty = await ptyPair()
    const talking = new AbortController()
    const speak = async () => {
      while (!talking.signal.aborted) {
        await writeFile(pty.meterEnd, smlTelegram(shownFace))
        await realPause(50, talking.signal).catch(() => undefined)
      }
    }
    const speaking = speak()
    const [device] = await found({ serial: [pty.nodeEnd] })
    talking.abort()
    await speaking
    expect(device).toMatchObject({ template: 'sml', seen: { importWh: 1_234_567, powerW: -450 } })
    expect(device?.line).toEqual({ over: 'serial', path: pty.nodeEnd, baud: 9600, format: '8N1' })
  })
})

test('a device that is tried says why it said nothing', async () => {
  await using p1 = await telegramServer(shows, p1Telegram)
  await using sml = await telegramServer(shows, smlTelegram)
  expect(await tryDevice(at(p1.port), PATIENCE_MS, ports())).toMatchObject({
    ok: true,
    value: { importWh: 1_234_567 },
  })
  const reasons = []
  for (const port of [sml.port, 1]) {
    const outcome = await tryDevice(at(port), PATIENCE_MS, ports())
    reasons.push(outcome.ok ? '' : outcome.refusal.reason)
  }
  expect(reasons).toEqual(['nothing-heard', 'line-failed'])
})
