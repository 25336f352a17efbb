import { createServer } from 'node:net'

import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { deviceShape } from '../../src/device/device-settings.ts'
import { openGateway } from '../../src/device/gateway.ts'
import type { Observation } from '../../src/device/observation.ts'
import type { ChargersOptions } from '../../src/device/ocpp-device.ts'
import { OCPP_VERSIONS } from '../../src/ocpp/ocpp-actions.ts'
import { briefPorts, until } from '../../src/testing/index.ts'
import { virtualCharger } from '../../src/virtual/virtual-charger.ts'
import { AT, plainClient } from '../ocpp/central-rig.ts'

const settingsOf = (id: string, line: object) =>
  deviceShape.parse({ id, template: 'ocpp-charger', line: { over: 'ocpp', ...line } })

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function rigOf(settings: readonly ReturnType<typeof settingsOf>[], options: ChargersOptions = {}) {
  const port = options.port ?? (await freePort())
  const seen: { readonly id: string; readonly observation: Observation }[] = []
  const { pause, dice } = briefPorts(new AbortController().signal)
  const gateway = openGateway(
    settings,
    { observed: ({ id }, observation) => void seen.push({ id, observation }) },
    { now: () => AT, pause, dice, chargers: { ...options, port } },
  )
  return {
    gateway,
    seen,
    endpoint: `ws://127.0.0.1:${port}`,
    lines: () => gateway.reports().map(({ line }) => line.is),
    [Symbol.asyncDispose]: async () => await gateway[Symbol.asyncDispose](),
  }
}

/** The central system listens a moment after the gateway was opened, as a charger would find it. */
async function dialled<T>(dial: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await dial()
    } catch (cause) {
      if (tries === 50) throw cause
      await new Promise((resolve) => setImmediate(resolve))
    }
}

test.each(OCPP_VERSIONS)(
  'a charger of %s is a device like any other: seen, limited, switched',
  async (version) => {
    await using rig = await rigOf([settingsOf('wallbox', { identity: 'CP-1', password: 'secret' })])
    const face = { at: epochMs(AT - 3_600_000), importWh: 5000, powerW: 11_000, charge100: 40 }
    const endpoint = rig.endpoint
    const dial = async () =>
      await virtualCharger({ version, identity: 'CP-1', password: 'secret', endpoint, shows: () => face })
    await using charger = await dialled(dial)
    expect(rig.lines()).toEqual(['up'])
    const onOff = rig.gateway.switchOf('wallbox')
    expect(await onOff?.turnOn()).toBe('accepted')
    await until(
      () => charger.drawnW() > 0,
      () => 'a charge',
    )
    expect(await rig.gateway.limiterOf('wallbox')?.limit({ limitW: 4200 })).toBe('accepted')
    await charger.tick()
    // What was kept while the charger was cut off counts when it was taken, not when it came.
    expect(rig.seen.at(-1)).toMatchObject({
      id: 'wallbox',
      observation: { takenAt: face.at, importWh: 5000, powerW: 4200, charge100: 40, counter: 'CP-1/1' },
    })
    expect(await rig.gateway.limiterOf('wallbox')?.unlimit()).toBe('accepted')
    expect(await onOff?.turnOff()).toBe('accepted')
    await until(
      () => charger.drawnW() === 0,
      () => 'the end of the charge',
    )
    await charger[Symbol.asyncDispose]()
    await until(
      () => rig.lines()[0] === 'opening',
      () => 'the charger to go',
    )
    expect(await rig.gateway.limiterOf('wallbox')?.limit({ limitA: 6, phases: 1 })).toBe('not-connected')
    expect(await onOff?.turnOff()).toBe('not-connected')
  },
)

const placeOf = (connector: number) => settingsOf(`place-${connector}`, { identity: 'CP-1', connector })

const values = (connectorId: number, value: string) => ({
  connectorId,
  meterValue: [{ timestamp: '2026-03-29T03:00:00Z', sampledValue: [{ value }] }],
})

test('each connector of a charger is a device of its own, and what is of none is counted with each', async () => {
  await using rig = await rigOf([placeOf(1), placeOf(2)])
  await using client = await dialled(async () => await plainClient({ endpoint: rig.endpoint }))
  await client.call('MeterValues', values(0, '999'))
  await client.call('MeterValues', values(1, '100'))
  await client.call('MeterValues', values(2, '200'))
  const stop = { transactionId: 99, meterStop: 1, timestamp: '2026-03-29T03:00:00Z' }
  await client.call('StopTransaction', stop)
  expect(rig.seen.map(({ id, observation }) => [id, observation.importWh])).toEqual([
    ['place-1', 100],
    ['place-2', 200],
  ])
  for (const { problems } of rig.gateway.reports()) expect([...problems]).toEqual([['connector-unknown', 1]])
})

test('a port that is taken is told at the chargers, and tried again until it is free', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', () => resolve()))
  const address = squatter.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await using rig = await rigOf([settingsOf('wallbox', { identity: 'CP-1' })], { port })
  await until(
    () => rig.lines()[0] === 'waiting',
    () => 'the fault',
  )
  expect(rig.gateway.reports()[0]?.line).toMatchObject({ problem: { code: 'central-system-address-taken' } })
  expect(await rig.gateway.switchOf('wallbox')?.turnOn()).toBe('not-connected')
  await new Promise<void>((resolve) => squatter.close(() => resolve()))
  await until(
    () => rig.lines()[0] === 'opening',
    () => 'another try',
  )
  await using client = await dialled(async () => await plainClient({ endpoint: rig.endpoint }))
  expect([client.protocol, rig.lines()]).toEqual(['ocpp1.6', ['up']])
})

test('a charger that is no device yet is seen', async () => {
  await using rig = await rigOf([settingsOf('wallbox', { identity: 'CP-1' })])
  await using stranger = await dialled(
    async () => await plainClient({ endpoint: rig.endpoint, identity: 'CP-NEW' }),
  )
  expect(stranger.protocol).toBe('ocpp1.6')
  expect(rig.gateway.strangers()).toMatchObject([{ identity: 'CP-NEW', isConnected: true }])
  expect(rig.lines()).toEqual(['opening'])
})

test('a device that is none of the chargers takes no orders', async () => {
  await using rig = await rigOf([])
  expect(rig.gateway.limiterOf('wallbox')).toBeUndefined()
  expect(rig.gateway.switchOf('wallbox')).toBeUndefined()
})
