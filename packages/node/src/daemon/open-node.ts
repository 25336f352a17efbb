import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { setTimeout as waitFor } from 'node:timers/promises'

import type { KeyValue } from '@tri/community'
import { openSqliteStore, type Ordering, type SqliteStore, type Standing } from '@tri/ledger'
import type { Log } from '@tri/platform'
import { epochMs } from '@tri/units'

import { calendarOf } from '../calendar.ts'
import { householdReadings } from '../household/household-readings.ts'
import { readKeyRing, type KeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { openLedger, type OpenLedger } from '../ledger/open-ledger.ts'
import { openOutbox, type Outbox, type OutboxEntry } from '../ledger/outbox.ts'
import { accountsIn } from '../services/account-view.ts'
import { bookWriter, type BookWriter } from '../services/book-writer.ts'
import type { CommunityClock, LivePower, NodeView } from '../services/view.ts'
import { NODE_VERSION } from '../version.ts'
import { dataFolderAt, readDocument, type DataFolder } from './data-folder.ts'

/** A data folder that this process has open, with everything that works on it. */
export interface OpenNode extends AsyncDisposable {
  readonly folder: DataFolder
  readonly ledger: OpenLedger
  readonly ordering: Ordering
  readonly outbox: Outbox
  /** What this node remembers beside the book. */
  readonly notes: KeyValue
  readonly keys: KeyRing
  readonly view: NodeView
  readonly writer: BookWriter
  /** Is told of payments that become final or are refused, until the returned function is called. */
  readonly onStanding: (tell: (told: StandingTold) => void) => () => void
  /** Readings that are kept at home within `work` reach the disk together. */
  readonly keepTogether: (work: () => void) => void
}

/** A payment of a member of this node that is no longer only promised. */
export interface StandingTold {
  readonly payment: OutboxEntry
  readonly standing: Standing
}

/** How a node tells time and power; a real one has the machine's clock and no meters of its own yet. */
export interface NodePorts {
  readonly clock?: CommunityClock
  readonly livePower?: () => LivePower | undefined
  readonly mode?: 'demo' | 'node'
  /** Told of what went wrong in the background. */
  readonly failed?: (cause: unknown) => void
  /** Where the ordering engine's own words go. */
  readonly log?: Log
}

const SILENT: Log = { info: () => undefined, error: () => undefined }

const DICE_SIDES = 2 ** 32
/** How long an act is waited for before it is told as not final yet. */
const PATIENCE_MS = 30_000

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
  const clock = ports.clock ?? machineClock()
  const now = () => clock.nowMs()
  const failed = ports.failed ?? (() => undefined)
  await using opening = new AsyncDisposableStack()
  const notes = storeOf(opening, folder.notes)
  const log = ports.log ?? SILENT
  const ledger = opening.use(await openLedger({ folder, kernel, keys, now, notes, wallMs, log, failed }))
  const household = storeOf(opening, folder.household)
  const told = tellers<StandingTold>()
  const { ordering, store } = ledger
  const settled = (payment: OutboxEntry, standing: Standing) => told.tell({ payment, standing })
  const outbox = opening.use(openOutbox({ store: notes, ordering, now, wait: pause, settled, failed }))
  const view: NodeView = {
    account: accountsIn(store),
    store,
    kernel,
    document,
    calendar: calendarOf(document.timezone),
    household: inTransactions(householdReadings(household), (work) => household.write(work)),
    outbox,
    livePower: ports.livePower ?? (() => undefined),
    ledgerState: () => ordering.status().state,
    clock,
    about: { version: NODE_VERSION, mode: ports.mode ?? 'node', startedAt: epochMs(Date.now()) },
  }
  const { blocks } = ledger
  const writer = bookWriter({ store, ordering, blocks, kernel, keys, now, newId: randomUUID, patience })
  outbox.resume()
  const held = opening.move()
  return {
    folder,
    ledger,
    ordering,
    outbox,
    notes,
    keys,
    view,
    writer,
    onStanding: told.on,
    keepTogether: (work) => household.write(work),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await waitFor(ms, undefined, { signal }).catch(() => undefined)
}

function wallMs(): number {
  return performance.now()
}

function patience(): AbortSignal {
  return AbortSignal.timeout(PATIENCE_MS)
}

function storeOf(opening: AsyncDisposableStack, path: string): SqliteStore {
  const store = openSqliteStore(path)
  opening.defer(() => store.close())
  return store
}

/** Whoever wants to be told of something. */
function tellers<T>() {
  const listeners = new Set<(told: T) => void>()
  return {
    tell: (told: T) => {
      for (const listener of listeners) listener(told)
    },
    on: (listener: (told: T) => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
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

/** From 0 up to 1, by the system's randomness: spreads pauses. */
export function systemDice(): number {
  return randomInt(DICE_SIDES) / DICE_SIDES
}

/** Bytes of the system's randomness, for keys and tokens. */
export function systemRandom(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes))
}
