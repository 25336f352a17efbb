import { connect, type Socket } from 'node:net'

import { epochMs } from '@tri/units'
import { law } from '@tri/units/testing'
import { anything, array, constantFrom, integer, json, oneof, string, tuple } from 'fast-check'
import { expect, test } from 'vitest'

import { OCPP_MESSAGE_BYTES_MAX } from '../../src/ocpp/central-system.ts'
import { CHARGERS_MAX, STRANGERS_MAX } from '../../src/ocpp/charger-door.ts'
import { BAD_MESSAGES_MAX, MESSAGES_A_MINUTE_MAX, UNREAD_BYTES_MAX } from '../../src/ocpp/charger-link.ts'
import { STRANGERS_SEEN_MAX } from '../../src/ocpp/charger-yard.ts'
import { OCPP_ACTIONS } from '../../src/ocpp/ocpp-actions.ts'
import { until } from '../../src/testing/index.ts'
import { AT, centralRig, plainClient, rawSocket } from './central-rig.ts'

const boot = { chargePointVendor: 'V', chargePointModel: 'M', chargePointSerialNumber: 'S-1' }

test('only the right password opens the door of a charger that has one', async () => {
  await using rig = await centralRig({ chargers: [{ identity: 'CP-1', password: 'geheim:ü' }] })
  await expect(plainClient({ endpoint: rig.endpoint })).rejects.toMatchObject({ code: 401 })
  await expect(plainClient({ endpoint: rig.endpoint, password: 'other' })).rejects.toMatchObject({
    code: 401,
  })
  await using client = await plainClient({ endpoint: rig.endpoint, password: 'geheim:ü' })
  expect(await client.call('BootNotification', boot)).toMatchObject({ status: 'Accepted', interval: 300 })
  expect(rig.central.chargers()).toMatchObject([
    {
      identity: 'CP-1',
      isKnown: true,
      isConnected: true,
      version: 'ocpp1.6',
      heardAt: AT,
      facts: { serial: 'S-1' },
    },
  ])
})

test('a version that is not spoken, or an identity of odd letters, stays outside', async () => {
  await using rig = await centralRig()
  await expect(plainClient({ endpoint: rig.endpoint, version: 'ocpp2.1' })).rejects.toMatchObject({
    code: 400,
  })
  await expect(plainClient({ endpoint: rig.endpoint, identity: 'a b' })).rejects.toMatchObject({ code: 404 })
})

test('a stranger is seen and told to wait, and nothing of it is used', async () => {
  await using rig = await centralRig()
  await using stranger = await plainClient({ endpoint: rig.endpoint, identity: 'CP-NEW' })
  expect(await stranger.call('BootNotification', boot)).toMatchObject({ status: 'Pending' })
  const values = {
    connectorId: 1,
    meterValue: [{ timestamp: '2026-03-29T03:00:00Z', sampledValue: [{ value: '1' }] }],
  }
  await expect(stranger.call('MeterValues', values)).rejects.toMatchObject({ rpcErrorCode: 'SecurityError' })
  expect(rig.frames).toEqual([])
  expect(rig.events).toEqual([{ is: 'seen', identity: 'CP-NEW' }])
  expect(rig.central.chargers().at(-1)).toMatchObject({
    identity: 'CP-NEW',
    isKnown: false,
    isConnected: true,
  })
  const limit = { connector: 1, scope: 'each-charge', limitA: 6 } as const
  expect(await rig.central.setChargingLimit('CP-NEW', limit)).toBe('not-connected')
  expect(await rig.central.ask('CP-NEW', 'Reset', { type: 'Hard' })).toEqual({
    ok: false,
    refusal: 'not-connected',
  })
})

