import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { z } from 'zod'

import type { CommunityDocument } from '../community-file/document-shape.ts'
import { communityFromText } from '../community-file/read-community-file.ts'

const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/** Where the parts of one node's data lie. */
export interface DataFolder {
  readonly path: string
  readonly community: string
  readonly book: string
  readonly household: string
  /** What the node remembers beside the book: payments on their way, incidents it saw. */
  readonly notes: string
  readonly sessions: string
  /** Which engine keeps the book. */
  readonly ledger: string
  /** The engine's own home where several stewards keep the book: its keys and what it signed. */
  readonly engine: string
  readonly running: string
}

export function dataFolderAt(path: string): DataFolder {
  return {
    path,
    community: join(path, 'community.json'),
    book: join(path, 'book.sqlite'),
    household: join(path, 'household.sqlite'),
    notes: join(path, 'notes.sqlite'),
    sessions: join(path, 'sessions.sqlite'),
    ledger: join(path, 'ledger.json'),
    engine: join(path, 'engine'),
    running: join(path, 'running.json'),
  }
}

/**
 * Makes an empty data folder that only its owner reads.
 *
 * @throws Fault `data-folder-not-empty` when something lies there already
 */
export async function makeDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER })
  if ((await readdir(path)).length > 0) throw new Fault('data-folder-not-empty', { path })
  return dataFolderAt(path)
}

/** Keeps the community's document beside the book: names and places that the book does not need. */
export async function writeDocument(folder: DataFolder, document: CommunityDocument): Promise<void> {
  await writeFile(`${folder.community}.new`, JSON.stringify(document), { mode: OWNER_ONLY_FILE })
  await rename(`${folder.community}.new`, folder.community)
}

/**
 * The community's document.
 *
 * @throws Fault `data-folder-absent` where no community was founded
 */
export async function readDocument(folder: DataFolder): Promise<CommunityDocument> {
  let text: string
  try {
    text = await readFile(folder.community, 'utf8')
  } catch (cause) {
    throw new Fault('data-folder-absent', { path: folder.path }, { cause })
  }
  const read = communityFromText(text, 'json')
  if (!read.ok) throw new Fault('data-folder-damaged', { path: folder.community })
  return read.value
}

const runningShape = z.strictObject({
  pid: z.int().positive(),
  url: z.string().nullable(),
  door: z.string(),
})
/** What a running node writes into its folder, so that commands find it. */
export type Running = z.infer<typeof runningShape>

export async function writeRunning(folder: DataFolder, running: Running): Promise<void> {
  await writeFile(`${folder.running}.new`, JSON.stringify(running), { mode: OWNER_ONLY_FILE })
  await rename(`${folder.running}.new`, folder.running)
}

/** Who runs on the folder, if anybody does; a file left by a node that was killed does not count. */
export async function readRunning(folder: DataFolder): Promise<Running | undefined> {
  try {
    const running = runningShape.parse(JSON.parse(await readFile(folder.running, 'utf8')))
    process.kill(running.pid, 0)
    return running
  } catch {
    // No file, a torn file, or no such process: in each case nobody is running there.
    return undefined
  }
}

export async function removeRunning(folder: DataFolder): Promise<void> {
  await rm(folder.running, { force: true })
}
