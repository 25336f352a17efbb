import { dirname } from 'node:path'

import { apply, communityHead, type ApplyPorts, type Book, type LoggedOperation } from '@tri/community'
import { must } from '@tri/units'

import { lockFolder } from './folder-lock.ts'
import { openSqliteStore, type SqliteStore, type StoreOptions } from './sqlite-store.ts'

type Signed = Parameters<Book['apply']>[0]
type Applied = ReturnType<Book['apply']>

/** A book on a file. */
export interface BookFile extends Book, Disposable {
  /** Applies several operations and acknowledges them together: one wait for the disk instead of one each. */
  applyAll(signed: readonly Signed[]): readonly Applied[]
  /** Everything that is applied within `work` reaches the disk together, or nothing of it when `work` throws. */
  together<T>(work: () => T): T
}

/** Operations read from the log at once. */
const LOG_ROWS = 64

/**
 * Opens, or makes, the book of a community on one SQLite file, and takes its folder for this process alone. What `apply`
 * acknowledges is on the disk; what fails leaves nothing.
 *
 * @param path the file; its folder exists
 * @throws Fault `data-folder-in-use`, `book-unreadable`, `book-newer`; from `apply`: `disk-full`, `book-unwritable`
 */
export function openBook(path: string, ports: ApplyPorts, options: StoreOptions = {}): BookFile {
  const lock = lockFolder(dirname(path))
  let store: SqliteStore
  try {
    store = openSqliteStore(path, options)
  } catch (error) {
    lock.release()
    throw error
  }
  const log = logOver(store)
  const applyOne = (signed: Signed): Applied => {
    const before = communityHead(store)?.sequence ?? 0
    const outcome = apply(store, signed, ports)
    const sequence = communityHead(store)?.sequence ?? 0
    if (sequence > before) log.append({ sequence, bytes: signed.bytes, signature: signed.signature })
    return outcome
  }
  const close = (): void => {
    store.close()
    lock.release()
  }
  return {
    store,
    apply: (signed) => store.write(() => applyOne(signed)),
    applyAll: (signed) => store.write(() => signed.map(applyOne)),
    together: (work) => store.write(work),
    operations: log.from,
    close,
    [Symbol.dispose]: close,
  }
}

interface Log {
  readonly append: (operation: LoggedOperation) => void
  readonly from: (sequence: number) => Iterable<LoggedOperation>
}

function logOver({ database }: SqliteStore): Log {
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