test('strangers at one time and strangers remembered are bounded, and known chargers still come in', async () => {
  await using rig = await centralRig()
  for (let round = 0; round * STRANGERS_MAX <= STRANGERS_SEEN_MAX; round++) {
    const names = Array.from({ length: STRANGERS_MAX }, (_, index) => `S-${round}-${index}`)
    const clients = await Promise.all(
      names.map((identity) => plainClient({ endpoint: rig.endpoint, identity })),
    )
    await expect(plainClient({ endpoint: rig.endpoint, identity: 'late' })).rejects.toMatchObject({
      code: 503,
    })
    const known = await plainClient({ endpoint: rig.endpoint })
    await known[Symbol.asyncDispose]()
    for (const client of clients) await client[Symbol.asyncDispose]()
    await until(
      () => rig.central.chargers().every(({ isKnown, isConnected }) => isKnown || !isConnected),
      () => 'strangers leaving',
    )
  }
  expect(rig.central.chargers().length).toBeLessThanOrEqual(1 + STRANGERS_SEEN_MAX)
})

test('a charger that dials anew takes the place of its old connection', async () => {
  await using rig = await centralRig()
  await using old = await rawSocket(rig.endpoint)
  await using again = await plainClient({ endpoint: rig.endpoint, version: 'ocpp2.0.1' })
  await old.closed
  expect(rig.central.chargers()).toMatchObject([{ isConnected: true, version: 'ocpp2.0.1' }])
  await again.close({ code: 1000, reason: '' })
  await until(
    () => rig.events.some(({ is }) => is === 'disconnected'),
    () => 'the end',
  )
  expect(rig.events.map(({ is }) => is)).toEqual(['connected', 'connected', 'disconnected'])
})

test('what is defined and not served is told apart from what is not defined', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint, isStrict: false })
  await expect(client.call('SignCertificate', { csr: 'x' })).rejects.toMatchObject({
    rpcErrorCode: 'NotSupported',
  })
  await expect(client.call('MakeCoffee', {})).rejects.toMatchObject({ rpcErrorCode: 'NotImplemented' })
  // A name that leads into the schema of another action is a name that nobody defined.
  await expect(client.call('MeterValues.req#/properties/x', {})).rejects.toMatchObject({
    rpcErrorCode: 'NotImplemented',
  })
})

test('numbers beyond their bounds are refused by the application, whatever the schema says', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint })
  const refused = { rpcErrorCode: 'PropertyConstraintViolation' }
  const status = { errorCode: 'NoError', status: 'Available' }
  const start = { connectorId: 1, idTag: 'T', meterStart: 0, timestamp: '2026-03-29T00:59:00Z' }
  for (const connectorId of [-1, 65, 1e300])
    await expect(client.call('StatusNotification', { ...status, connectorId })).rejects.toMatchObject(refused)
  await expect(client.call('StartTransaction', { ...start, connectorId: 0 })).rejects.toMatchObject(refused)
  await expect(client.call('StartTransaction', { ...start, meterStart: -1 })).rejects.toMatchObject(refused)
  await expect(client.call('StartTransaction', { ...start, meterStart: 2 ** 53 })).rejects.toMatchObject(
    refused,
  )
  expect(await client.call('StatusNotification', { ...status, connectorId: 64 })).toEqual({})
  expect([...(rig.central.chargers()[0]?.statuses ?? [])]).toEqual([[64, 'Available']])
})

const authorizes = ({ identity }: { readonly identity: string }) => {
  if (identity === 'CP-1') throw new Error('no register of tokens')
  return { is: 'blocked' as const }
}

test('a policy that fails is an error for its charger, and the others are served', async () => {
  const chargers = [{ identity: 'CP-1' }, { identity: 'CP-2' }]
  await using rig = await centralRig({ chargers, authorizes })
  await using one = await plainClient({ endpoint: rig.endpoint })
  await using two = await plainClient({ endpoint: rig.endpoint, identity: 'CP-2' })
  await expect(one.call('Authorize', { idTag: 'T' })).rejects.toMatchObject({ rpcErrorCode: 'InternalError' })
  expect(await two.call('Authorize', { idTag: 'T' })).toEqual({ idTagInfo: { status: 'Blocked' } })
  expect(rig.events.find(({ is }) => is === 'failed')).toMatchObject({ fault: { code: 'charger-faulty' } })
})

