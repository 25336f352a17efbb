import { connect } from 'node:net'

import { law } from '@tri/units/testing'
import { array, integer, nat } from 'fast-check'
import { expect, test } from 'vitest'

import { openBroker } from '../../src/lines/mqtt-broker.ts'
import {
  dialMqtt,
  MQTT_PAYLOAD_BYTES_MAX,
  type MqttMessage,
  type MqttVoice,
} from '../../src/lines/mqtt-dial.ts'
import { MQTT_PACKET_BYTES_MAX, packetLengths } from '../../src/lines/mqtt-packet-limit.ts'
import { lineRig, type LineRig } from '../../src/testing/index.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const said = ({ items }: LineRig<MqttMessage>) =>
  items.map(({ topic, payload }) => `${topic} ${new TextDecoder().decode(payload)}`)

const admits = ({ user, password }: { user: string; password: string }) =>
  user === 'node' && password === 'right'

async function speaker(port: number): Promise<LineRig<MqttMessage> & { readonly voice: MqttVoice }> {
  let voice: MqttVoice | undefined
  const broker = { url: `mqtt://127.0.0.1:${port}`, clientId: 'a-device' }
  const rig = lineRig(() => dialMqtt(broker, [], (given) => void (voice = given)))
  await rig.until(() => voice !== undefined)
  if (voice === undefined) throw new Error('no voice')
  return Object.assign(rig, { voice })
}

test('what a device says under a topic arrives, kept messages too, and nothing of other topics', async () => {
  await using broker = await openBroker({ port: 0 })
  await using device = await speaker(broker.port)
  await device.voice.publish({ topic: 'tele/plug/SENSOR', payload: bytes('kept'), retained: true })
  const address = { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'the-node' }
  await using node = lineRig(() => dialMqtt(address, ['tele/+/SENSOR']))
  await node.until((rig) => said(rig).includes('tele/plug/SENSOR kept'))
  await device.voice.publish({ topic: 'cmnd/plug/POWER', payload: bytes('ON'), retained: false })
  await device.voice.publish({ topic: 'tele/plug/SENSOR', payload: bytes('live'), retained: false })
  await node.until((rig) => said(rig).length >= 2)
  expect(said(node)).toEqual(['tele/plug/SENSOR kept', 'tele/plug/SENSOR live'])
  expect(node.items.map(({ retained }) => retained)).toEqual([true, false])
})

test('a broker that goes and comes is dialled again, and its last will is what it was told', async () => {
  const first = await openBroker({ port: 0 })
  const { port } = first
  await using node = lineRig(() => dialMqtt({ url: `mqtt://127.0.0.1:${port}`, clientId: 'node' }, ['#']))
  await node.until(({ states }) => states.some(({ is }) => is === 'up'))
  await first[Symbol.asyncDispose]()
  await node.until(({ states }) => states.some(({ is }) => is === 'waiting'))
  await using again = await openBroker({ port })
  await node.until(({ states }) => states.filter(({ is }) => is === 'up').length >= 2)
  const will = { topic: 'tri/v1/state', payload: bytes('offline'), retained: false }
  const mortal = lineRig(() =>
    dialMqtt({ url: `mqtt://127.0.0.1:${again.port}`, clientId: 'mortal', will }, []),
  )
  await mortal.until(({ states }) => states.some(({ is }) => is === 'up'))
  await mortal.close()
  await node.until((rig) => said(rig).includes('tri/v1/state offline'))
})

test('a broker with a password lets nobody in without it', async () => {
  await using broker = await openBroker({ port: 0, admits })
  const url = `mqtt://127.0.0.1:${broker.port}`
  await using wrong = lineRig(() =>
    dialMqtt({ url, clientId: 'a', login: { user: 'node', password: 'wrong' } }, []),
  )
  await wrong.until(({ states }) => states.length > 1)
  expect(wrong.states[1]).toMatchObject({ is: 'waiting', problem: { code: 'line-broken' } })
  expect(JSON.stringify(wrong.states)).not.toContain('"wrong"')
  await using right = lineRig(() =>
    dialMqtt({ url, clientId: 'b', login: { user: 'node', password: 'right' } }, []),
  )
  await right.until(({ states }) => states.some(({ is }) => is === 'up'))
})

test('a second broker on a taken port says so', async () => {
  await using broker = await openBroker({ port: 0 })
  await expect(openBroker({ port: broker.port })).rejects.toMatchObject({ code: 'broker-address-taken' })
})

test('a message that is too long is dropped, and a packet that announces megabytes ends the connection', async () => {
  await using broker = await openBroker({ port: 0 })
  const address = { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'the-node' }
  await using node = lineRig(() => dialMqtt(address, ['#']))
  await node.until(({ states }) => states.some(({ is }) => is === 'up'))
  await using device = await speaker(broker.port)
  const long = new Uint8Array(MQTT_PAYLOAD_BYTES_MAX + 1)
  await device.voice.publish({ topic: 'long', payload: long, retained: false })
  await device.voice.publish({ topic: 'short', payload: bytes('x'), retained: false })
  await node.until((rig) => said(rig).includes('short x'))
  expect(said(node)).toEqual(['short x'])
  const socket = connect(broker.port, '127.0.0.1')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  socket.write(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0x00))
  await closed
})

law(
  'the lengths of packets are followed however the stream is cut',
  array(integer({ min: 0, max: MQTT_PACKET_BYTES_MAX }), { minLength: 1, maxLength: 3 }),
  (lengths) => {
    const stream = Buffer.concat(lengths.map((length) => packet(length)))
    const [whole, cut] = [packetLengths(), packetLengths()]
    expect(whole.follow(stream)).toBe(true)
    for (let at = 0; at < stream.length; at += 4099)
      expect(cut.follow(stream.subarray(at, at + 4099))).toBe(true)
    expect(whole.follow(packet(MQTT_PACKET_BYTES_MAX + 1))).toBe(false)
  },
  { runs: 30 },
)

law('a length of five bytes is none', nat({ max: 127 }), (low) => {
  return !packetLengths().follow(Uint8Array.of(0x30, 0x80 | low, 0x80, 0x80, 0x80, 0x01))
})

function packet(length: number): Uint8Array {
  const header = [0x30]
  for (let rest = length; ;) {
    const more = rest >= 128
    header.push((rest % 128) | (more ? 0x80 : 0))
    if (!more) break
    rest = Math.floor(rest / 128)
  }
  return Buffer.concat([Uint8Array.from(header), new Uint8Array(length)])
}
