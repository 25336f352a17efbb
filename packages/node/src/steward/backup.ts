import { copyFile, cp, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { openReplica } from '@tri/ledger'
import { Fault } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { dataFolderAt, makeDataFolder, readDocument } from '../daemon/data-folder.ts'
import { KEY_FILE, readKeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { readLedgerFile } from '../ledger/ledger-file.ts'

/** What a copy holds. */
export interface Backup {
  readonly folder: string
  readonly files: readonly string[]
  readonly bytes: number
}

/**
 * Copies what a data folder holds, while its node runs: document, book, notes, readings, and the members' keys. The key
 * that signs blocks, what it signed, and the key of the door stay out: a copy that could sign is a second steward.
 *
 * @param out a new folder
 * @throws Fault `data-folder-absent`, `data-folder-not-empty`, `disk-full`
 */
export async function backUp(path: string, out: string): Promise<Backup> {
  const folder = dataFolderAt(path)
  await readDocument(folder)
  await makeDataFolder(out)
  const plain = [folder.community, folder.ledger, join(path, KEY_FILE)]
  const databases = [folder.book, folder.household, folder.notes, folder.sessions]
  for (const file of await present(plain)) await copyFile(file, join(out, basename(file)))
  for (const file of await present(databases)) copyDatabase(file, join(out, basename(file)))
  return told(out)
}

/** What came of putting a copy back. */
export interface Restored extends Backup {
  readonly height: number
  readonly stateRoot: string
  /** Whether the copy may go on by itself; a box of several stewards must be invited anew, with new keys. */
  readonly goesOn: boolean
}

/**
 * Puts a copy into a new data folder, and checks that its book leads to the roots it was kept with.
 *
 * @throws Fault `data-folder-absent` where there is no copy, `data-folder-not-empty`, `book-altered`, `book-unreadable`
 */
export async function restoreBackup(copy: string, path: string): Promise<Restored> {
  await readDocument(dataFolderAt(copy))
  const folder = await makeDataFolder(path)
  await cp(copy, path, { recursive: true, filter: (from) => !from.endsWith('.new') })
  await readKeyRing(path)
  const { engine } = await readLedgerFile(folder.ledger)
  using replica = openReplica(folder.book, { kernel: await loadKernel() })
  const { height, stateRoot } = replica
  return { ...(await told(path)), height, stateRoot: hex(stateRoot), goesOn: engine === 'single' }
}

async function present(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await sizeOf(path)) === undefined ? [] : [path])),
  )
  return found.flat()
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new Fault('data-folder-damaged', { path }, { cause })
  }
}

/** A database as one moment had it, though others write to it meanwhile. */
function copyDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from, { readOnly: true })
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } finally {
    database.close()
  }
}

async function told(folder: string): Promise<Backup> {
  const files = (await readdir(folder)).toSorted()
  const sizes = await Promise.all(files.map((file) => sizeOf(join(folder, file))))
  return { folder, files, bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) }
}
