import type { LoggedOperation } from '@tri/community'
import { must } from '@tri/units'

import type { SqliteStore } from './sqlite-store.ts'

/** Operations read from the log at once. */
const LOG_ROWS = 64

/** The operations of a book, one row each. */
export interface OperationLog {
  readonly append: (operation: LoggedOperation) => void
  readonly from: (sequence: number) => Iterable<LoggedOperation>
}

/** The log beside the state of a file. */
export function operationLog({ database }: SqliteStore): OperationLog {
  const insert = database.prepare('INSERT INTO operations (sequence, bytes, signature) VALUES (?, ?, ?)')
  const read = database.prepare(
    'SELECT sequence, bytes, signature FROM operations WHERE sequence >= ? ORDER BY sequence LIMIT ?',
  )
  return {
    append: ({ sequence, bytes, signature }) => void insert.run(sequence, bytes, signature),
    *from(sequence) {
      for (let next = sequence; ;) {
        const rows = read.all(next, LOG_ROWS)
        for (const row of rows) {
          const operation = loggedFrom(row)
          yield operation
          next = operation.sequence + 1
        }
        if (rows.length < LOG_ROWS) return
      }
    },
  }
}

function loggedFrom(row: Record<string, unknown>): LoggedOperation {
  const { sequence, bytes, signature } = row
  must(typeof sequence === 'number', 'the log counts its operations')
  must(bytes instanceof Uint8Array && signature instanceof Uint8Array, 'the log keeps bytes')
  return { sequence, bytes, signature }
}
