import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { communityHead, protocolSteps, stewardProposals, stewardsOf } from '@tri/community'
import { Fault, accept, must, refuse, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { LightBlock } from '../chain/light-block.ts'
import type { FinalBlock, NotTaken, Ordering, OrderingStatus, SignedBytes, Standing } from '../ordering.ts'
import type { Replica } from '../replica/replica.ts'
import { decision } from '../single/decision.ts'
import { abciApplication, repeatedSequence } from './abci-application.ts'
import { abciServer, type AbciServer } from './abci-server.ts'
import { blockCertificates, type BlockCertificates } from './block-certificates.ts'
import { finalBlocks, type FinalBlocks } from '../ordering/final-blocks.ts'
import { deadLinks, type LinkSighting } from './dead-links.ts'
import { engineStatus, type EngineStatus } from './engine-answers.ts'
import { findEngine } from './engine-binary.ts'
import type { EngineNetwork } from './engine-config.ts'
import { prepareHome, stewardIdentity, type EngineChain } from './engine-home.ts'
import { runEngine, type EngineLog, type EngineProcess, type ProcessState } from './engine-process.ts'
import { engineRpc, type EngineRpc } from './engine-rpc.ts'
import { leanHeap } from './lean-heap.ts'
import { operationStandings, type OperationStandings } from '../ordering/operation-standings.ts'
import type { PeerMemory } from './peer-memory.ts'
import { mustBeTheOnlySigner } from './sign-guard.ts'
import { snapshotShelf } from './snapshot-shelf.ts'
import { transactionDoor, type TransactionDoor } from './transaction-door.ts'
import { transactionOf } from '../ordering/transaction.ts'

/** What a steward's engine needs. */
export interface CometBftPorts {
  /** The engine's folder: keys, what it signed, its blocks. Made by `makeStewardHome`. */
  readonly home: string
  readonly replica: Replica
  readonly chain: EngineChain
  readonly network: Omit<EngineNetwork, 'appSocket' | 'rpcSocket'>
  readonly log: EngineLog
  /** What the other stewards saw this key sign. */
  readonly memory: PeerMemory
  /** Nodes (hex) let in beside the stewards and those proposed: the engine asks about each that dials. */
  readonly isAllowed: (node: string) => boolean
  /** The engine's program; found on the machine when left out. */
  readonly program?: string
  /** Put before the program: `ip netns exec ...` in trials. */
  readonly wrap?: readonly string[]
  readonly guardPatienceMs?: number
}

/** The engine that several stewards share, with what only it has. */
export interface CometBftOrdering extends Ordering {
  /** Questions to the engine itself: for what other stewards ask of it. */
  readonly rpc: EngineRpc
  /** The Unix socket that answers them. */
  readonly rpcSocket: string
  readonly process: EngineProcess
}

const STATUS_EVERY_MS = 1_000
/** Opening a long chain's stores takes seconds on a small box. */
const STARTING_MS = 60_000
const STARTING_AGAIN_MS = 50
/** Blocks whose operations are known by their digest again after an opening. */
const BLOCKS_RECALLED = 2_000

/**
 * Orders operations together with the other stewards: runs CometBFT as a child process and gives it this replica to drive.
 *
 * @returns when the engine's first answer has come
 * @throws Fault `steward-copied`, `steward-behind-itself`, `steward-alive-elsewhere` when this home may not sign;
 *               `engine-absent`, `engine-version` when there is no engine; `engine-other-chain` when its home belongs to
 *               another community; `engine-failed` when it does not come up
 */
export async function openCometBft(ports: CometBftPorts): Promise<CometBftOrdering> {
  const program = ports.program ?? (await findEngine()).path
  const { key } = await stewardIdentity(ports.home)
  const patience = ports.guardPatienceMs === undefined ? {} : { patienceMs: ports.guardPatienceMs }
  await mustBeTheOnlySigner({ home: ports.home, key, memory: ports.memory, ...patience })
  // A Unix socket's path holds 107 bytes: a data folder may lie deeper than that.
  const sockets = await mkdtemp(join(tmpdir(), 'tri-'))
  const network: EngineNetwork = {
    ...ports.network,
    appSocket: join(sockets, 'app'),
    rpcSocket: join(sockets, 'rpc'),
  }
  const engine = new CometBftEngine(ports, sockets, network.rpcSocket)
  try {
    await prepareHome(ports.home, ports.chain, network)
    await engine.start([...(ports.wrap ?? []), program, 'start', '--home', ports.home], network)
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
  return engine
}

type Health = { readonly is: 'well' } | { readonly is: 'failed'; readonly reason: string }

class CometBftEngine implements CometBftOrdering {
  readonly rpc: EngineRpc
  readonly rpcSocket: string
  readonly #ports: CometBftPorts
  readonly #sockets: string
  readonly #standings: OperationStandings = operationStandings()
  readonly #door: TransactionDoor
  readonly #blocks: FinalBlocks
  readonly #certificates: BlockCertificates
  readonly #closing = new AbortController()
  readonly #heap = leanHeap()
  #server: AbciServer | undefined
  #process: EngineProcess | undefined
  #watching: Promise<void> | undefined
  #seen: EngineStatus | undefined
  #health: Health = { is: 'well' }

  constructor(ports: CometBftPorts, sockets: string, rpcSocket: string) {
    const rpc = engineRpc(rpcSocket)
    this.#ports = ports
    this.#sockets = sockets
    this.rpc = rpc
    this.rpcSocket = rpcSocket
    this.#door = transactionDoor(rpc)
    this.#blocks = finalBlocks(ports.replica)
    const { replica, chain } = ports
    const { signal } = this.#closing
    this.#certificates = blockCertificates({ rpc, replica, initialHeight: chain.initialHeight, signal })
    const from = Math.max(1, ports.replica.height - BLOCKS_RECALLED)
    if (ports.replica.height > 0) for (const block of ports.replica.blocks(from)) this.#standings.final(block)
  }

  get process(): EngineProcess {
    must(this.#process !== undefined, 'an engine that was opened has a process')
    return this.#process
  }

  async start(command: readonly string[], network: EngineNetwork): Promise<void> {
    const { log, home } = this.#ports
    this.#server = await abciServer({
      path: network.appSocket,
      answer: abciApplication(this.#applicationPorts()),
      failed: (error) => this.#fail(error),
      refused: (error) =>
        log.error({ reason: reasonOf(error) }, 'the ordering engine sent no message of its protocol'),
    })
    const changed = (state: ProcessState): void => {
      if (state.is === 'running') return
      this.#seen = undefined
      this.#door.abandon()
    }
    this.#process = await runEngine({ command, home, socket: network.rpcSocket, log, changed })
    this.#watching = this.#watch()
    await this.#firstAnswer()
  }

  /** An engine that was opened can be asked; one that cannot come up says why. */
  async #firstAnswer(): Promise<void> {
    const until = performance.now() + STARTING_MS
    while (this.#seen === undefined) {
      const { reason } = this.#troubles()
      if (this.#health.is === 'failed' || performance.now() > until)
        throw new Fault('engine-failed', { reason: 'it did not come up', lastWords: reason ?? 'none' })
      await pause(STARTING_AGAIN_MS)
    }
  }

  #applicationPorts(): Parameters<typeof abciApplication>[0] {
    const { replica, chain, isAllowed } = this.#ports
    return {
      replica,
      snapshots: snapshotShelf(replica),
      isAllowed: (node) => isOfTheBook(replica, node) || isAllowed(node),
      chainId: chain.chainId,
      initialHeight: chain.initialHeight,
      stewards: () => signersOf(replica, chain),
      protocol: (height) => protocolAt(replica, chain, height),
      checked: (digest, outcome) => {
        if (this.#standings.isWaiting(digest)) this.#met(digest, outcome)
        this.#door.checked(digest)
      },
      final: (block, execution) => {
        this.#standings.final(block, execution)
        this.#blocks.came()
      },
    }
  }

  #met(digest: string, outcome: ReturnType<Replica['check']>): void {
    const { replica } = this.#ports
    if (!outcome.ok) return this.#standings.refused(digest, outcome.refusal)
    const sequence = repeatedSequence(outcome, replica)
    if (sequence === undefined) return undefined
    return this.#standings.finalLongAgo(digest, { sequence, height: replica.heightOf(sequence) ?? 0 })
  }

  async submit(operation: SignedBytes): Promise<Outcome<Standing, NotTaken>> {
    if (this.#closing.signal.aborted) return notTaken('closing')
    if (this.#health.is === 'failed') return notTaken('engine-down')
    const digest = hex(sha256(operation.bytes))
    const before = this.#standings.of(digest)
    if (before.is === 'final') return accept(before)
    const known = this.#knownOrRefused(operation)
    if (known !== undefined) return accept(known)
    const transaction = transactionOf(operation)
    must(transaction !== undefined, 'an operation with a signature of another length is refused before')
    if (before.is !== 'accepted' && !this.#standings.await(digest, transaction)) return notTaken('queue-full')
    // On another core, while the engine is on its way to ask for it.
    const verified = this.#ports.replica.verifyAhead(operation)
    const taken = await this.#handedIn(digest, transaction)
    await verified
    return taken
  }

  /** What needs no engine to be told: an operation final long ago, or one that no rule could accept. */
  #knownOrRefused(operation: SignedBytes): Standing | undefined {
    const { replica } = this.#ports
    if (operation.signature.length === 64) return undefined
    const checked = replica.check(operation)
    must(!checked.ok || checked.value[0]?.is === 'operation-repeated', 'a signature has 64 bytes')
    return checked.ok ? undefined : { is: 'refused', refusal: checked.refusal }
  }

  async #handedIn(digest: string, transaction: Uint8Array): Promise<Outcome<Standing, NotTaken>> {
    const taken = await this.#door.take(digest, transaction)
    const standing = this.#standings.of(digest)
    // Whatever the engine said of the way in: a block may have had it from another steward meanwhile.
    if (taken === 'checked' || taken === 'known' || standing.is !== 'accepted') return accept(standing)
    this.#standings.drop(digest)
    return notTaken(taken)
  }

  standingOf(digest: string): Standing {
    return this.#standings.of(digest)
  }

  settled(digest: string, signal: AbortSignal): Promise<Standing> {
    return decision(this.#standings, digest, signal)
  }

  finalised(from: number, signal: AbortSignal): AsyncIterable<FinalBlock> {
    return this.#blocks.from(from, signal)
  }

  status(): OrderingStatus {
    const { replica, chain } = this.#ports
    const stewards = signersOf(replica, chain).length
    const seen = this.#seen
    const connected = 1 + (seen?.peers ?? []).filter((node) => isSteward(replica, node)).length
    return {
      engine: 'cometbft',
      height: replica.height,
      time: replica.time,
      stateRoot: replica.stateRoot,
      stewards,
      connected,
      waiting: this.#standings.waiting,
      state: this.#stateOf(stewards, connected),
      details: {
        peers: seen?.peers ?? [],
        engineHeight: seen?.height ?? 0,
        engineWaiting: seen?.waiting ?? 0,
        restarts: this.#process?.restarts ?? 0,
        ...this.#troubles(),
      },
    }
  }

  #stateOf(stewards: number, connected: number): OrderingStatus['state'] {
    if (this.#health.is === 'failed') return 'failed'
    if (this.#closing.signal.aborted) return 'stopped'
    if (this.#seen === undefined) return this.#process?.state.is === 'waiting' ? 'failed' : 'catching-up'
    if (this.#seen.isCatchingUp) return 'catching-up'
    return connected * 3 > stewards * 2 ? 'running' : 'no-quorum'
  }

  #troubles(): { readonly reason?: string } {
    if (this.#health.is === 'failed') return { reason: this.#health.reason }
    const state = this.#process?.state
    return state?.is === 'waiting' ? { reason: state.reason } : {}
  }

  certified(height: number = this.#ports.replica.height): Promise<LightBlock> {
    return this.#certificates.of(height)
  }

  /** Asks the engine how it is, again and again. An engine that forgot what waits here, as after a crash, is told again. */
  async #watch(): Promise<void> {
    const { signal } = this.#closing
    const areDead = deadLinks()
    let isForgetful = false
    while (!signal.aborted) {
      try {
        this.#seen = await engineStatus(this.rpc)
        if (areDead(this.#sighting(this.#seen))) {
          this.#ports.log.error(
            { height: this.#seen.height },
            'the links to the other stewards are dead: new ones',
          )
          this.#process?.signal('SIGTERM')
        }
        const hasForgotten = this.#seen.waiting === 0 && this.#standings.waiting > 0
        // Once may be a moment between two blocks.
        if (hasForgotten && isForgetful) await this.#resubmit()
        isForgetful = hasForgotten
        if (this.#standings.waiting === 0) await this.#certificates.keepSome()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.#seen = undefined
        isForgetful = true
      }
      const pauseMs = this.#seen === undefined ? STARTING_AGAIN_MS : STATUS_EVERY_MS
      await pause(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  #sighting({ height, waiting, peers, isCatchingUp }: EngineStatus): LinkSighting {
    const { replica, chain } = this.#ports
    const stewards = signersOf(replica, chain).length
    return {
      nowMs: performance.now(),
      height,
      waiting: Math.max(waiting, this.#standings.waiting),
      isQuorum: !isCatchingUp && (1 + peers.length) * 3 > stewards * 2,
    }
  }

  async #resubmit(): Promise<void> {
    const waiting = [...this.#standings.transactions()]
    await Promise.all(waiting.map(([digest, transaction]) => this.#door.take(digest, transaction)))
  }

  /** Our own mistake, or a rule this program does not know yet: going on would leave the others' chain. */
  #fail(error: unknown): void {
    this.#health = { is: 'failed', reason: reasonOf(error) }
    this.#ports.log.error(
      { reason: reasonOf(error) },
      'the book cannot follow: the ordering engine is stopped',
    )
    void this.#process?.stop(reasonOf(error))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.signal.aborted) this.#closing.abort()
    this.#blocks.close()
    await this.#process?.stop('closing')
    await this.#watching
    await this.#server?.[Symbol.asyncDispose]()
    this.rpc[Symbol.dispose]()
    this.#heap[Symbol.dispose]()
    await rm(this.#sockets, { recursive: true, force: true })
  }
}

function notTaken(reason: string): Outcome<Standing, NotTaken> {
  return refuse({ is: 'not-taken', reason })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Who signs now: as the book says once it says so, until then as the chain began. */
function signersOf(
  { store, height }: Replica,
  { stewards, initialHeight }: EngineChain,
): readonly Uint8Array[] {
  if (height < initialHeight || communityHead(store) === undefined) return stewards
  const set = stewardsOf(store)
  return set.version === 0 ? stewards : set.stewards.map(({ key }) => key)
}

/** Whether a connected node is a steward's, as far as the book names their nodes. */
function isSteward({ store }: Replica, node: string): boolean {
  if (communityHead(store) === undefined) return true
  const { version, stewards } = stewardsOf(store)
  return version === 0 || stewards.some((steward) => hex(steward.node) === node)
}

/** Whether a node is a steward's, or of one whom somebody proposed: she must have the book before she can sign. */
function isOfTheBook({ store }: Replica, node: string): boolean {
  if (communityHead(store) === undefined) return false
  const sets = [stewardsOf(store), ...stewardProposals(store)]
  return sets.some(({ stewards }) => stewards.some((steward) => hex(steward.node) === node))
}

function protocolAt({ store }: Replica, { protocol }: EngineChain, height: number): number {
  return protocolSteps(store).findLast((step) => step.height <= height)?.version ?? protocol
}
