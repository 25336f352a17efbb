import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'

import { Fault, must } from '@tri/units'

import { sqliteFault } from './sqlite-fault.ts'

/** "triv" in ASCII: tells our files from other SQLite files. */
const APPLICATION_ID = 0x74726976
/** Six blocks of a quarter hour fill a page to 97 %, and a small page is little wear on a memory card. */
const PAGE_BYTES = 4096

// Times are ms since 1970. `window` is the start of a block's window, `epoch` of the time for which one key serves. The bytes
// of blocks lie apart from their leaves, so that erasing them gives whole pages back.
const FORMAT = `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE channels (id INTEGER PRIMARY KEY, meter TEXT NOT NULL, resolution TEXT NOT NULL,
    UNIQUE (meter, resolution));
  CREATE TABLE epoch_keys (channel INTEGER NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB NOT NULL,
    PRIMARY KEY (channel, epoch)) WITHOUT ROWID;
  CREATE TABLE leaves (number INTEGER PRIMARY KEY, channel INTEGER NOT NULL, window INTEGER NOT NULL,
    leaf BLOB NOT NULL, signature BLOB NOT NULL, is_held INTEGER NOT NULL);
  CREATE INDEX held_by_window ON leaves (channel, window) WHERE is_held = 1;
  CREATE TABLE blocks (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
  CREATE TABLE tail (id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, window INTEGER NOT NULL, bytes BLOB NOT NULL);
  CREATE TABLE conflicts (channel INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (channel, at)) WITHOUT ROWID;
  CREATE TABLE receipts (id INTEGER PRIMARY KEY, by TEXT NOT NULL, purpose TEXT NOT NULL, grain TEXT NOT NULL,
    meter TEXT NOT NULL, "from" INTEGER NOT NULL, until INTEGER NOT NULL, outcome TEXT NOT NULL,
    first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, views INTEGER NOT NULL);
  CREATE TABLE erasures (id INTEGER PRIMARY KEY, meter TEXT NOT NULL, resolution TEXT NOT NULL,
    "from" INTEGER NOT NULL, until INTEGER NOT NULL, at INTEGER NOT NULL);`

/** A row of a table: whoever reads it says what it must be. */
export type Row = Readonly<Record<string, SQLOutputValue>>

/** The vault's file. */
export interface VaultStore {
  readonly path: string
  readonly database: DatabaseSync
  /** Runs work in one transaction: all of its writes are on disk when it returns, or none if it throws. */
  write<T>(work: () => T): T
  run(sql: string, ...values: readonly SQLInputValue[]): void
  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[]
  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined
  /** Empties the write-ahead log into the file and cuts it to nothing. */
  checkpoint(): void
  close(): void
}

/** How a store is opened. */
export interface StoreOptions {
  /** How large the file may grow; without it, as large as the disk allows. */
  readonly bytesMax?: number
}

/**
 * Opens, or makes, the file, for this process alone.
 *
 * @throws Fault `vault-in-use`, `vault-unreadable`, `vault-newer`, `vault-disk-full`, `vault-unwritable`
 */
export function openVaultStore(path: string, { bytesMax }: StoreOptions = {}): VaultStore {
  const database = withFaults(path, () => new DatabaseSync(path, { timeout: 0 }))
  try {
    prepare(database, path)
    if (bytesMax !== undefined) database.exec(`PRAGMA max_page_count = ${Math.floor(bytesMax / PAGE_BYTES)}`)
  } catch (error) {
    database.close()
    throw sqliteFault(error, path)
  }
  return storeOver(database, path)
}

function storeOver(database: DatabaseSync, path: string): VaultStore {
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const prepared = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const kept = statements.get(sql)
    if (kept !== undefined) return kept
    const made = database.prepare(sql)
    statements.set(sql, made)
    return made
  }
  return {
    path,
    database,
    write: (work) => inTransaction(database, path, work),
    run: (sql, ...values) => void withFaults(path, () => prepared(sql).run(...values)),
    all: (sql, ...values) => withFaults(path, () => prepared(sql).all(...values)),
    get: (sql, ...values) => withFaults(path, () => prepared(sql).get(...values)),
    checkpoint: () => withFaults(path, () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)')),
    close: () => {
      if (database.isOpen) database.close()
    },
  }
}

function prepare(database: DatabaseSync, path: string): void {
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA locking_mode = EXCLUSIVE`)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  must(pragma(database, 'journal_mode') === 'wal', 'the vault is written ahead')
  must(pragma(database, 'synchronous') === 2, 'what is acknowledged is on the disk')
  must(pragma(database, 'secure_delete') === 1, 'what is deleted is overwritten')
  const version = pragma(database, 'user_version')
  const isOurs =
    version === 0
      ? pragma(database, 'schema_version') === 0
      : pragma(database, 'application_id') === APPLICATION_ID
  if (!isOurs) throw new Fault('vault-unreadable', { path, reason: 'it is the database of another program' })
  if (version !== 0 && version !== 1) throw new Fault('vault-newer', { path, version })
  if (version === 1) return
  database.exec(`BEGIN; ${FORMAT} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1; COMMIT`)
}

function pragma(database: DatabaseSync, name: string): SQLOutputValue | undefined {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

function withFaults<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw sqliteFault(error, path)
  }
}

/** A transaction within another is part of it: only the outer one reaches the disk. */
function inTransaction<T>(database: DatabaseSync, path: string, work: () => T): T {
  if (database.isTransaction) return work()
  try {
    database.exec('BEGIN IMMEDIATE')
    const value = work()
    database.exec('COMMIT')
    return value
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw sqliteFault(error, path)
  }
}

/** A whole number of a row. */
export function numberIn(row: Row | undefined, name: string): number {
  const value = row?.[name]
  must(typeof value === 'number', 'a count of the vault is a number', { name })
  return value
}

/** Bytes of a row. */
export function bytesIn(row: Row | undefined, name: string): Uint8Array {
  const value = row?.[name]
  must(value instanceof Uint8Array, 'the secrets of the vault are bytes', { name })
  return value
}

/** A text of a row. */
export function textIn(row: Row | undefined, name: string): string {
  const value = row?.[name]
  must(typeof value === 'string', 'the names of the vault are text', { name })
  return value
}
