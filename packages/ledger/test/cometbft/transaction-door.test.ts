import { expect, test } from 'vitest'

import { Fault, accept, refuse } from '@tri/units'

import type { EngineRpc, RpcAnswer } from '../../src/cometbft/engine-rpc.ts'
import { BATCH_MAX, transactionDoor, type TransactionDoor } from '../../src/cometbft/transaction-door.ts'

interface Question {
  readonly transactions: readonly string[]
  answer(with_: (transaction: string) => RpcAnswer): void
  fail(): void
}

/** An engine whose every answer the test gives. */
function askedEngine(): { readonly rpc: EngineRpc; readonly questions: Question[] } {
  const questions: Question[] = []
  const rpc: EngineRpc = {
    ask: () => Promise.reject(new Fault('engine-silent')),
    askMany: (_, params) =>
      new Promise((resolve, reject) => {
        const transactions = params.map(({ tx }) => Buffer.from(String(tx), 'base64').toString())
        questions.push({
          transactions,
          answer: (with_) => resolve(transactions.map(with_)),
          fail: () => reject(new Fault('engine-silent')),
        })
      }),
    [Symbol.dispose]: () => undefined,
  }
  return { rpc, questions }
}

const take = (door: TransactionDoor, name: string): ReturnType<TransactionDoor['take']> =>
  door.take(name, Buffer.from(name))
const good = (): RpcAnswer => accept({})
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test('one question is under way at a time, and what came meanwhile goes with the next, in order', async () => {
  const { rpc, questions } = askedEngine()
  const door = transactionDoor(rpc)
  const names = Array.from({ length: BATCH_MAX + 2 }, (_, i) => `t${i}`)
  const taken = names.map((name) => take(door, name))
  expect(questions.map(({ transactions }) => transactions)).toEqual([['t0']])
  questions[0]?.answer(good)
  await turn()
  expect(questions[1]?.transactions).toEqual(names.slice(1, BATCH_MAX + 1))
  questions[1]?.answer(good)
  await turn()
  expect(questions[2]?.transactions).toEqual(names.slice(BATCH_MAX + 1))
  questions[2]?.answer(good)
  for (const name of names) door.checked(name)
  expect(new Set(await Promise.all(taken))).toEqual(new Set(['checked']))
})

test('a transaction is taken when the application has met it, before or after the engine’s answer', async () => {
  const { rpc, questions } = askedEngine()
  const door = transactionDoor(rpc)
  const early = take(door, 'early')
  door.checked('early')
  expect(await early).toBe('checked')
  questions[0]?.answer(good)
  await turn()
  const late = take(door, 'late')
  questions[1]?.answer(good)
  await turn()
  door.checked('late')
  expect(await late).toBe('checked')
})

test('the same transaction is handed in once, however many wait for it', async () => {
  const { rpc, questions } = askedEngine()
  const door = transactionDoor(rpc)
  const both = [take(door, 'one'), take(door, 'one')]
  questions[0]?.answer(good)
  door.checked('one')
  expect(await Promise.all(both)).toEqual(['checked', 'checked'])
  expect(questions).toHaveLength(1)
})

test('what the engine says of the way in is told apart: known, full, gone', async () => {
  const { rpc, questions } = askedEngine()
  const door = transactionDoor(rpc)
  const answers: Record<string, RpcAnswer> = {
    known: refuse('tx already exists in cache'),
    full: refuse('mempool is full: number of txs 20000 (max: 20000)'),
    odd: refuse('something else'),
  }
  const first = take(door, 'known')
  const rest = [take(door, 'full'), take(door, 'odd')]
  questions[0]?.answer((name) => answers[name] ?? good())
  expect(await first).toBe('known')
  await turn()
  questions[1]?.answer((name) => answers[name] ?? good())
  expect(await Promise.all(rest)).toEqual(['queue-full', 'engine-down'])
  const lost = take(door, 'lost')
  await turn()
  questions[2]?.fail()
  expect(await lost).toBe('engine-down')
})

test('when the engine is gone, nobody waits for what it was handed or would have been', async () => {
  const { rpc, questions } = askedEngine()
  const door = transactionDoor(rpc)
  const taken = [take(door, 'handed'), take(door, 'queued')]
  door.abandon()
  expect(await Promise.all(taken)).toEqual(['engine-down', 'engine-down'])
  questions[0]?.answer(good)
  await turn()
  expect(questions).toHaveLength(1)
})
