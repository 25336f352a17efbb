import { JUNE_MS, prova, stageFor } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs } from '@tri/units'
import { expect, test } from 'vitest'

import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

test('what a proposal would do is not seen at the door, whichever operations the door has seen before', () => {
  const replica = memoryReplica({ kernel: typescriptKernel })
  const stage = stageFor(prova(), { book: replicaBook(replica) })
  const pay = { kind: 'credit.transfer', to: 'home-2', amount: 1 } as const
  const first = stage.signed('home-1', pay, { nonce: 1 })
  const second = stage.signed('home-1', pay, { nonce: 2 })
  expect(replica.check(first).ok).toBe(true)
  // The proposal goes on where the door stands; the engine then drops it.
  const height = replica.height + 1
  replica.execute({ height, time: epochMs(JUNE_MS + 1), operations: [first, second], evidence: [] })
  const atDoor = replica.check(second)
  expect(atDoor.ok && atDoor.value.map(({ is }) => is)).toEqual(['credit-transferred'])
  expect(replica.check(stage.signed('home-1', pay, { nonce: 3 })).ok).toBe(true)
})
