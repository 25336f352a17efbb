import { applied, prova, stageFor } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { present } from '@tri/units'

import { openReplica } from '../../src/replica/open-replica.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

// Run as a process of its own: makes block after block until somebody kills it, and says what is final.
const path = present(process.argv[2], 'the path of the book is given')
const replica = openReplica(path, { kernel: typescriptKernel })
const begun = replica.sequence
const stage = stageFor(prova(), { book: replicaBook(replica), isFounded: begun === 0 })
for (let turn = begun + 1; ; turn++) {
  const [by, to] = turn % 2 === 0 ? ['home-1', 'home-2'] : ['home-2', 'home-1']
  const transfer = { kind: 'credit.transfer', to, amount: 1 + (turn % 7) } as const
  applied(stage.act(by, transfer, { id: `turn-${turn}` }))
  // Some of it reaches the state now and then, so that a kill meets every stage of that too.
  if (turn % 13 === 0) replica.flush()
  process.stdout.write(`${replica.sequence}\n`)
}
