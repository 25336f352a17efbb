import { dirname } from 'node:path'

import { apply, communityHead, type ApplyPorts, type Book } from '@tri/community'

import { lockFolder } from './folder-lock.ts'
import { operationLog } from './operation-log.ts'
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
  const log = operationLog(store)
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
