import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { sqliteFault } from '@tri/ledger'
import type { SessionStore } from '@tri/platform'
import { must } from '@tri/units'
import { z } from 'zod'

/** "tris" in ASCII: tells our files from other SQLite files. */
const APPLICATION_ID = 0x74726973
/** Only the node's own user may read who is signed in. */
const FILE_MODE = 0o600

const role = z.enum(['household', 'coordinator'])
const linkRow = z.object({ digest: z.string(), role, member: z.string(), expiresAt: z.int() })
const sessionRow = linkRow.extend({
  language: z
    .enum(['en', 'it'])
    .nullable()
    .transform((language) => language ?? undefined),
})

/**
 * Links and sessions on one SQLite file beside the book: a restart signs nobody out.
 *
 * @param path the file; made when it is absent. `:memory:` for tests
 * @throws Fault `book-unreadable`, `disk-full`, `book-unwritable`
 */
export function openSessionStore(path: string): SessionStore {
  try {
    if (path !== ':memory:') makePrivate(path)
    const database = new DatabaseSync(path, { timeout: 0 })
    try {
      prepare(database)
      return storeOver(database, path)
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw sqliteFault(error, path)
  }
}

// Before SQLite opens it: the files that it lays beside take over the mode of this one.
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', FILE_MODE))
  chmodSync(path, FILE_MODE)
}

function prepare(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  database.exec(
    `CREATE TABLE IF NOT EXISTS links
       (digest TEXT PRIMARY KEY, role TEXT NOT NULL, member TEXT NOT NULL, expiresAt INTEGER NOT NULL) STRICT;
     CREATE TABLE IF NOT EXISTS sessions
       (digest TEXT PRIMARY KEY, role TEXT NOT NULL, member TEXT NOT NULL, expiresAt INTEGER NOT NULL,
        language TEXT) STRICT;
     PRAGMA application_id = ${APPLICATION_ID}`,
  )
}

function storeOver(database: DatabaseSync, path: string): SessionStore {
  const run = (sql: string) => {
    const statement = database.prepare(sql)
    return (...values: (string | number | null)[]) => {
      try {
        return statement.get(...values)
      } catch (error) {
        throw sqliteFault(error, path)
      }
    }
  }
  const addLink = run('INSERT INTO links (digest, role, member, expiresAt) VALUES (?, ?, ?, ?)')
  const takeLink = run('DELETE FROM links WHERE digest = ? RETURNING *')
  const addSession = run(
    'INSERT INTO sessions (digest, role, member, expiresAt, language) VALUES (?, ?, ?, ?, ?)',
  )
  const session = run('SELECT * FROM sessions WHERE digest = ?')
  const setLanguage = run('UPDATE sessions SET language = ? WHERE digest = ?')
  const removeSession = run('DELETE FROM sessions WHERE digest = ?')
  const removeLinks = run('DELETE FROM links WHERE expiresAt <= ?')
  const removeSessions = run('DELETE FROM sessions WHERE expiresAt <= ?')
  return {
    addLink: (link) => void addLink(link.digest, link.role, link.member, link.expiresAt),
    takeLink: (digest) => linkRow.optional().parse(takeLink(digest)),
    addSession: (one) =>
      void addSession(one.digest, one.role, one.member, one.expiresAt, one.language ?? null),
    session: (digest) => sessionRow.optional().parse(session(digest)),
    setLanguage: (digest, language) => void setLanguage(language, digest),
    removeSession: (digest) => void removeSession(digest),
    removeExpired(nowMs) {
      removeLinks(nowMs)
      removeSessions(nowMs)
    },
    close() {
      must(database.isOpen, 'a session store is closed once')
      database.close()
    },
  }
}
