import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Fault } from '@tri/units'

import { SQLITE_BUSY, sqliteCode, sqliteFault } from './sqlite-fault.ts'

/** The lock's file in the data folder. */
export const LOCK_FILE = 'lock.sqlite'

/** A data folder held by this process. The system lets go of it when the process ends, however it ends. */
export interface FolderLock extends Disposable {
  release(): void
}

/**
 * Takes a data folder for this process alone. The lock is a transaction that stays open on a file of its own: unlike a
 * file with a process number it cannot be left behind, and readers of the book are not in its way.
 *
 * @throws Fault `data-folder-in-use` when another process, or another part of this one, has it; `book-unwritable` when the
 *               folder is missing or not ours to write
 */
export function lockFolder(path: string): FolderLock {
  const lock = lockFile(join(path, LOCK_FILE))
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (sqliteCode(cause) === SQLITE_BUSY) throw new Fault('data-folder-in-use', { path }, { cause })
    throw sqliteFault(cause, path)
  }
  const release = (): void => {
    if (lock.isOpen) lock.close()
  }
  return { release, [Symbol.dispose]: release }
}

function lockFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (error) {
    throw sqliteFault(error, path)
  }
}
