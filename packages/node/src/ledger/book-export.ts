import { createReadStream, existsSync } from 'node:fs'
import { copyFile, chmod, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { operationFrom } from '@tri/community'
import {
  BOOK_FORMAT,
  exportBook,
  genesisText,
  nodePrimitives,
  restoreBook,
  type Genesis,
  type Replica,
} from '@tri/ledger'
import { Fault } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

import { communityFromText } from '../community-file/read-community-file.ts'
import { makeDataFolder, writeDocument } from '../daemon/data-folder.ts'
import { createKeyRing, readKeyRing, KEY_FILE } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'

/** The files of an export. Keys are not among them: they never leave their node but by their owner's own copy. */
export const EXPORT_FILES = { book: 'book.jsonl', community: 'community.json' } as const

const OWNER_ONLY = 0o600
const OWNER_ONLY_FOLDER = 0o700
/** Lines written before others have their turn. */
const LINES_PER_TURN = 64

/** What an export holds. */
export interface LedgerExport {
  readonly folder: string
  readonly format: typeof BOOK_FORMAT
  readonly blocks: number
  readonly operations: number
  readonly bytes: number
  /** What the restored book is checked against: keep it apart from the export. */
  readonly genesis: string
}

/**
 * Writes the whole book as JSON lines that check themselves, with the community's document beside it.
 *
 * @param to a new folder, or an empty one
 * @throws Fault `out-folder-not-empty`
 */
export async function exportLedger(
  of: { readonly replica: Replica; readonly genesis: Genesis; readonly community: string },
  to: string,
  progress: (done: number, all: number) => void = () => undefined,
): Promise<LedgerExport> {
  await mkdir(to, { recursive: true, mode: OWNER_ONLY_FOLDER })
  if ((await readdir(to)).length > 0) throw new Fault('out-folder-not-empty', { path: to })
  const path = join(to, EXPORT_FILES.book)
  const { replica, genesis } = of
  const bytes = await writeLines(exportBook(replica), `${path}.new`, (done) => progress(done, replica.height))
  await copyFile(of.community, join(to, EXPORT_FILES.community))
  await rename(`${path}.new`, path)
  return {
    folder: to,
    format: BOOK_FORMAT,
    blocks: replica.height,
    operations: replica.sequence,
    bytes,
    genesis: genesisText(nodePrimitives, genesis),
  }
}

async function writeLines(
  lines: Iterable<string>,
  path: string,
  progress: (done: number) => void,
): Promise<number> {
  await using file = await open(path, 'wx', OWNER_ONLY)
  let [bytes, done] = [0, 0]
  let waiting: string[] = []
  const flush = async () => {
    const text = waiting.map((line) => `${line}\n`).join('')
    waiting = []
    bytes += (await file.write(text)).bytesWritten
    progress(done)
  }
  for (const line of lines) {
    done += 1
    if (waiting.push(line) >= LINES_PER_TURN) await flush()
  }
  await flush()
  await file.sync()
  return bytes
}

/** A book that was rebuilt in a new data folder. */
export interface RestoredLedger {
  readonly folder: string
  readonly blocks: number
  readonly operations: number
  readonly genesis: string
  /** Members whose keys were brought along. */
  readonly keys: number
}

/**
 * Rebuilds a data folder from an export: every operation is applied again, every root and signature checked from the
 * founding on.
 *
 * @param of.genesis the text that was printed; left out, the export is only checked against itself
 * @param of.keys    the owner's own copy of `keys.json`; without it the folder has the book and nobody's keys
 * @throws Fault `export-absent`, `export-altered`, `genesis-differs`, `data-folder-not-empty`, `keys-unreadable`
 */
export async function restoreLedger(of: {
  readonly from: string
  readonly to: string
  readonly genesis?: string | undefined
  readonly keys?: string | undefined
}): Promise<RestoredLedger> {
  const [book, community] = [join(of.from, EXPORT_FILES.book), join(of.from, EXPORT_FILES.community)]
  if (!existsSync(book) || !existsSync(community)) throw new Fault('export-absent', { path: of.from })
  const document = communityFromText(await readFile(community, 'utf8'), 'json')
  if (!document.ok) throw new Fault('export-absent', { path: of.from })
  const genesis = await genesisInExport(book)
  const text = genesisText(nodePrimitives, genesis)
  if (of.genesis !== undefined && of.genesis.trim() !== text)
    throw new Fault('genesis-differs', { printed: of.genesis.trim(), found: text })
  const folder = await makeDataFolder(of.to)
  const { height, sequence } = await restoreBook(linesOf(book), folder.book, {
    kernel: await loadKernel(),
    genesis,
  })
  const keys = await bringKeys(of.keys, of.to)
  await writeDocument(folder, document.value)
  return { folder: of.to, blocks: height, operations: sequence, genesis: text, keys }
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })
}

/** The founding stands in the first lines. That the book really begins with it is checked when it is rebuilt. */
async function genesisInExport(path: string): Promise<Genesis> {
  let number = 0
  for await (const line of linesOf(path)) {
    number += 1
    const found = /"bytes":"([A-Za-z0-9+/]+=*)"/.exec(line)?.[1]
    if (found === undefined) continue
    const bytes = Uint8Array.from(Buffer.from(found, 'base64'))
    try {
      const { community, key } = operationFrom(bytes)
      return { community, founding: sha256(bytes), stewards: [key] }
    } catch (cause) {
      throw new Fault('export-altered', { line: number, reason: 'the founding cannot be read' }, { cause })
    }
  }
  throw new Fault('export-altered', { line: Math.max(1, number), reason: 'there is no founding' })
}

async function bringKeys(from: string | undefined, to: string): Promise<number> {
  if (from === undefined) {
    await createKeyRing(to, [], () => new Uint8Array())
    return 0
  }
  const path = join(to, KEY_FILE)
  await writeFile(path, await readFile(from), { mode: OWNER_ONLY })
  await chmod(path, OWNER_ONLY)
  return (await readKeyRing(to)).members.length
}
