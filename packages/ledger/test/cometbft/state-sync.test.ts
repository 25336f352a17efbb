import { join } from 'node:path'

import { expect } from 'vitest'

import { stateDigest } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'

import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { commonRoots, engineTest, inTown, until } from './town.ts'

/** Snapshots so often that a test sees some, in parts so small that there are several. */
const snapshots = { every: 6, lag: 3, chunkBytes: 2000 }

const openSmall = (_: number, at: string): Replica =>
  openReplica(join(at, 'book.sqlite'), { kernel: typescriptKernel, snapshots })

engineTest('a new steward begins with a snapshot, and goes on from there as the others do', async () => {
  await inTown({ openReplica: openSmall }, async ({ quorum, pay }) => {
    for (let i = 0; i < 8; i++) await pay(quorum.steward(1 + (i % 4)))
    const { ordering, replica } = quorum.steward(1)
    expect(replica.snapshots().length).toBeGreaterThan(0)
    // What is trusted comes from a proof in the product; here it is the first block itself.
    const { commit } = await ordering.certified(1)
    const newcomer = await quorum.join()
    await newcomer.start({
      stateSync: {
        height: commit.height,
        hash: commit.blockId.hash,
        sockets: [ordering.rpcSocket, quorum.steward(2).ordering.rpcSocket],
      },
    })
    const { height } = replica
    await until(() => newcomer.replica.height >= height, 'the newcomer to have all of it')
    expect(newcomer.replica.blockRecord(1)).toBeUndefined()
    expect(await pay(newcomer)).toMatchObject({ is: 'final' })
    await until(() => quorum.stewards.every((one) => one.replica.sequence === 10), 'all of it everywhere')
    expect(commonRoots(quorum).roots.size).toBe(1)
    const books = quorum.stewards.map((one) => stateDigest(one.replica.store))
    expect(new Set(books).size).toBe(1)
  })
})
