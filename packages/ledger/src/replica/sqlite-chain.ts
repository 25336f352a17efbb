import { dirname } from 'node:path'

import { communityHead } from '@tri/community'
import { Fault } from '@tri/units'

import { lockFolder } from '../store/folder-lock.ts'
import { operationLog } from '../store/operation-log.ts'
import { STATE_FORMAT, openSqliteStore, type SqliteStore, type StoreOptions } from '../store/sqlite-store.ts'
import { chainRows } from './chain-rows.ts'
import type { ChainStore } from './chain-store.ts'
import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import { sqliteState } from './sqlite-state.ts'

/** The second format: blocks, what the chain knows of itself, and the certificates of its states. */
const CHAIN_FORMAT = `
  CREATE TABLE blocks (height INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, body BLOB NOT NULL);
  CREATE INDEX blocks_sequence ON blocks (sequence);
  CREATE TABLE certificates (height INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE written (key TEXT PRIMARY KEY, height INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;`

/** What may wait in memory before it goes to the state on the file: beyond it the next block brings all of it there. */
const WAITING_KEYS_MAX = 65_536
const WAITING_BYTES_MAX = 67_108_864
/** Operations that opening may have to apply again. */
const WAITING_OPERATIONS_MAX = 8192

/**
 * Opens the chain on one SQLite file. A block is on the disk when `append` returns; the state that it leads to follows
 * with the next flush, in one transaction with the height that it belongs to.
 *
 * @throws Fault `data-folder-in-use`, `book-unreadable`, `book-newer`, `disk-full`, `book-unwritable`
 */
export function sqliteChain(path: string, options: Pick<StoreOptions, 'bytesMax'> = {}): ChainStore {
  using opening = new DisposableStack()
  opening.use(lockFolder(dirname(path)))
  const file = openSqliteStore(path, { ...options, formats: [STATE_FORMAT, CHAIN_FORMAT] })
  opening.defer(() => file.close())
  const chain = chainOver(file, path)
  const held = opening.move()
  return {
    ...chain,
    [Symbol.dispose]() {
      chain.close()
      held.dispose()
    },
  }
}

function chainOver(
  file: SqliteStore,
  name: string,
): Omit<ChainStore, typeof Symbol.dispose> & { close(): void } {
  const rows = chainRows(file.database)
  const state = sqliteState(file)
  let facts = rows.facts()
  const beganAfter = rows.beganAfter() ?? communityHead(state.state)?.sequence ?? 0
  if (rows.beganAfter() === undefined) file.write(() => rows.setBeganAfter(beganAfter))
  let operationsWaiting = 0
  const replay = (changes: readonly Change[], next: Facts): void => {
    operationsWaiting += next.sequence - (facts?.sequence ?? 0)
    facts = next
    state.write(changes)
  }
  const flush = (): void => {
    if (facts === undefined || state.waiting.keys === 0) return
    const now = facts
    file.write(() => {
      state.writeOut()
      rows.setFacts(now)
    })
    state.flushed()
    operationsWaiting = 0
  }
  return {
    name,
    state: state.state,
    facts: () => facts,
    append(block, changes, next, certificate) {
      const { keys, bytes } = state.waiting
      const isMuch = keys > WAITING_KEYS_MAX || bytes > WAITING_BYTES_MAX
      if (isMuch || operationsWaiting > WAITING_OPERATIONS_MAX) flush()
      file.write(() => rows.append(block, certificate))
      replay(changes, next)
    },
    replay,
    block: rows.block,
    certificate: rows.certificate,
    keepCertificate: (height, certificate) => file.write(() => rows.keepCertificate(height, certificate)),
    heightOf: (sequence) => (sequence > beganAfter ? rows.heightOf(sequence) : undefined),
    wroteAt: rows.wroteAt,
    beganAfter,
    olderOperations: operationLog(file).from,
    flush,
    close: () => lastFlush(flush),
  }
}

/** What could not be flushed at the end is not lost: the next opening applies the newest blocks again. */
function lastFlush(flush: () => void): void {
  try {
    flush()
  } catch (fault) {
    if (!(fault instanceof Fault) || !['disk-full', 'book-unwritable'].includes(fault.code)) throw fault
  }
}
