import { Fault } from '@tri/units'

// Primary result codes: https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26

/** The primary result code of an error of SQLite's; undefined for any other. */
export function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined
  const { errcode } = error
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

/** An error of SQLite's as a fault with a sentence; anything else as it is. */
export function sqliteFault(error: unknown, path: string): unknown {
  const code = sqliteCode(error)
  if (code === undefined) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (code === SQLITE_FULL) return new Fault('vault-disk-full', { path }, { cause: error })
  if (code === SQLITE_BUSY) return new Fault('vault-in-use', { path }, { cause: error })
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB)
    return new Fault('vault-unreadable', { path, reason }, { cause: error })
  return new Fault('vault-unwritable', { path, reason }, { cause: error })
}
