import { apply, memoryStore, stateDigest, sumOfBalances, type SignedOperation } from '@tri/community'
import { JUNE_MS, MAY, prova, stageFor, states, type Stage } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { leafOf, rootAlong } from '../../src/chain/merkle.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { utf8 } from '../../src/replica/bytes.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import type { Replica, StatePath } from '../../src/replica/replica.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

const kernel = typescriptKernel
const ZERO = Uint8Array.of(0)

function played(): { readonly replica: Replica; readonly stage: Stage } {
  const replica = memoryReplica({ kernel })
  return { replica, stage: stageFor(prova(), { book: replicaBook(replica) }) }
}

/** Executes and commits a block of these operations. */
function block(replica: Replica, operations: readonly SignedOperation[]) {
  const height = replica.height + 1
  const input = { height, time: epochMs(JUNE_MS + height), operations, evidence: [] }
  return replica.commit(replica.execute(input))
}

/** The state root that a path leads to. */
function rootOfPath({ key, value, salt, family, steps, familySteps }: StatePath): string {
  const isRecord = family !== 'meta' && family !== 'history'
  const blinded = salt === undefined ? [ZERO] : [Uint8Array.of(1), salt]
  const root = isRecord
    ? rootAlong(nodePrimitives, leafOf(nodePrimitives, utf8(key), ...blinded, value), steps)
    : value
  return hex(rootAlong(nodePrimitives, leafOf(nodePrimitives, utf8(family), ZERO, root), familySteps))
}

const pay = (amount: number) => ({ kind: 'credit.transfer', to: 'home-2', amount }) as const

describe('a replica', () => {
  test('gives the book that applying the same operations one by one gives', () => {
    const { replica, stage } = played()
    stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 500]] }]))
    stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY, wh: [[300, 0]] }]))
    expect(stage.settles(MAY, 1).ok).toBe(true)
    const store = memoryStore()
    for (const operation of replica.operations(1)) expect(apply(store, operation, { kernel }).ok).toBe(true)
    expect(stateDigest(replica.store)).toBe(stateDigest(store))
    expect(sumOfBalances(replica.store)).toBe(0)
    expect(replica.sequence).toBe(4)
  })

  test('has the state root of any other that executed the same blocks', () => {
    const { replica, stage } = played()
    for (let i = 0; i < 5; i++) stage.does('home-1', pay(i + 1))
    const other = memoryReplica({ kernel })
    for (const { operations, height, time, stateRoot } of replica.blocks(1)) {
      const execution = other.execute({ height, time, operations, evidence: [] })
      expect(hex(execution.stateRoot)).toBe(hex(stateRoot))
      other.commit(execution)
    }
    expect(other.height).toBe(6)
  })

  test('changes nothing until a block is committed', () => {
    const { replica, stage } = played()
    const before = stateDigest(replica.store)
    const root = hex(replica.stateRoot)
    const operation = stage.signed('home-1', pay(7))
    expect(replica.check(operation).ok).toBe(true)
    replica.execute({ height: 2, time: epochMs(JUNE_MS), operations: [operation], evidence: [] })
    expect(stateDigest(replica.store)).toBe(before)
    expect(hex(replica.stateRoot)).toBe(root)
  })

  test('proposes what can be applied in this order, each key’s operations by their nonces', () => {
    const { replica, stage } = played()
    const [first, second] = [1, 2].map((nonce) => stage.signed('home-1', pay(nonce), { nonce }))
    const tooMuch = stage.signed('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 9_000_000_000 })
    const list = [present(second, ''), tooMuch, present(first, '')]
    expect(replica.propose(list, 100_000)).toEqual([first, second])
    expect(replica.propose(list, 400)).toEqual([first])
  })

  test('leaves out of the block what it refuses, and keeps why', () => {
    const { replica, stage } = played()
    const fine = stage.signed('home-1', pay(7))
    const refused = stage.signed('home-2', { kind: 'credit.transfer', to: 'nobody', amount: 5 })
    const execution = replica.execute({
      height: 2,
      time: epochMs(JUNE_MS),
      operations: [refused, fine, fine],
      evidence: [],
    })
    expect(execution.results.map((result) => (result.ok ? result.value[0]?.is : result.refusal.is))).toEqual([
      'account-unknown',
      'credit-transferred',
      'operation-repeated',
    ])
    expect(replica.commit(execution).operations.map(({ sequence }) => sequence)).toEqual([2])
  })

  test('checks an operation after those at the door before it, and forgets them with the next block', () => {
    const { replica, stage } = played()
    const nonce1 = stage.signed('home-1', pay(1), { nonce: 1 })
    const nonce2 = stage.signed('home-1', pay(2), { nonce: 2 })
    expect(replica.check(nonce2).ok).toBe(true)
    expect(replica.check(nonce1)).toMatchObject({ ok: false, refusal: { is: 'nonce-used' } })
    block(replica, [])
    expect(replica.check(nonce1).ok).toBe(true)
  })

  test('executes a block that it proposed without applying anything again', () => {
    const { replica, stage } = played()
    const operations = [1, 2, 3].map((nonce) => stage.signed('home-1', pay(nonce), { nonce }))
    for (const operation of operations) replica.check(operation)
    const input = {
      height: 2,
      time: epochMs(JUNE_MS),
      operations: replica.propose(operations, 9_999),
      evidence: [],
    }
    const execution = replica.execute(input)
    expect(replica.execute({ ...input })).toBe(execution)
    // What the door goes on trying after the proposal is not in it.
    replica.check(stage.signed('home-1', pay(9), { nonce: 4 }))
    const fewer = replica.execute({ ...input, operations: operations.slice(0, 2) })
    expect(fewer.results).toHaveLength(2)
    expect(replica.commit(fewer).operations).toHaveLength(2)
    expect(stage.book.store.get('account/home-1')).toEqual(replica.store.get('account/home-1'))
  })

  test('proves an account, a member and its own height as they are now', () => {
    const { replica, stage } = played()
    stage.does('home-1', pay(7))
    for (const key of ['account/home-1', 'account/commons', 'member/home-2', 'meta', 'history']) {
      const path = present(replica.pathOf(key), `there is a path of ${key}`)
      expect(rootOfPath(path)).toBe(hex(replica.stateRoot))
      expect(path.height).toBe(2)
    }
    expect(replica.pathOf('account/nobody')).toBeUndefined()
  })

  test('keeps its root in a block that changes nothing, so that the root’s carrier needs none of its own', () => {
    const { replica, stage } = played()
    stage.does('home-1', pay(7))
    const root = hex(replica.stateRoot)
    expect(hex(block(replica, []).stateRoot)).toBe(root)
    expect([replica.height, replica.changedAt]).toEqual([3, 2])
    expect(replica.pathOf('account/home-1')?.height).toBe(2)
  })

  test('proves a posting in the block that wrote it, however long ago', () => {
    const { replica, stage } = played()
    stage.does('home-1', pay(7))
    stage.does('home-1', pay(8))
    const keys = [...replica.store.entries({ from: 'line/', until: 'line0' })].map(([key]) => key)
    expect(keys).toHaveLength(4)
    for (const key of keys) {
      const path = present(replica.pathOf(key), `there is a path of ${key}`)
      const { stateRoot } = present(replica.blockRecord(path.height), 'its block is kept')
      expect(rootOfPath(path)).toBe(hex(stateRoot))
    }
  })
})
