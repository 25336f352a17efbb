import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

import type { KeyRange, KeyValue } from '@tri/community'
import { Fault, must, present } from '@tri/units'

import { sqliteFault } from './sqlite-fault.ts'

/** "trib" in ASCII: tells our files from other SQLite files. */
const APPLICATION_ID = 0x74726962
/** A day of one meter's statements takes 1.2 kB: larger pages than the usual 4 kB keep several together. */
const PAGE_BYTES = 8192
/** Rows read at once while walking a range: no cursor stays open, and memory stays small. */
const WALK_ROWS = 512

/** The key-value store on one SQLite file, with transactions and a log of operations beside the state. */
export interface SqliteStore extends KeyValue {
  /** Runs work in one transaction: all of its writes are on disk when it returns, or none if it throws. */
  write<T>(work: () => T): T
  readonly database: DatabaseSync
  close(): void
}

/** How a store is opened. */
export interface StoreOptions {
  /** How large the file may grow; without it, as large as the disk allows. */
  readonly bytesMax?: number
  /** What makes each version of the file's format out of the one before, the first out of nothing. */
  readonly formats?: readonly string[]
}

/** The first format: the state, and a log of operations beside it. */
export const STATE_FORMAT = `
  CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE operations (sequence INTEGER PRIMARY KEY, bytes BLOB NOT NULL, signature BLOB NOT NULL);`

/**
 * Opens, or makes, the file.
 *
 * @throws Fault `book-unreadable`, `book-newer`, `disk-full`, `book-unwritable`
 */
export function openSqliteStore(
  path: string,
  { bytesMax, formats = [STATE_FORMAT] }: StoreOptions = {},
): SqliteStore {
  const database = opened(path)
  try {
    prepare(database, path, formats)
    if (bytesMax !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(bytesMax / PAGE_BYTES)}`)
    return {
      ...keyValueOver(database),
      write: (work) => inTransaction(database, path, work),
      database,
      close,
    }
  } catch (error) {
    close()
    throw sqliteFault(error, path)
  }
  function close(): void {
    if (database.isOpen) database.close()
  }
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (error) {
    throw sqliteFault(error, path)
  }
}

function pragma(database: DatabaseSync, name: string): SQLOutputValue | undefined {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

function prepare(database: DatabaseSync, path: string, formats: readonly string[]): void {
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}`)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  must(pragma(database, 'journal_mode') === 'wal', 'the book is written ahead')
  must(pragma(database, 'synchronous') === 2, 'what is acknowledged is on the disk')
  const version = pragma(database, 'user_version')
  const isOurs =
    version === 0
      ? pragma(database, 'schema_version') === 0
      : pragma(database, 'application_id') === APPLICATION_ID
  if (!isOurs) throw new Fault('book-unreadable', { path, reason: 'it is the database of another program' })
  if (typeof version !== 'number' || version > formats.length)
    throw new Fault('book-newer', { path, version })
  if (version === formats.length) return
  database.exec(
    `BEGIN;
     ${formats.slice(version).join('\n')}
     PRAGMA application_id = ${APPLICATION_ID};
     PRAGMA user_version = ${formats.length};
     COMMIT`,
  )
}

/** The store over a connection, without transactions. */
export function keyValueOver(database: DatabaseSync): KeyValue {
  const get = database.prepare('SELECT value FROM state WHERE key = ?')
  const set = database.prepare(
    'INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  const remove = database.prepare('DELETE FROM state WHERE key = ?')
  const walk = database.prepare(
    'SELECT key, value FROM state WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
  )
  return {
    get(key) {
      const row = get.get(key)
      return row === undefined ? undefined : bytesFrom(row['value'])
    },
    set: (key, value) => void set.run(key, value),
    delete: (key) => void remove.run(key),
    *entries({ from, until }: KeyRange) {
      for (let start = from; ;) {
        const rows = walk.all(start, until, WALK_ROWS)
        for (const row of rows) yield [textFrom(row['key']), bytesFrom(row['value'])] as const
        if (rows.length < WALK_ROWS) return
        // The least key above the last one.
        start = `${textFrom(present(rows.at(-1), 'a full page has a last row')['key'])}\u0000`
      }
    },
  }
}

function bytesFrom(value: SQLOutputValue | undefined): Uint8Array {
  must(value instanceof Uint8Array, 'the values of the book are bytes')
  return value
}

function textFrom(value: SQLOutputValue | undefined): string {
  must(typeof value === 'string', 'the keys of the book are text')
  return value
}

/** A transaction within another is part of it: only the outer one reaches the disk. */
function inTransaction<T>(database: DatabaseSync, path: string, work: () => T): T {
  if (database.isTransaction) return work()
  try {
    database.exec('BEGIN')
    const value = work()
    database.exec('COMMIT')
    return value
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw sqliteFault(error, path)
  }
}
