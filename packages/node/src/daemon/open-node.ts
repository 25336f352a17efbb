import { randomBytes, randomUUID } from 'node:crypto'

import { communityHead } from '@tri/community'
import { openBook, openSqliteStore, type BookFile } from '@tri/ledger'
import { Fault, epochMs } from '@tri/units'

import { calendarOf } from '../calendar.ts'
import { householdReadings } from '../household/household-readings.ts'
import { readKeyRing, type KeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { bookWriter, type BookWriter } from '../services/book-writer.ts'
import type { CommunityClock, LivePower, NodeView } from '../services/view.ts'
import { NODE_VERSION } from '../version.ts'
import { dataFolderAt, readDocument, type DataFolder } from './data-folder.ts'

/** A data folder that this process has open, with everything that works on it. */
export interface OpenNode extends Disposable {
  readonly folder: DataFolder
  readonly book: BookFile
  readonly keys: KeyRing
  readonly view: NodeView
  readonly writer: BookWriter
  /** Readings that are kept at home within `work` reach the disk together. */
  readonly keepTogether: (work: () => void) => void
}

/** How a node tells time and power; a real one has the machine's clock and no meters of its own yet. */
export interface NodePorts {
  readonly clock?: CommunityClock
  readonly livePower?: () => LivePower | undefined
  readonly mode?: 'demo' | 'node'
}

/**
 * Opens a data folder for this process alone.
 *
 * @throws Fault `data-folder-absent`, `data-folder-in-use`, `data-folder-damaged`, `keys-unreadable`, `book-unreadable`
 */
export async function openNode(path: string, ports: NodePorts = {}): Promise<OpenNode> {
  const folder = dataFolderAt(path)
  const document = await readDocument(folder)
  const keys = await readKeyRing(path)
  const kernel = await loadKernel()
  using opening = new DisposableStack()
  const book = opening.use(openBook(folder.book, { kernel }))
  if (communityHead(book.store) === undefined) throw new Fault('data-folder-damaged', { path: folder.book })
  const household = openSqliteStore(folder.household)
  opening.defer(() => household.close())
  const clock = ports.clock ?? machineClock()
  const view: NodeView = {
    store: book.store,
    kernel,
    document,
    calendar: calendarOf(document.timezone),
    household: inTransactions(householdReadings(household), (work) => household.write(work)),
    livePower: ports.livePower ?? (() => undefined),
    clock,
    about: { version: NODE_VERSION, mode: ports.mode ?? 'node', startedAt: epochMs(Date.now()) },
  }
  const writer = bookWriter({ book, keys, now: () => clock.nowMs(), newId: () => randomUUID() })
  const held = opening.move()
  return {
    folder,
    book,
    keys,
    view,
    writer,
    keepTogether: (work) => household.write(work),
    [Symbol.dispose]: () => held.dispose(),
  }
}

/** A month of readings waits for the disk once, not once a day. */
function inTransactions(
  readings: NodeView['household'],
  write: <T>(work: () => T) => T,
): NodeView['household'] {
  return { ...readings, write: (meter, of) => write(() => readings.write(meter, of)) }
}

export function machineClock(): CommunityClock {
  return { nowMs: () => epochMs(Date.now()), speed: null }
}

/** Bytes of the system's randomness, for keys and tokens. */
export function systemRandom(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes))
}
