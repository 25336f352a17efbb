import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { stateDigest, type Act } from '@tri/community'
import { prova, stageFor, type Stage } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { fromOwnBytes, must, present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ReplicaPorts } from '../../src/replica/chain-replica.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { restoreSnapshot, type ReceivedSnapshot } from '../../src/snapshot/restore-snapshot.ts'
import { snapshotShelf } from '../../src/snapshot/snapshot-shelf.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

/** A snapshot each fifth block, vouched for three blocks later, in parts of a few records. */
const ports: ReplicaPorts = { kernel: typescriptKernel, snapshots: { every: 5, lag: 3, chunkBytes: 600 } }
let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-snapshot-'))
  path = join(folder, 'book.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

function pays(stage: Stage, count: number, from = 0): void {
  for (let turn = from; turn < from + count; turn++) {
    const act: Act = { kind: 'credit.transfer', to: 'home-2', amount: 1 + turn }
    stage.does('home-1', act, { id: `turn-${turn}` })
  }
}

/** Founds and pays until a height. */
function played(replica: Replica, height: number): Stage {
  const stage = stageFor(prova(), { book: replicaBook(replica) })
  pays(stage, height - 1)
  return stage
}

function newest(replica: Replica): ReceivedSnapshot {
  const { height, leaves, chunk } = present(replica.snapshots().at(-1), 'a snapshot is vouched for')
  return { height, leaves, chunks: leaves.map((_, i) => present(chunk(i), 'every part is kept')) }
}

/** The root of the newest snapshot, as the state itself says it. */
function certifiedRoot(replica: Replica): Uint8Array {
  const meta = fromOwnBytes(present(replica.pathOf('meta'), 'the state has a meta').value)
  must(typeof meta === 'object' && meta !== null && 'snapshot' in meta, 'the state vouches for a snapshot')
  const snapshot = fieldsOf(meta['snapshot'])
  must(snapshot['root'] instanceof Uint8Array, 'a snapshot has a root')
  return snapshot['root']
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}))
}

describe('a snapshot', () => {
  test('is vouched for by the state some heights later, with the same root on a disk and in memory', () => {
    const inMemory = memoryReplica(ports)
    using onDisk = openReplica(path, ports)
    for (const replica of [inMemory, onDisk]) {
      const stage = played(replica, 7)
      expect(replica.snapshots()).toEqual([])
      pays(stage, 1, 6)
      expect(replica.snapshots().map(({ height }) => height)).toEqual([5])
      expect(hex(certifiedRoot(replica))).toBe(hex(newestRoot(replica)))
    }
    expect(hex(onDisk.stateRoot)).toBe(hex(inMemory.stateRoot))
    expect(newest(onDisk).leaves).toEqual(newest(inMemory).leaves)
    expect(newest(onDisk).leaves.length).toBeGreaterThan(3)
  })

  test('is the same after the steward was closed between taking it and vouching for it', () => {
    const inMemory = memoryReplica(ports)
    const ahead = played(inMemory, 6)
    ;((): void => {
      using replica = openReplica(path, ports)
      played(replica, 6)
    })()
    using again = openReplica(path, ports)
    const stage = stageFor(prova(), { book: replicaBook(again) })
    for (const one of [ahead, stage]) pays(one, 4, 5)
    expect(hex(again.stateRoot)).toBe(hex(inMemory.stateRoot))
    expect(again.snapshots().map(({ height }) => height)).toEqual([5])
  })

  test('fills an empty book, which goes on with the others from there', () => {
    const source = memoryReplica(ports)
    const stage = played(source, 9)
    const root = certifiedRoot(source)
    using replica = openReplica(path, ports)
    const { stateRoot } = present(source.blockRecord(5), 'the block is kept')
    restoreSnapshot(replica, newest(source), { root, stateRoot })
    expect([replica.height, replica.sequence]).toEqual([5, 5])
    expect(hex(replica.stateRoot)).toBe(hex(stateRoot))
    const [old] = source.operations(3)
    expect(replica.check(present(old, 'the third operation is kept'))).toEqual({
      ok: true,
      value: [{ is: 'operation-repeated', sequence: 3 }],
    })
    pays(stage, 3, 8)
    for (const block of source.blocks(6)) replica.commit(replica.execute(block))
    expect(hex(replica.stateRoot)).toBe(hex(source.stateRoot))
    expect(stateDigest(replica.store)).toBe(stateDigest(source.store))
    expect([...replica.operations(1)].map(({ sequence }) => sequence)).toEqual([6, 7, 8, 9, 10, 11, 12])
  })

  test('of which a part is missing, or which is another, is refused and leaves the book empty', () => {
    const source = memoryReplica(ports)
    played(source, 8)
    const whole = newest(source)
    const replica = memoryReplica(ports)
    const root = certifiedRoot(source)
    for (const [received, known] of [
      [{ ...whole, chunks: whole.chunks.slice(1) }, { root }],
      [whole, { root: new Uint8Array(32) }],
      [whole, { root, stateRoot: new Uint8Array(32) }],
      [{ ...whole, height: 6 }, { root }],
    ] as const)
      expect(() => restoreSnapshot(replica, received, known)).toThrow(
        expect.objectContaining({ code: 'snapshot-altered' }),
      )
    expect([replica.height, replica.sequence]).toEqual([0, 0])
  })
})

