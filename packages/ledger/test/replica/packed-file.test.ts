import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { accountLines, operationSequence, stateDigest } from '@tri/community'
import { prova, stageFor } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { canonicalBytes, present, type Canonical } from '@tri/units'
import { law } from '@tri/units/testing'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { columnsOf, valuesOf } from '../../src/replica/line-packs.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

const kernel = typescriptKernel
let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-packed-'))
  path = join(folder, 'book.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

function rowsOf(query: string): unknown {
  using file = new DatabaseSync(path, { readOnly: true })
  return Object.values(file.prepare(query).get() ?? {})[0]
}

describe('a book that has grown', () => {
  test('keeps older lines in packs, and reads as one that keeps them one by one', () => {
    const inMemory = memoryReplica({ kernel })
    ;((): void => {
      using replica = openReplica(path, { kernel })
      for (const one of [inMemory, replica]) {
        const stage = stageFor(prova(), { book: replicaBook(one) })
        for (let turn = 1; turn <= 140; turn++) {
          stage.does('home-1', {
            kind: 'credit.transfer',
            to: turn % 3 === 0 ? 'coop' : 'home-2',
            amount: turn,
          })
          if (turn % 50 === 0) one.flush()
        }
      }
    })()
    expect(rowsOf('SELECT count(*) FROM packs')).toBe(3)
    expect(rowsOf("SELECT count(*) FROM state WHERE key >= 'operation/' AND key < 'operation0'")).toBe(0)
    using replica = openReplica(path, { kernel })
    expect(stateDigest(replica.store)).toBe(stateDigest(inMemory.store))
    const all = accountLines(replica.store, 'home-1')
    expect(all).toEqual(accountLines(inMemory.store, 'home-1'))
    const middle = accountLines(replica.store, 'home-1', { cursor: 77, limit: 20 })
    expect(middle).toEqual(accountLines(inMemory.store, 'home-1', { cursor: 77, limit: 20 }))
    for (const sequence of [2, 70, 141]) {
      const operation = [...replica.operations(sequence)].at(0)
      expect(present(operation, 'the operation is kept').sequence).toBe(sequence)
      expect(replica.heightOf(sequence)).toBe(sequence)
    }
    for (const [key, value] of inMemory.store.entries({ from: 'line/', until: 'operation0' }))
      expect(replica.store.get(key)).toEqual(value)
    expect(operationSequence(replica.store, 'op-1')).toBe(1)
    expect(operationSequence(replica.store, 'never')).toBeUndefined()
  })

  test('knows an operation again that came before it was closed', () => {
    const operation = ((): ReturnType<ReturnType<typeof stageFor>['signed']> => {
      using replica = openReplica(path, { kernel })
      const stage = stageFor(prova(), { book: replicaBook(replica) })
      const signed = stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })
      expect(stage.book.apply(signed).ok).toBe(true)
      return signed
    })()
    using replica = openReplica(path, { kernel })
    expect(replica.check(operation)).toEqual({ ok: true, value: [{ is: 'operation-repeated', sequence: 2 }] })
  })
})

const anyValue: fc.Arbitrary<Canonical> = fc.oneof(
  fc.maxSafeInteger(),
  fc.string(),
  fc.boolean(),
  fc.uint8Array(),
  fc.array(fc.record({ ring: fc.string(), wh: fc.nat() })),
)
const anyRecord = fc.record(
  {
    number: fc.nat(),
    at: fc.maxSafeInteger(),
    memo: fc.string(),
    posting: fc.constant('transfer'),
    more: anyValue,
  },
  { requiredKeys: ['posting'] },
)

describe('records in columns', () => {
  law('come back as they were, or are not put there', fc.array(anyRecord, { minLength: 1 }), (records) => {
    const values = records.map((record) => canonicalBytes(record))
    const columns = columnsOf(values)
    return (
      columns === undefined ||
      valuesOf(columns).every((value, i) => Buffer.compare(value, values[i] ?? value) === 0)
    )
  })
})