test('orders that cannot be given say why', async () => {
  await using rig = await centralRig({ answerMs: 20 })
  const limit = { connector: 1, scope: 'each-charge', limitW: 4000 } as const
  expect(await rig.central.setChargingLimit('CP-1', limit)).toBe('not-connected')
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await rig.central.setChargingLimit('CP-1', limit)).toBe('not-supported')
  const statuses = ['NotSupported', 'Rejected', 'Accepted', 'Nonsense']
  client.handle('SetChargingProfile', async () => ({ status: statuses.shift() }))
  for (const outcome of ['not-supported', 'rejected', 'accepted', 'rejected'])
    expect(await rig.central.setChargingLimit('CP-1', limit)).toBe(outcome)
  expect(await rig.central.stopCharging({ identity: 'CP-1', connector: 1 })).toBe('nothing-running')
  client.handle('RemoteStartTransaction', async () => await new Promise(() => undefined))
  expect(await rig.central.startCharging({ identity: 'CP-1', connector: 1 }, 'T')).toBe('no-answer')
})

test('orders that wait for one charger are bounded', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint })
  client.handle('Reset', async () => ({ status: 'Accepted' }))
  const asked = Array.from({ length: 17 }, () => rig.central.ask('CP-1', 'Reset', { type: 'Soft' }))
  const refused = (await Promise.all(asked)).filter(({ ok }) => !ok)
  expect(refused).toEqual([{ ok: false, refusal: 'too-many-orders' }])
})

test('a message that is too long ends its connection and no other', async () => {
  await using rig = await centralRig({ chargers: [{ identity: 'CP-1' }, { identity: 'CP-2' }] })
  await using raw = await rawSocket(rig.endpoint)
  await using other = await plainClient({ endpoint: rig.endpoint, identity: 'CP-2' })
  raw.socket.send(' '.repeat(OCPP_MESSAGE_BYTES_MAX + 1))
  await raw.closed
  expect(await other.call('Heartbeat', {})).toEqual({ currentTime: '2026-03-29T04:00:00Z' })
})

test('a charger that only says nonsense, or too much, is let go', async () => {
  await using rig = await centralRig()
  const nonsense = await rawSocket(rig.endpoint)
  for (let index = 0; index < BAD_MESSAGES_MAX; index++) nonsense.socket.send('nonsense')
  await nonsense.closed
  const flood = await rawSocket(rig.endpoint)
  for (let index = 0; index <= MESSAGES_A_MINUTE_MAX; index++)
    flood.socket.send(`[2,"${index}","Heartbeat",{}]`)
  await flood.closed
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await client.call('Heartbeat', {})).toHaveProperty('currentTime')
})

test('a charger that reads no answers is let go before they fill the memory', async () => {
  await using rig = await centralRig()
  const socket = connect(rig.central.port, '127.0.0.1')
  socket.on('error', () => undefined)
  const gone = heard(socket, 'close')
  socket.write(upgrade('/CP-1'))
  await heard(socket, 'data')
  socket.pause()
  // An error answers with what it refuses: twice what was sent, and never read.
  const call = JSON.stringify([2, 'x', 'Heartbeat', { long: 'x'.repeat(60_000) }])
  for (let sent = 0; sent < 40 * UNREAD_BYTES_MAX && !socket.destroyed; sent += call.length) {
    if (!socket.write(maskedText(call))) await Promise.race([heard(socket, 'drain'), gone])
  }
  socket.resume()
  await gone
  expect(rig.central.chargers()[0]?.isConnected).toBe(false)
})

test('an answer that comes after its connection was cut, amid broken frames, is dropped', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const authorizes = async () => {
    await promise
    return { is: 'accepted' as const }
  }
  await using rig = await centralRig({ authorizes })
  for (const tail of [
    new Uint8Array([0x83, 0x80, 0, 0, 0, 0]),
    new Uint8Array([0xff, 0xff]),
    new Uint8Array(),
  ]) {
    const socket = connect(rig.central.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(upgrade('/CP-1'))
    await heard(socket, 'data')
    const call = maskedText(JSON.stringify([2, 'a', 'Authorize', { idTag: 'x'.repeat(20) }]).padEnd(200))
    const nonsense = Array.from({ length: BAD_MESSAGES_MAX + 5 }, () => maskedText('nonsense'.padEnd(200)))
    socket.write(Buffer.concat([call, ...nonsense, tail]))
    await heard(socket, 'close')
  }
  resolve()
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await client.call('Authorize', { idTag: 'T' })).toEqual({ idTagInfo: { status: 'Accepted' } })
})

