import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs } from '@tri/units'
import { expect, onTestFinished, test } from 'vitest'

import { fileTransactionStore } from '../../src/ocpp/transaction-file.ts'
import { openTransactions, type ChargingTransaction } from '../../src/ocpp/transactions.ts'
import { AT } from './central-rig.ts'

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tri-charges-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'charges.jsonl')
}

const begun = (begunWith: string) => ({
  identity: 'CP-1',
  begunWith,
  connector: 1,
  startedAt: AT,
  startWh: 5,
})

test('charges outlive a restart: their numbers, their registers, and which of them still run', () => {
  const path = newPath()
  const before = openTransactions(fileTransactionStore(path))
  const { transaction } = before.begin(begun('a'))
  before.put({ ...transaction, endedAt: epochMs(AT + 1), endWh: 9 })
  before.begin(begun('b'))
  before.put({ identity: 'CP-1', id: 'tx', begunWith: 'tx', startedAt: AT, eventLast: 3 })
  const after = openTransactions(fileTransactionStore(path))
  expect(after.find('CP-1', 1)).toMatchObject({ endWh: 9, endedAt: AT + 1 })
  expect(after.running('CP-1', 1)).toMatchObject({ id: 2, startWh: 5 })
  expect(after.find('CP-1', 'tx')).toEqual({
    identity: 'CP-1',
    id: 'tx',
    begunWith: 'tx',
    startedAt: AT,
    eventLast: 3,
  })
  expect(after.begin(begun('a'))).toMatchObject({ isNew: false, transaction: { id: 1 } })
  expect(after.begin(begun('c')).transaction.id).toBe(3)
  expect(statSync(path).mode & 0o077).toBe(0)
})

test('a line that a crash cut off is dropped, and what comes after it is kept', () => {
  const path = newPath()
  openTransactions(fileTransactionStore(path)).begin(begun('a'))
  appendFileSync(path, '\n{"identity":"CP-1","id":2,"begu')
  const after = openTransactions(fileTransactionStore(path))
  expect(after.find('CP-1', 2)).toBeUndefined()
  after.begin(begun('b'))
  expect(openTransactions(fileTransactionStore(path)).find('CP-1', 2)).toMatchObject({ begunWith: 'b' })
})

const lineOf = (id: number, endWh: number): string => {
  const one: ChargingTransaction = { identity: 'CP-1', id, begunWith: String(id), startedAt: AT, endWh }
  return `${JSON.stringify(one)}\n`
}

test('a long file is written anew with what counts in it', () => {
  const path = newPath()
  appendFileSync(
    path,
    lineOf(9999, 1) + Array.from({ length: 17_000 }, (_, n) => lineOf(n % 5000, n)).join(''),
  )
  const { idLast, transactions } = fileTransactionStore(path).load()
  expect([idLast, transactions.length]).toEqual([9999, 4096])
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4096 + 1 + 1)
  expect(fileTransactionStore(path).load()).toMatchObject({ idLast: 9999 })
  expect(transactions.at(-1)).toMatchObject({ endWh: 16_999 })
})
