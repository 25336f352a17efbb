import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { memoryTransactionStore, openTransactions, TRANSACTIONS_MAX } from '../../src/ocpp/transactions.ts'
import { until } from '../../src/testing/index.ts'
import { AT, centralRig, plainClient, rawSocket } from './central-rig.ts'

const start = { connectorId: 1, idTag: 'T', meterStart: 1000, timestamp: '2026-03-29T03:00:00Z' }
const register = { measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'kWh' } }

test('a start that is sent again has the same number, also after a restart, and a new one a higher', async () => {
  const transactions = memoryTransactionStore(7)
  for (let life = 0; life < 2; life++) {
    await using rig = await centralRig({ transactions })
    await using client = await plainClient({ endpoint: rig.endpoint })
    for (let again = 0; again < 2; again++)
      expect(await client.call('StartTransaction', start)).toMatchObject({ transactionId: 8 })
  }
  await using rig = await centralRig({ transactions })
  await using client = await plainClient({ endpoint: rig.endpoint })
  expect(await client.call('StartTransaction', { ...start, meterStart: 1001 })).toMatchObject({
    transactionId: 9,
  })
})

test('the frame of a start is the message that brought it, however long somebody thinks about it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const authorizes = async () => {
    await promise
    return { is: 'accepted' as const }
  }
  await using rig = await centralRig({ authorizes })
  await using raw = await rawSocket(rig.endpoint)
  raw.socket.send(JSON.stringify([2, 's', 'StartTransaction', start]))
  raw.socket.send(JSON.stringify([2, 'h', 'Heartbeat', {}]))
  await until(
    () => raw.answers.length === 1,
    () => 'the heartbeat',
  )
  resolve()
  await until(
    () => rig.frames.length === 1,
    () => 'the start',
  )
  expect(new TextDecoder().decode(rig.frames[0]?.frame.bytes)).toContain('StartTransaction')
})

test('a stop that is sent again ends nothing twice, and what was delivered is told', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint })
  await client.call('StartTransaction', start)
  const stop = { transactionId: 1, idTag: 'T', meterStop: 8370, timestamp: '2026-03-29T03:30:00Z' }
  for (let again = 0; again < 2; again++)
    expect(await client.call('StopTransaction', stop)).toEqual({ idTagInfo: { status: 'Accepted' } })
  expect(rig.events.map(({ is }) => is)).toEqual(['connected', 'transaction-started', 'transaction-ended'])
  expect(rig.events.at(-1)).toMatchObject({ deliveredWh: 7370 })
  expect(
    rig.frames.map(({ connector, frame }) => [connector, frame.values[0]?.value, frame.measuredAt]),
  ).toEqual([
    [1, 1000, Date.UTC(2026, 2, 29, 3)],
    [1, 8370, Date.UTC(2026, 2, 29, 3, 30)],
  ])
})

test('a stop of which nobody knows the start is taken, and its values are not', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint })
  const stop = { transactionId: 99, meterStop: 8370, timestamp: '2026-03-29T03:30:00Z' }
  expect(await client.call('StopTransaction', stop)).toEqual({})
  expect(rig.frames).toMatchObject([
    { connector: undefined, frame: { problem: 'connector-unknown', values: [] } },
  ])
})

test('a meter that ran backwards delivered nothing that could be told', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint })
  await client.call('StartTransaction', start)
  await client.call('StopTransaction', {
    transactionId: 1,
    meterStop: 999,
    timestamp: '2026-03-29T03:30:00Z',
  })
  expect(rig.events.at(-1)).toMatchObject({ is: 'transaction-ended' })
  expect(rig.events.at(-1)).not.toHaveProperty('deliveredWh')
})

test('events of 2.0.1 tell their connector once, are followed by number, and missing ones are told', async () => {
  await using rig = await centralRig()
  await using client = await plainClient({ endpoint: rig.endpoint, version: 'ocpp2.0.1' })
  const event = async (eventType: string, seqNo: number, kWh: number, evse?: object) =>
    await client.call('TransactionEvent', {
      eventType,
      seqNo,
      timestamp: '2026-03-29T03:00:00Z',
      triggerReason: 'MeterValuePeriodic',
      transactionInfo: { transactionId: 'tx-1' },
      ...(evse === undefined ? {} : { evse }),
      meterValue: [{ timestamp: '2026-03-29T03:00:00Z', sampledValue: [{ ...register, value: kWh }] }],
    })
  await event('Started', 0, 1.234, { id: 2 })
  await event('Updated', 1, 1.5)
  await event('Updated', 1, 1.5)
  await event('Updated', 4, 2)
  await event('Ended', 5, 3.001)
  expect(rig.frames.map(({ connector, frame }) => [connector, frame.values[0]?.value])).toEqual([
    [2, 1234],
    [2, 1500],
    [2, 1500],
    [2, 2000],
    [2, 3001],
  ])
  expect(rig.events.filter(({ is }) => is !== 'connected')).toMatchObject([
    { is: 'transaction-started' },
    { is: 'events-missing', transaction: 'tx-1', count: 2 },
    { is: 'transaction-ended', deliveredWh: 1767 },
  ])
})

test('the oldest are forgotten beyond the most that are remembered, and numbers still only rise', () => {
  const transactions = openTransactions(memoryTransactionStore())
  const begin = (index: number) =>
    transactions.begin({ identity: 'CP', begunWith: String(index), startedAt: epochMs(AT + index) })
  for (let index = 1; index <= TRANSACTIONS_MAX + 1; index++) begin(index)
  expect(transactions.find('CP', 1)).toBeUndefined()
  expect(transactions.find('CP', 2)).toBeDefined()
  expect(begin(1).transaction.id).toBe(TRANSACTIONS_MAX + 2)
})
