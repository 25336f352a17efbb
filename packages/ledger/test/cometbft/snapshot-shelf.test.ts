import { beforeAll, expect, test } from 'vitest'

import { stateDigest } from '@tri/community'
import { foundingOf } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { canonicalBytes, epochMs, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { snapshotShelf } from '../../src/cometbft/snapshot-shelf.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { NOON, pen, townSketch } from './town.ts'

const snapshots = { every: 4, lag: 2, chunkBytes: 1500 }
const empty = (): Replica => memoryReplica({ kernel: typescriptKernel, snapshots })

/** A book with a snapshot on its shelf, and the state root after the snapshot's height. */
let full: Replica
let stateRoot: Uint8Array

beforeAll(() => {
  full = empty()
  const own = pen()
  for (let height = 1; height <= 8; height++) {
    const operation =
      height === 1
        ? own.signed('coop', foundingOf(townSketch()))
        : own.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: height })
    full.commit(full.execute({ height, time: epochMs(NOON + height), operations: [operation], evidence: [] }))
  }
  stateRoot = present(full.blockRecord(4), 'the block of the snapshot is kept').stateRoot
})

const offered = () => present(snapshotShelf(full).offers().at(-1), 'a snapshot is offered')
const partOf = (index: number): Uint8Array =>
  present(snapshotShelf(full).chunk({ height: 4, format: 1, chunk: index }), 'the part is there')

test('an empty book is filled from the parts of another, in whatever order they come', () => {
  const snapshot = offered()
  expect(snapshot.chunks).toBeGreaterThan(2)
  const replica = empty()
  const shelf = snapshotShelf(replica)
  expect(shelf.judge({ snapshot, appHash: stateRoot })).toBe(1)
  for (let index = snapshot.chunks - 1; index >= 0; index--)
    expect(shelf.take({ index, chunk: partOf(index), sender: 'ab' }).verdict).toBe(1)
  expect(replica.height).toBe(4)
  expect(hex(replica.stateRoot)).toBe(hex(stateRoot))
  expect(replica.sequence).toBe(4)
  expect(stateDigest(replica.store)).not.toBe(stateDigest(full.store))
})

test('a part that is not the one is asked for again, and its sender is left aside', () => {
  const shelf = snapshotShelf(empty())
  shelf.judge({ snapshot: offered(), appHash: stateRoot })
  const forged = partOf(1).slice()
  forged[forged.length >> 1] = (forged[forged.length >> 1] ?? 0) ^ 1
  for (const chunk of [forged, partOf(0), new Uint8Array(0)])
    expect(shelf.take({ index: 1, chunk, sender: 'liar' })).toEqual({ verdict: 3, rejectSenders: ['liar'] })
  expect(shelf.take({ index: 99, chunk: partOf(1), sender: 'liar' }).verdict).toBe(3)
  expect(shelf.take({ index: 1, chunk: partOf(1), sender: 'honest' }).verdict).toBe(1)
})

test('a state that does not lead to the root that was believed is refused whole, and the book stays empty', () => {
  const snapshot = offered()
  const replica = empty()
  const shelf = snapshotShelf(replica)
  expect(shelf.judge({ snapshot, appHash: sha256(Uint8Array.of(1)) })).toBe(1)
  const verdicts = Array.from(
    { length: snapshot.chunks },
    (_, index) => shelf.take({ index, chunk: partOf(index), sender: 'ab' }).verdict,
  )
  expect(verdicts.at(-1)).toBe(5)
  expect(replica.height).toBe(0)
})

test('what cannot be taken is told before anything is fetched', () => {
  const snapshot = offered()
  const shelf = snapshotShelf(empty())
  const verdict = (changes: Partial<typeof snapshot>): number =>
    shelf.judge({ snapshot: { ...snapshot, ...changes }, appHash: stateRoot })
  expect(verdict({ format: 2 })).toBe(4)
  expect(verdict({ hash: sha256(Uint8Array.of(1)) })).toBe(3)
  expect(verdict({ chunks: snapshot.chunks + 1 })).toBe(3)
  expect(verdict({ metadata: Uint8Array.of(0xff) })).toBe(3)
  expect(verdict({ metadata: canonicalBytes('no list') })).toBe(3)
  expect(shelf.judge({ snapshot: undefined, appHash: stateRoot })).toBe(3)
  expect(snapshotShelf(full).judge({ snapshot, appHash: stateRoot })).toBe(2)
  expect(shelf.take({ index: 0, chunk: partOf(0), sender: 'ab' }).verdict).toBe(2)
  expect(snapshotShelf(full).chunk({ height: 4, format: 1, chunk: 99 })).toBeUndefined()
  expect(snapshotShelf(full).chunk({ height: 3, format: 1, chunk: 0 })).toBeUndefined()
})