test('a refusal that is nested too deeply to be written, amid broken frames, ends its connection alone', async () => {
  await using rig = await centralRig()
  const socket = connect(rig.central.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  socket.write(upgrade('/CP-1'))
  await heard(socket, 'data')
  const depth = 30_000
  const call = `[2,"x","Heartbeat",{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]`
  socket.write(Buffer.concat([maskedText(call), new Uint8Array([0xff, 0xff])]))
  await heard(socket, 'close')
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await client.call('Heartbeat', {})).toHaveProperty('currentTime')
})

test('an address that is none, and a socket that breaks off, disturb nobody', async () => {
  await using rig = await centralRig()
  for (const address of ['/%zz', '//[', '/', `/${'x'.repeat(5000)}`]) {
    const socket = connect(rig.central.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(upgrade(address))
    await heard(socket, 'close')
  }
  const half = connect(rig.central.port, '127.0.0.1')
  half.write(upgrade('/CP-1').slice(0, 60))
  half.destroy()
  const answer = await fetch(`http://127.0.0.1:${rig.central.port}/`)
  expect(answer.status).toBe(404)
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await client.call('Heartbeat', {})).toHaveProperty('currentTime')
})

test('an address that is taken, and too many chargers, are told', async () => {
  await using rig = await centralRig()
  const taken = centralRig({ port: rig.central.port })
  await expect(taken).rejects.toMatchObject({ code: 'central-system-address-taken' })
  const chargers = Array.from({ length: CHARGERS_MAX + 1 }, (_, index) => ({ identity: `CP-${index}` }))
  await expect(centralRig({ chargers })).rejects.toMatchObject({ code: 'chargers-too-many' })
})

const actions = constantFrom(
  ...OCPP_ACTIONS['ocpp1.6'],
  ...OCPP_ACTIONS['ocpp2.0.1'],
  '__proto__',
  'constructor',
)
const frame = oneof(
  string(),
  json(),
  array(anything()).map((parts) =>
    JSON.stringify(parts, (_name, one: unknown) => (typeof one === 'bigint' ? 0 : one)),
  ),
  tuple(integer({ min: 1, max: 5 }), string(), actions, json()).map(
    ([kind, id, action, params]) => `[${kind},${JSON.stringify(id)},"${action}",${params}]`,
  ),
)

law(
  'no messages of a client stop the server, and nothing of them is used as a value',
  tuple(constantFrom('ocpp1.6', 'ocpp2.0.1'), array(frame, { minLength: 1, maxLength: 40 })),
  async ([version, messages]) => {
    await using rig = await centralRig()
    await using raw = await rawSocket(rig.endpoint, 'CP-1', version)
    for (const message of messages) raw.socket.send(message)
    await using other = await plainClient({ endpoint: rig.endpoint, identity: 'other' })
    expect(await other.call('BootNotification', boot)).toMatchObject({ status: 'Pending' })
    expect(rig.frames).toEqual([])
  },
  { runs: 60 },
)

test('the clock of a heartbeat is the node’s', async () => {
  await using rig = await centralRig({ now: () => epochMs(AT + 1) })
  await using client = await plainClient({ endpoint: rig.endpoint, version: 'ocpp2.0.1' })
  expect(await client.call('Heartbeat', {})).toEqual({ currentTime: '2026-03-29T04:00:00.001Z' })
})

// The `once` of node:events rejects for an error, and a connection that is cut has one.
async function heard(socket: Socket, event: 'close' | 'data' | 'drain'): Promise<void> {
  await new Promise<void>((resolve) => socket.once(event, () => resolve()))
}

function upgrade(address: string): string {
  const headers = [
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${btoa('0123456789abcdef')}`,
    'sec-websocket-protocol: ocpp1.6',
  ]
  return `GET ${address} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`
}

/** A text frame of a client, masked with zeros (RFC 6455, section 5.2). */
function maskedText(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text)
  const head = new Uint8Array([0x81, 0xfe, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0])
  return new Uint8Array([...head, ...payload])
}
