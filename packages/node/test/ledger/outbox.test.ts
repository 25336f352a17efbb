import { memoryStore, signOperation, type KeyValue } from '@tri/community'
import type { Standing } from '@tri/ledger'
import { epochMs } from '@tri/units'
import { hex, keyPairFromSeed } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { openOutbox, type Outbox, type OutboxEntry } from '../../src/ledger/outbox.ts'
import { slowOrdering, type SlowOrdering } from './slow-ordering.ts'

const key = keyPairFromSeed(new Uint8Array(32).fill(7))
const DAY_MS = 86_400_000

function payment(id: string, amountMicroCredit = 5) {
  const at = epochMs(1000)
  const signed = signOperation(key, {
    v: 1,
    community: 'prova',
    id,
    by: 'ada',
    key: key.publicKey,
    at,
    expiresAt: at + DAY_MS,
    nonce: 1,
    kind: 'credit.transfer',
    to: 'leo',
    amount: amountMicroCredit,
  })
  return { promised: { id, by: 'ada', to: 'leo', amountMicroCredit, memo: 'bread', at }, signed }
}

interface Opened {
  readonly outbox: Outbox
  readonly stewards: SlowOrdering
  readonly told: [OutboxEntry, Standing['is']][]
  readonly pauses: number[]
  /** Lets the pause that is waited for end. */
  readonly go: () => void
  readonly nextTold: () => Promise<void>
  readonly nextPause: () => Promise<void>
}

function opened(store: KeyValue = memoryStore(), stewards = slowOrdering(), nowMs = 1000): Opened {
  const told: Opened['told'] = []
  const pauses: number[] = []
  let going = Promise.withResolvers<void>()
  let [wakeTold, wakePause] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const outbox = openOutbox({
    store,
    ordering: stewards,
    now: () => epochMs(nowMs),
    wait: async (ms, signal) => {
      pauses.push(ms)
      wakePause.resolve()
      wakePause = Promise.withResolvers()
      const stopped = new Promise<void>((done) => signal.addEventListener('abort', () => done()))
      await Promise.race([going.promise, stopped])
    },
    settled: (entry, { is }) => {
      told.push([entry, is])
      wakeTold.resolve()
      wakeTold = Promise.withResolvers()
    },
    failed: (cause) => {
      throw cause
    },
  })
  return {
    outbox,
    stewards,
    told,
    pauses,
    go: () => {
      going.resolve()
      going = Promise.withResolvers()
    },
    nextTold: () => wakeTold.promise,
    nextPause: () => wakePause.promise,
  }
}

describe('a payment that a steward has taken', () => {
  test('waits in the outbox as promised, and leaves it when it is final', async () => {
    const { outbox, stewards, told, nextTold } = opened()
    const { promised, signed } = payment('p-1')
    expect(await outbox.send(promised, signed)).toEqual({ ok: true, value: { is: 'accepted' } })
    expect(outbox.entriesOf('ada')).toMatchObject([{ id: 'p-1', refusal: null, amountMicroCredit: 5 }])
    expect(outbox.entriesOf('leo')).toEqual([])
    const ended = nextTold()
    stewards.finalise()
    await ended
    expect(told).toMatchObject([[{ id: 'p-1', by: 'ada' }, 'final']])
    expect(outbox.entriesOf('ada')).toEqual([])
    await outbox[Symbol.asyncDispose]()
  })

  test('stays with its reason when the stewards refuse it, and is forgotten after a month', async () => {
    const store = memoryStore()
    const { outbox, stewards, nextTold } = opened(store)
    const { promised, signed } = payment('p-1')
    await outbox.send(promised, signed)
    const ended = nextTold()
    stewards.refuseAll('limit-exceeded')
    await ended
    expect(outbox.entry('ada', 'p-1')).toMatchObject({ refusal: { is: 'limit-exceeded' } })
    await outbox[Symbol.asyncDispose]()

    const kept = opened(store, slowOrdering(), 1000 + 30 * DAY_MS)
    kept.outbox.resume()
    expect(kept.outbox.entriesOf('ada')).toHaveLength(1)
    const later = opened(store, slowOrdering(), 1001 + 30 * DAY_MS)
    later.outbox.resume()
    expect(later.outbox.entriesOf('ada')).toEqual([])
    expect([kept.stewards.came, later.stewards.came]).toEqual([[], []])
  })

  test('is handed in again after a restart, with the same bytes', async () => {
    const store = memoryStore()
    const before = opened(store)
    const { promised, signed } = payment('p-1')
    await before.outbox.send(promised, signed)
    await before.outbox[Symbol.asyncDispose]()

    const after = opened(store)
    const ended = after.nextTold()
    after.outbox.resume()
    await Promise.resolve()
    expect(after.stewards.came).toEqual([hex(signed.bytes)])
    after.stewards.finalise()
    await ended
    expect(after.outbox.entriesOf('ada')).toEqual([])
    await after.outbox[Symbol.asyncDispose]()
  })

  test('is handed in again when the steward forgot it, after pauses that grow', async () => {
    const { outbox, stewards, told, pauses, go, nextPause, nextTold } = opened()
    const { promised, signed } = payment('p-1')
    await outbox.send(promised, signed)
    for (let round = 0; round < 8; round++) {
      const paused = nextPause()
      stewards.forget()
      await paused
      go()
      while (stewards.status().waiting === 0) await Promise.resolve()
    }
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    expect(new Set(stewards.came)).toEqual(new Set([hex(signed.bytes)]))
    const ended = nextTold()
    stewards.finalise()
    await ended
    expect(told.map(([, is]) => is)).toEqual(['final'])
    await outbox[Symbol.asyncDispose]()
  })
})

describe('a payment that no steward takes', () => {
  test('leaves nothing behind: it may be tried anew', async () => {
    const { outbox, stewards } = opened()
    stewards.refuseToTake('queue-full')
    const { promised, signed } = payment('p-1')
    expect(await outbox.send(promised, signed)).toEqual({
      ok: false,
      refusal: { is: 'not-taken', reason: 'queue-full' },
    })
    expect(outbox.entriesOf('ada')).toEqual([])
  })

  test('but that was taken before a restart waits until one does', async () => {
    const store = memoryStore()
    const before = opened(store)
    const { promised, signed } = payment('p-1')
    await before.outbox.send(promised, signed)
    await before.outbox[Symbol.asyncDispose]()
    const after = opened(store)
    after.stewards.refuseToTake('engine-down')
    const paused = after.nextPause()
    after.outbox.resume()
    await paused
    expect(after.outbox.entriesOf('ada')).toMatchObject([{ refusal: null }])
    after.stewards.refuseToTake(undefined)
    const ended = after.nextTold()
    after.go()
    while (after.stewards.status().waiting === 0) await Promise.resolve()
    after.stewards.finalise()
    await ended
    expect(after.outbox.entriesOf('ada')).toEqual([])
    await after.outbox[Symbol.asyncDispose]()
  })
})
