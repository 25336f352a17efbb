import { dirname } from 'node:path'

import { communityHead, type KeyValue } from '@tri/community'
import { Fault } from '@tri/units'

import { lockFolder } from '../store/folder-lock.ts'
import { operationLog } from '../store/operation-log.ts'
import { STATE_FORMAT, openSqliteStore, type SqliteStore, type StoreOptions } from '../store/sqlite-store.ts'
import { chainRows, type ChainRows } from './chain-rows.ts'
import type { ChainStore, RestoredState } from './chain-store.ts'
import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import { PACKED_FORMAT, packedFile } from './packed-file.ts'
import { sqliteSnapshots } from './sqlite-snapshots.ts'
import { sqliteState, type SqliteState } from './sqlite-state.ts'

/** The second format: blocks, what the chain knows of itself, and the certificates of its states. */
const CHAIN_FORMAT = `
  CREATE TABLE blocks (height INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE INDEX blocks_sequence ON blocks (sequence);
  CREATE TABLE certificates (height INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE written (key TEXT PRIMARY KEY, height INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;`

/** What may wait in memory before it goes to the state on the file: beyond it the next block brings all of it there. */
const WAITING_KEYS_MAX = 65_536
const WAITING_BYTES_MAX = 33_554_432
/** Operations that opening may have to apply again. */
const WAITING_OPERATIONS_MAX = 4096
/** While a snapshot is taken, so many times as much may wait; then the next block waits for the snapshot. */
const WHILE_SNAPSHOT = 4

/**
 * Opens the chain on one SQLite file. A block is on the disk when `append` returns; the state that it leads to follows
 * with the next flush, in one transaction with the height that it belongs to.
 *
 * @throws Fault `data-folder-in-use`, `book-unreadable`, `book-newer`, `disk-full`, `book-unwritable`
 */
export function sqliteChain(path: string, options: Pick<StoreOptions, 'bytesMax'> = {}): ChainStore {
  using opening = new DisposableStack()
  opening.use(lockFolder(dirname(path)))
  const file = openSqliteStore(path, {
    ...options,
    formats: [STATE_FORMAT, `${CHAIN_FORMAT}${PACKED_FORMAT}`],
  })
  opening.defer(() => file.close())
  const chain = chainOver(file, path)
  const held = opening.move()
  return Object.assign(chain, {
    [Symbol.dispose]() {
      chain.close()
      held.dispose()
    },
  })
}

type OpenChain = Omit<ChainStore, typeof Symbol.dispose> & { close(): void }

function chainOver(file: SqliteStore, path: string): OpenChain {
  const rows = chainRows(file.database)
  const state = sqliteState(packedFile(file, file.database, rows))
  let facts = rows.facts()
  let onDisk = facts?.height
  let beganAfter = sequenceBefore(file, rows, state.state)
  const snapshots = sqliteSnapshots(path, rows)
  let operationsWaiting = 0
  const replay = (changes: readonly Change[], next: Facts): void => {
    operationsWaiting += next.sequence - (facts?.sequence ?? 0)
    facts = next
    state.write(changes)
  }
  /** The state on the disk stays as it is while a snapshot is taken of it: `now` waits for that, otherwise later will do. */
  const flush = (now: boolean): void => {
    const newest = facts
    if (newest === undefined || snapshots.isReading(now)) return
    if (onDisk === newest.height && !snapshots.hasRoot) return
    file.write(() => {
      state.writeOut()
      rows.setFacts(newest)
      snapshots.writeRoot()
    })
    state.flushed()
    snapshots.rootWritten()
    onDisk = newest.height
    operationsWaiting = 0
  }
  return {
    name: path,
    state: state.state,
    facts: () => facts,
    append(block, changes, next, certificate) {
      if (operationsWaiting > WAITING_OPERATIONS_MAX || isMuch(state, 1)) flush(isMuch(state, WHILE_SNAPSHOT))
      file.write(() => rows.append(block, certificate))
      replay(changes, next)
    },
    replay,
    block: rows.block,
    certificate: rows.certificate,
    keepCertificate: (height, certificate) => file.write(() => rows.keepCertificate(height, certificate)),
    heightOf: (sequence) => (sequence > beganAfter ? rows.heightOf(sequence) : undefined),
    wroteAt: rows.wroteAt,
    get beganAfter() {
      return beganAfter
    },
    olderOperations: operationLog(file).from,
    flush: () => flush(false),
    snapshotting: {
      ...snapshots,
      begin: (start) => snapshots.begin(start, () => flush(true)),
      restore(of) {
        file.write(() => fill({ file, rows, state }, of))
        ;[facts, onDisk, beganAfter] = [of.facts, of.facts.height, of.block.sequence]
      },
    },
    close: () => lastFlush(() => flush(true)),
  }
}

/** Operations in the book before its first block: a chain that begins now begins after those. */
function sequenceBefore(file: SqliteStore, rows: ChainRows, state: KeyValue): number {
  const known = rows.beganAfter()
  if (known !== undefined) return known
  const sequence = communityHead(state)?.sequence ?? 0
  file.write(() => rows.setBeganAfter(sequence))
  return sequence
}

function isMuch({ waiting: { keys, bytes } }: SqliteState, times: number): boolean {
  return keys > WAITING_KEYS_MAX * times || bytes > WAITING_BYTES_MAX * times
}

function fill(
  { file, rows, state }: { file: SqliteStore; rows: ChainRows; state: SqliteState },
  of: RestoredState,
): void {
  for (const [key, value] of of.rows) file.set(key, value)
  rows.append(of.block, undefined)
  rows.setFacts(of.facts)
  rows.setBeganAfter(of.block.sequence)
  rows.setSnapshot(of.block.height, of.root)
  state.reload()
}

/** What could not be flushed at the end is not lost: the next opening applies the newest blocks again. */
function lastFlush(flush: () => void): void {
  try {
    flush()
  } catch (fault) {
    if (!(fault instanceof Fault) || !['disk-full', 'book-unwritable'].includes(fault.code)) throw fault
  }
}
