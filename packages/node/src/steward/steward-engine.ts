import { setTimeout as pause } from 'node:timers/promises'

import { stewardProposals, stewardsOf, type KeyValue } from '@tri/community'
import {
  handoverIn,
  lightBlockBytes,
  lightBlockFrom,
  makeStewardHome,
  takeNextKey,
  waitingSigningKey,
  nodePrimitives,
  type Genesis,
  type Ordering,
  type Replica,
} from '@tri/ledger'
import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { DataFolder } from '../daemon/data-folder.ts'
import { writeLedgerFile, type LedgerFile } from '../ledger/ledger-file.ts'
import type { EnginePorts, RunningEngine } from '../ledger/open-ledger.ts'
import { quorumEngine } from '../ledger/quorum-engine.ts'
import { soleEngine } from '../ledger/sole-engine.ts'
import { candidatesIn } from './candidates.ts'
import { changingOrdering, type ChangingOrdering } from './changing-ordering.ts'
import { doorMemory } from './door-memory.ts'
import { engineAddress, readSeat, type Seat } from './seat-file.ts'

/** ms from one box's new links to the next one's: an engine is closed and opened in less. */
const TURN_MS = 4_000

/** What a steward's engine is opened with, beside what every engine is. */
export interface StewardEnginePorts extends EnginePorts {
  readonly folder: DataFolder
  readonly notes: KeyValue
  readonly failed: (cause: unknown) => void
}

/**
 * Opens the engine that a folder's `ledger.json` names, and goes over to the engine of several stewards when the book says
 * that there are several now: while running, with the same history.
 *
 * @throws Fault what the engines throw
 */
export async function stewardEngine(
  ports: StewardEnginePorts,
  file: LedgerFile,
  genesis: Genesis,
): Promise<RunningEngine> {
  const seat = await readSeat(ports.folder.path)
  const engines = { ...ports, ...quorumPorts(ports, seat) }
  let at = await fileNow(ports, file, seat)
  let linked = ''
  const open = async (): Promise<RunningEngine> => {
    if (at.engine === 'single') return soleEngine(ports)
    linked = nodesOnRecord(ports)
    return await quorumEngine(engines, at, genesis)
  }
  let now = await open()
  const ordering = changingOrdering(now.ordering)
  const watching = onEachBlock(ordering, ports.replica, async (stopping) => {
    const isOther = await isDue(ports, at, seat)
    if (!isOther && (at.engine === 'single' || linked === nodesOnRecord(ports))) return
    // The engine asks who may be linked only when a link is made: whoever left would hear the book for as long as hers
    // lasts. One box after the other makes its links anew, so that a quorum is always there.
    if (!isOther) await turnOf(ports, seat, stopping)
    if (stopping.aborted) return
    await ordering.change(async () => {
      at = await fileNow(ports, at, seat)
      now = await open()
      return now.ordering
    })
  })
  watching.done.catch(ports.failed)
  return {
    ordering: {
      ...certifiedByBook(ordering, ports.replica),
      [Symbol.asyncDispose]: async () => {
        watching.stop()
        await watching.done.catch(() => undefined)
        await ordering[Symbol.asyncDispose]()
      },
    },
    get me() {
      return now.me
    },
    peer: (steward) => now.peer(steward),
    get memory() {
      return now.memory
    },
  }
}

/** What this box tells the engine's network, and asks of it. */
function quorumPorts({ replica, notes }: StewardEnginePorts, seat: Seat | undefined) {
  const isAllowed = (node: string): boolean => {
    const { stewards } = stewardsOf(replica.store)
    const proposed = stewardProposals(replica.store).flatMap((proposal) => proposal.stewards)
    const invited = candidatesIn(notes)
      .list()
      .map(({ entry }) => entry)
    return [...stewards, ...proposed, ...invited].some((one) => hex(one.node) === node)
  }
  return { isAllowed, ...(seat === undefined ? {} : { memory: doorMemory(seat, replica) }) }
}

/** Whether the book says that this box goes on otherwise: with others, or with another key. */
async function isDue(ports: StewardEnginePorts, file: LedgerFile, seat: Seat | undefined): Promise<boolean> {
  if (seat === undefined) return false
  if (file.engine === 'single') return handoverIn(ports.replica, file.genesis?.previous?.height) !== undefined
  return isVotedIn(ports, seat, await waitingSigningKey(ports.folder.engine))
}