describe('the shelf of snapshots that an ordering engine passes on', () => {
  test('brings a new steward to the state of the others, part by part, and names who sends a wrong one', () => {
    const source = memoryReplica(ports)
    played(source, 9)
    const giver = snapshotShelf(source)
    const replica = memoryReplica(ports)
    const taker = snapshotShelf(replica)
    const snapshot = present(giver.offers()[0], 'a snapshot is offered')
    const { stateRoot: appHash } = present(source.blockRecord(5), 'the block is kept')
    expect(taker.judge({ snapshot: { ...snapshot, format: 9 }, appHash })).toBe(4)
    expect(taker.judge({ snapshot: { ...snapshot, hash: new Uint8Array(32) }, appHash })).toBe(3)
    expect(taker.judge({ snapshot, appHash })).toBe(1)
    expect(taker.take({ index: 0, chunk: new Uint8Array(9), sender: 'liar' })).toEqual({
      verdict: 3,
      rejectSenders: ['liar'],
    })
    for (let index = 0; index < snapshot.chunks; index++) {
      const chunk = present(giver.chunk({ height: 5, format: 1, chunk: index }), 'every part is kept')
      expect(taker.take({ index, chunk, sender: 'coop' }).verdict).toBe(1)
    }
    expect([replica.height, hex(replica.stateRoot)]).toEqual([5, hex(appHash)])
    expect(taker.judge({ snapshot, appHash })).toBe(3)
  })

  test('refuses a whole snapshot whose state is not the one that the chain has', () => {
    const source = memoryReplica(ports)
    played(source, 9)
    const giver = snapshotShelf(source)
    const replica = memoryReplica(ports)
    const taker = snapshotShelf(replica)
    const snapshot = present(giver.offers()[0], 'a snapshot is offered')
    expect(taker.judge({ snapshot, appHash: new Uint8Array(32) })).toBe(1)
    const verdicts = Array.from({ length: snapshot.chunks }, (_, index) => {
      const chunk = present(giver.chunk({ height: 5, format: 1, chunk: index }), 'every part is kept')
      return taker.take({ index, chunk, sender: 'coop' }).verdict
    })
    expect(verdicts.at(-1)).toBe(5)
    expect(replica.height).toBe(0)
  })
})

function newestRoot(replica: Replica): Uint8Array {
  return present(replica.snapshots().at(-1), 'a snapshot is vouched for').root
}

describe('any flipped bit of a snapshot', () => {
  const source = memoryReplica(ports)
  played(source, 8)
  const whole = newest(source)
  const root = certifiedRoot(source)

  law(
    'is refused, and its part named',
    fc.record({ part: fc.nat(), at: fc.nat(), bit: fc.nat(7) }),
    ({ part, at, bit }) => {
      const index = part % whole.chunks.length
      const chunk = Uint8Array.from(whole.chunks[index] ?? [])
      const place = at % chunk.length
      chunk[place] = (chunk[place] ?? 0) ^ (1 << bit)
      const replica = memoryReplica(ports)
      const received = { ...whole, chunks: whole.chunks.with(index, chunk) }
      try {
        restoreSnapshot(replica, received, { root })
      } catch (fault) {
        expect(fault).toMatchObject({ code: 'snapshot-altered', details: { chunk: index } })
        return replica.height === 0
      }
      // A bit that means nothing to whoever opens the part leaves the part what it was.
      return hex(replica.stateRoot) === hex(present(source.blockRecord(5), 'the block is kept').stateRoot)
    },
  )
})
