import { operationFrom, type KeyValue, type LoggedOperation, type StewardEntry } from '@tri/community'
import type { MatchKernel } from '@tri/exchange'
import {
  openReplica,
  type EngineLog,
  type Genesis,
  type Ordering,
  type PeerMemory,
  type ProofSource,
  type Replica,
  type SignedBytes,
} from '@tri/ledger'
import { Fault, type EpochMs } from '@tri/units'
import { sha256 } from '@tri/units/crypto'

import type { DataFolder } from '../daemon/data-folder.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { readFoundings } from '../refounding/foundings-file.ts'
import { keepCheckpoints, type Checkpoints } from './checkpoints.ts'
import { followFinalBlocks, type FinalBlocks } from './final-blocks.ts'
import { stewardEngine } from '../steward/steward-engine.ts'
import { followIncidents, type Incidents } from './incidents.ts'
import { genesisIn, readLedgerFile } from './ledger-file.ts'

/** What is known of another steward. */
export interface PeerStanding {
  readonly connected: boolean
  /** Undefined where she has not told it. */
  readonly height?: number | undefined
}

/** The community's ledger as this node has it open, whichever engine keeps it. */
export interface OpenLedger extends RunningEngine, AsyncDisposable {
  /** The final state, for queries. */
  readonly store: KeyValue
  /** This box's copy of the book. */
  readonly replica: Replica
  /** The final operations from a sequence number on. */
  operations(from: number): Iterable<LoggedOperation>
  readonly genesis: Genesis
  readonly blocks: FinalBlocks
  readonly checkpoints: Checkpoints
  readonly incidents: Incidents
  /** Where proofs are made from. */
  readonly proofSource: ProofSource
}

/** An engine that runs on this box's copy of the book. */
export interface RunningEngine {
  readonly ordering: Ordering
  /** Hex of the key with which this node votes; undefined when it has no vote. */
  readonly me: string | undefined
  peer(steward: StewardEntry): PeerStanding | undefined
  /** What this box's engine saw a key sign, for another steward who asks. */
  readonly memory: PeerMemory
}

/** What an engine is opened with. */
export interface EnginePorts {
  readonly replica: Replica
  readonly keys: Pick<KeyRing, 'keyOf'>
  readonly now: () => EpochMs
  /** Only where the book's first operation does not tell it. */
  readonly genesis: Genesis | undefined
  /** After a founding anew what the members signed: the first operation of the chain. */
  readonly refounding: SignedBytes | undefined
  /** The engine's own folder, where it has one. */
  readonly home: string
  readonly log: EngineLog
  /** What the other stewards saw this box sign. */
  readonly memory: PeerMemory | undefined
  /** Whether a box that is no steward may connect to the engine, by its node's name. */
  readonly isAllowed: ((node: string) => boolean) | undefined
}

export interface LedgerPorts {
  readonly folder: DataFolder
  readonly kernel: MatchKernel
  readonly keys: Pick<KeyRing, 'keyOf'>
  readonly now: () => EpochMs
  /** The node's own store, for what is remembered beside the book. */
  readonly notes: KeyValue
  readonly wallMs: () => number
  readonly log: EngineLog
  readonly failed: (cause: unknown) => void
  readonly memory?: PeerMemory
  readonly isAllowed?: (node: string) => boolean
}

/**
 * Opens the ledger of a data folder with the engine that its `ledger.json` names: one steward when there is none.
 *
 * @throws Fault `data-folder-in-use`, `data-folder-damaged`, `ledger-file-unusable`, `book-unreadable`, `book-newer`,
 *               `book-altered`, `foundings-unreadable`, `key-not-held`, `steward-is-another`, and what `openCometBft` throws
 */
export async function openLedger(ports: LedgerPorts): Promise<OpenLedger> {
  const { folder, notes, kernel } = ports
  const file = await readLedgerFile(folder.ledger)
  await using opening = new AsyncDisposableStack()
  const replica = opening.use(openReplica(folder.book, { kernel }))
  const named = genesisIn(file)
  const genesis = named ?? genesisOfLog(replica.operations(1))
  const { past, operation } = await readFoundings(folder.path)
  if (genesis === undefined) throw new Fault('data-folder-damaged', { path: folder.book })
  const enginePorts: EnginePorts = {
    ...ports,
    replica,
    genesis: named,
    refounding: operation,
    home: folder.engine,
    memory: ports.memory,
    isAllowed: ports.isAllowed,
  }
  const engine = await stewardEngine({ ...enginePorts, folder, notes, failed: ports.failed }, file, genesis)
  const ordering = opening.use(engine.ordering)
  const blocks = opening.use(followFinalBlocks(ordering))
  const incidents = opening.use(followIncidents(notes, ordering))
  const checkpoints = opening.use(keepCheckpoints({ ...ports, ordering, blocks }))
  const held = opening.move()
  return {
    ordering,
    // The engine may be exchanged while the node runs.
    get me() {
      return engine.me
    },
    get memory() {
      return engine.memory
    },
    peer: (steward) => engine.peer(steward),
    store: replica.store,
    replica,
    operations: (from) => replica.operations(from),
    genesis,
    blocks,
    checkpoints,
    incidents,
    proofSource: { genesis, past, replica, certified: (height) => ordering.certified(height) },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** The genesis of a book that was never founded anew: its founder keeps it, with the key that signed the founding. */
export function genesisOfLog(operations: Iterable<LoggedOperation>): Genesis | undefined {
  for (const { bytes } of operations) {
    const { community, key } = operationFrom(bytes)
    return { community, founding: sha256(bytes), stewards: [key] }
  }
  return undefined
}
