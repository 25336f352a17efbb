import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Fault } from '@tri/units'

import { SQLITE_BUSY, sqliteCode } from './sqlite-fault.ts'

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
 * @throws Fault `data-folder-in-use` when another process, or another part of this one, has it
 */
export function lockFolder(path: string): FolderLock {
  const lock = new DatabaseSync(join(path, LOCK_FILE), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (sqliteCode(cause) === SQLITE_BUSY) throw new Fault('data-folder-in-use', { path }, { cause })
    throw cause
  }
  const release = (): void => {
    if (lock.isOpen) lock.close()
  }
  return { release, [Symbol.dispose]: release }
}
