import { communityHead } from '@tri/community'
import { applied, prova, stageFor } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { present } from '@tri/units'

import { openBook } from '../../src/store/book-file.ts'

// Run as a process of its own: pays and pays until somebody kills it, and says what was acknowledged.
const path = present(process.argv[2], 'the path of the book is given')
const book = openBook(path, { kernel: typescriptKernel })
const begun = communityHead(book.store)?.sequence ?? 0
const stage = stageFor(prova(), { book, isFounded: begun === 0 })
for (let turn = begun + 1; ; turn++) {
  const [by, to] = turn % 2 === 0 ? ['home-1', 'home-2'] : ['home-2', 'home-1']
  const transfer = { kind: 'credit.transfer', to, amount: 1 + (turn % 7) } as const
  applied(stage.act(by, transfer, { id: `turn-${turn}` }))
  process.stdout.write(`${communityHead(book.store)?.sequence}\n`)
}
