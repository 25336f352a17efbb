import { createServer } from 'node:net'

import modbus from 'modbus-serial'
import { describe, expect, onTestFinished, test } from 'vitest'

import {
  dialModbus,
  type ModbusAddress,
  type ModbusReader,
  type RegisterRange,
} from '../../src/lines/modbus-dial.ts'
import { dialSerial } from '../../src/lines/serial-dial.ts'
import { canMakePty, lineRig, ptyPair } from '../../src/testing/index.ts'

const isPossible = canMakePty || process.env['CI'] === 'true'

/** A device of unit 3 whose holding register n holds n, and which knows no register above 999. */
async function device(): Promise<number> {
  const written = new Map<number, number>()
  const registers = {
    getHoldingRegister: (at: number) => {
      if (at > 999) throw Object.assign(new Error('no such register'), { modbusErrorCode: 2 })
      return written.get(at) ?? at
    },
    setRegister: (at: number, value: number) => void written.set(at, value),
  }
  const server = new modbus.ServerTCP(registers, { host: '127.0.0.1', port: 0, unitID: 3 })
  await new Promise((resolve) => server.once('initialized', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address: unknown = Reflect.get(server, '_server').address()
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('no address')
  return Number(address.port)
}

const asking = (range: RegisterRange) => async (reader: ModbusReader) => [...(await reader.read(range))]

const poll = (address: ModbusAddress, round: (reader: ModbusReader) => Promise<unknown>) => ({
  address,
  name: 'the inverter',
  everyMs: 1000,
  answerMs: 2000,
  round,
})

test('registers are read and written round after round', async () => {
  const at = { host: '127.0.0.1', port: await device() }
  let round = 0
  const ask = async (reader: ModbusReader) => {
    if (round++ === 1) await reader.write(3, 41, [4711])
    return [...(await reader.read({ unit: 3, table: 'holding', from: 40, count: 3 }))]
  }
  await using rig = lineRig((ports) => dialModbus(poll({ over: 'tcp', at }, ask), ports))
  await rig.until(({ items }) => items.length >= 2)
  expect(rig.items.slice(0, 2)).toEqual([
    [40, 41, 42],
    [40, 4711, 42],
  ])
})

test('a question that nobody answers ends with the line, however long an answer may take', async () => {
  const silent = createServer((socket) => socket.on('error', () => socket.destroy()))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()))
  onTestFinished(() => new Promise<void>((resolve) => silent.close(() => resolve())))
  const address = silent.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  const asked = Promise.withResolvers<undefined>()
  const ask = async (reader: ModbusReader) => {
    asked.resolve(undefined)
    return await reader.read({ unit: 3, table: 'holding', from: 40, count: 3 })
  }
  const at = { host: '127.0.0.1', port: address.port }
  const patient = { ...poll({ over: 'tcp', at }, ask), answerMs: 3_600_000 }
  const rig = lineRig((ports) => dialModbus(patient, ports))
  await asked.promise
  await rig.close()
  expect(rig.states.at(-1)).toEqual({ is: 'closed' })
})

test('a register that the device does not have is its exception, and the line is dialled again', async () => {
  const at = { host: '127.0.0.1', port: await device() }
  await using rig = lineRig((ports) =>
    dialModbus(poll({ over: 'tcp', at }, asking({ unit: 3, table: 'holding', from: 2000, count: 1 })), ports),
  )
  await rig.until(({ states }) => states.some(({ is }) => is === 'waiting'))
  expect(rig.states.find(({ is }) => is === 'waiting')).toMatchObject({
    problem: {
      code: 'modbus-exception',
      details: { registers: 'holding 2000..2000 of unit 3', exception: 2 },
    },
  })
})

test('a device that never answers is a broken line after its time', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  const at = { host: '127.0.0.1', port: address.port }
  const mute = {
    ...poll({ over: 'tcp', at }, asking({ unit: 1, table: 'input', from: 0, count: 1 })),
    answerMs: 50,
  }
  await using rig = lineRig((ports) => dialModbus(mute, ports))
  await rig.until(({ states }) => states.some(({ is }) => is === 'waiting'))
  expect(rig.states.find(({ is }) => is === 'waiting')).toMatchObject({ problem: { code: 'line-broken' } })
})

describe.skipIf(!isPossible)('Modbus RTU on a serial line', () => {
  test('is asked in frames with a checksum', async () => {
    await using pty = await ptyPair()
    // Reads one register of unit 5 at address 7: its answer is 0x1234, as the specification prints such frames.
    const answer = Uint8Array.of(0x05, 0x03, 0x02, 0x12, 0x34, 0x44, 0xf3)
    const asked: Uint8Array[] = []
    const talk = () => ({
      begin: () => ({}),
      received: (bytes: Uint8Array) => {
        asked.push(bytes)
        return { send: answer }
      },
    })
    const port = { baud: 9600, format: '8N1' } as const
    await using meter = lineRig(() => dialSerial({ ...port, path: pty.meterEnd }, talk))
    await meter.until(({ states }) => states.some(({ is }) => is === 'up'))
    const address = { over: 'rtu', at: { ...port, path: pty.nodeEnd } } as const
    await using rig = lineRig((ports) =>
      dialModbus(poll(address, asking({ unit: 5, table: 'holding', from: 7, count: 1 })), ports),
    )
    await rig.until(({ items }) => items.length > 0)
    expect(rig.items[0]).toEqual([0x1234])
    expect(asked[0]?.subarray(0, 6)).toEqual(Uint8Array.of(5, 3, 0, 7, 0, 1))
  })
})
