import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { backup as copyPages, DatabaseSync } from 'node:sqlite'

import { Fault } from '@tri/units'

import type { Core } from './core.ts'
import type { Dice } from './keys/derived-key.ts'
import { unwrappedUnder, wrappedUnder, written } from './keys/vault-key.ts'
import { sqliteCode, sqliteFault } from './store/sqlite-fault.ts'

/** The name under which a backup that was asked for it carries the vault's key, wrapped under a passphrase. */
const CARRIED_KEY = 'carried-key'
/** How often a copy is begun that finds the database busy. */
const COPY_TRIES_MAX = 20

/** How a backup is made. */
export interface BackupRequest {
  /** A file that does not exist yet. */
  readonly to: string
  /**
   * With it, the backup carries the vault's key wrapped under this passphrase, at least 12 letters; without it, the backup is
   * of use only together with the key's own file.
   */
  readonly passphrase?: string
}

/** Copies the vault while it goes on. What is appended meanwhile is in the copy or not; what was before is. */
export async function backup(core: Core, key: Uint8Array, dice: Dice, request: BackupRequest): Promise<void> {
  const { to, passphrase } = request
  if (existsSync(to)) throw new Fault('backup-exists', { path: to })
  const carried = passphrase === undefined ? undefined : await wrappedUnder(passphrase, key, dice)
  try {
    await copied(core, to)
    using copy = new DatabaseSync(to)
    // A copy is one file: it is opened in another place, maybe from a medium that cannot be written.
    copy.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL')
    if (carried !== undefined)
      copy.prepare('INSERT INTO facts (name, value) VALUES (?, ?)').run(CARRIED_KEY, carried)
  } catch (error) {
    for (const path of [to, `${to}-wal`, `${to}-shm`, `${to}-journal`]) rmSync(path, { force: true })
    throw sqliteFault(error, to)
  }
}

/**
 * Node gives up where the first step of a copy finds the database busy, though waiting would do, and says so with an error
 * that is none (code 0). A copy that stopped for any other reason is not tried again.
 */
async function copied(core: Core, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await copyPages(core.store.database, to)
      return
    } catch (error) {
      if (sqliteCode(error) !== 0 || tries === COPY_TRIES_MAX) throw error
      rmSync(to, { force: true })
    }
  }
}

/** How a backup becomes a vault again. */
export interface RestoreRequest {
  readonly from: string
  /** The vault's new file, which does not exist yet. */
  readonly to: string
  /** Where to put the key that the backup carries, with the passphrase it is wrapped under. */
  readonly carried?: { readonly passphrase: string; readonly keyFile: string }
}

/**
 * Makes a vault's file out of a backup. Pages that were damaged on the way are found; the vault is then opened as any other,
 * and its `check` reads every block.
 *
 * @throws Fault `backup-exists` when a file would be written over; `vault-unreadable` when the backup is none, or damaged;
 *               `backup-without-key`, `passphrase-wrong`
 */
export function restoreVault({ from, to, carried }: RestoreRequest): void {
  for (const path of [to, ...(carried === undefined ? [] : [carried.keyFile])])
    if (existsSync(path)) throw new Fault('backup-exists', { path })
  try {
    copyFileSync(from, to)
    const wrapped = wholeCopy(to)
    if (carried === undefined) return
    if (wrapped === undefined) throw new Fault('backup-without-key', { path: from })
    written(carried.keyFile, unwrappedUnder(carried.passphrase, wrapped))
  } catch (error) {
    for (const path of [to, `${to}-wal`, `${to}-shm`, `${to}-journal`]) rmSync(path, { force: true })
    throw sqliteFault(error, from)
  }
}

/** Looks through the pages of a copy, and takes out the key it carries: the vault's own file holds none. */
function wholeCopy(path: string): Uint8Array | undefined {
  using copy = new DatabaseSync(path)
  copy.exec('PRAGMA secure_delete = ON')
  const [found] = Object.values(copy.prepare('PRAGMA quick_check(1)').get() ?? {})
  if (found !== 'ok') throw new Fault('vault-unreadable', { path, reason: String(found) })
  const carried = copy.prepare('SELECT value FROM facts WHERE name = ?').get(CARRIED_KEY)?.['value']
  copy.prepare('DELETE FROM facts WHERE name = ?').run(CARRIED_KEY)
  return carried instanceof Uint8Array ? carried : undefined
}