/**
 * The file of a folder as its book has it by now: several stewards where there was one, a new key where the old one is no
 * longer on record. It is written before the engine is opened.
 */
async function fileNow(
  ports: StewardEnginePorts,
  file: LedgerFile,
  seat: Seat | undefined,
): Promise<LedgerFile> {
  if (seat === undefined || !(await isDue(ports, file, seat))) return file
  const next = file.engine === 'single' ? await grown(ports, file, seat) : await rotated(ports, file)
  await writeLedgerFile(ports.folder.ledger, next)
  return next
}

async function grown(
  { replica, folder }: StewardEnginePorts,
  { genesis }: LedgerFile,
  seat: Seat,
): Promise<LedgerFile> {
  const { key } = await makeStewardHome(folder.engine)
  const handover = present(handoverIn(replica, genesis?.previous?.height), 'several stewards are on record')
  const { height, stateRoot, time, stewards, protocol } = handover
  return {
    format: 'tri/ledger-file/1',
    engine: 'cometbft',
    ...(genesis === undefined ? {} : { genesis }),
    me: hex(key),
    listen: present(engineAddress(seat.address), 'a seat’s address has a port above'),
    begins: { height: height + 1, stateRoot, at: time, stewards: [...stewards], protocol },
  }
}

async function rotated(
  { folder }: StewardEnginePorts,
  file: Extract<LedgerFile, { readonly engine: 'cometbft' }>,
): Promise<LedgerFile> {
  const key = present(await waitingSigningKey(folder.engine), 'a key waits')
  await takeNextKey(folder.engine)
  return { ...file, me: hex(key) }
}

function isVotedIn({ replica }: StewardEnginePorts, { member }: Seat, key: Uint8Array | undefined): boolean {
  const own = stewardsOf(replica.store).stewards.find((one) => one.member === member)
  return key !== undefined && own !== undefined && hex(own.key) === hex(key)
}

/** The nodes of the stewards on record: whom an engine dials and lets in when it is opened. */
function nodesOnRecord({ replica }: StewardEnginePorts): string {
  return stewardsOf(replica.store)
    .stewards.map(({ node }) => hex(node))
    .toSorted()
    .join(' ')
}

/** Waits until the boxes that stand before this one in the set have had their time, or until the node stops. */
async function turnOf(
  { replica }: StewardEnginePorts,
  seat: Seat | undefined,
  stopping: AbortSignal,
): Promise<void> {
  const { stewards } = stewardsOf(replica.store)
  const before = Math.max(
    0,
    stewards.findIndex(({ member }) => member === seat?.member),
  )
  try {
    await pause(before * TURN_MS, undefined, { signal: stopping })
  } catch (cause) {
    if (!stopping.aborted) throw cause
  }
}

/** Looks at each final block, one after the other, until stopped. */
function onEachBlock(
  ordering: ChangingOrdering,
  replica: Replica,
  look: (stopping: AbortSignal) => Promise<void>,
): { readonly done: Promise<void>; readonly stop: () => void } {
  const stopping = new AbortController()
  const done = (async () => {
    for await (const _ of ordering.finalised(replica.height + 1, stopping.signal)) await look(stopping.signal)
  })()
  return { done, stop: () => stopping.abort() }
}

/** A certificate that is kept in the book needs no engine, which may be another one since. */
function certifiedByBook(ordering: Ordering, replica: Replica): Ordering {
  return {
    submit: (operation) => ordering.submit(operation),
    standingOf: (digest) => ordering.standingOf(digest),
    settled: (digest, signal) => ordering.settled(digest, signal),
    finalised: (from, signal) => ordering.finalised(from, signal),
    status: () => ordering.status(),
    certified: async (height) => {
      const of = height ?? replica.height
      const kept = replica.certificate(of)
      if (kept !== undefined) return lightBlockFrom(nodePrimitives, kept)
      const block = await ordering.certified(of)
      replica.keepCertificate(block.header.height - 1, lightBlockBytes(block))
      return block
    },
    [Symbol.asyncDispose]: () => ordering[Symbol.asyncDispose](),
  }
}
