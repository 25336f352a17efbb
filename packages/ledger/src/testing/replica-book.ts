import type { Book } from '@tri/community'
import { epochMs } from '@tri/units'

import type { Replica } from '../replica/replica.ts'

/** A time at which blocks may begin: 1 June 2026. */
const BEGIN_MS = 1_780_272_000_000

/** A book that makes one block of each operation: so that a stage can play on a replica. */
export function replicaBook(replica: Replica): Book {
  return {
    store: replica.store,
    apply(signed) {
      const checked = replica.check(signed)
      if (!checked.ok || checked.value[0]?.is === 'operation-repeated') return checked
      const height = replica.height + 1
      const time = epochMs(BEGIN_MS + height)
      const operations = replica.propose([signed], Number.MAX_SAFE_INTEGER)
      replica.commit(replica.execute({ height, time, operations, evidence: [] }))
      return checked
    },
    operations: (from) => replica.operations(from),
    close: () => replica[Symbol.dispose](),
  }
}
