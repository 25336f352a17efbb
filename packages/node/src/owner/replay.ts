import { communityHead, memoryBook, stateDigest, sumOfBalances } from '@tri/community'

import type { OpenNode } from '../daemon/open-node.ts'
import type { TaskProgress } from './door.ts'

/** What a replay of the log found. */
export interface Replay {
  readonly ok: boolean
  readonly operations: number
  /** The operation that the book would not take again, or `state` when the books differ at the end. */
  readonly differsAt: string | null
  readonly sumMicroCredit: number
  readonly digest: string
}

/** Replays every operation into a new book in memory and compares the two, account by account, to the byte. */
export function replayed({ ledger, view }: OpenNode, progress: TaskProgress): Replay {
  const again = memoryBook({ kernel: view.kernel })
  const total = communityHead(view.store)?.sequence ?? 0
  const found = (differsAt: string | null, operations: number): Replay => ({
    ok: differsAt === null,
    operations,
    differsAt,
    sumMicroCredit: sumOfBalances(view.store),
    digest: stateDigest(view.store),
  })
  for (const operation of ledger.operations(1)) {
    const outcome = again.apply(operation)
    if (!outcome.ok) return found(`operation ${operation.sequence}`, operation.sequence)
    progress('replaying', operation.sequence, total)
  }
  const isSame = stateDigest(again.store) === stateDigest(view.store)
  return found(isSame ? null : 'state', total)
}
