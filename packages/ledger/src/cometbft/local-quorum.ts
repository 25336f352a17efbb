import { createServer } from 'node:net'
import { join } from 'node:path'

import { Fault, must, present, type EpochMs } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { Replica } from '../replica/replica.ts'
import { openCometBft, type CometBftOrdering } from './cometbft-ordering.ts'
import { findEngine } from './engine-binary.ts'
import type { EngineNetwork } from './engine-config.ts'
import type { EngineChain, StewardSeeds } from './engine-home.ts'
import type { EngineLog } from './engine-process.ts'
import { linkBoard, type LinkBoard } from './link-board.ts'
import { memoryOfAll, memoryOfEngine, type PeerMemory } from './peer-memory.ts'
import { makeStewardHome } from './steward-home.ts'
import type { StewardIdentity } from './steward-keys.ts'

/** What a quorum on one machine is made of. */
export interface LocalQuorumPorts {
  /** Stewards at the beginning. */
  readonly count: number
  /** Where their homes lie: `steward-1`, `steward-2`, ... */
  readonly folder: string
  /** Opens a steward's book; called again after each time it was closed. Steward numbers count from 1. */
  readonly openReplica: (steward: number, folder: string) => Replica
  readonly chainId: string
  readonly time: EpochMs
  readonly log?: EngineLog
  /** Whether links between stewards go through this process, so that they can be cut; costs some speed. */
  readonly isCuttable?: boolean
  /** Keys handed in instead of made. */
  readonly seedsOf?: (steward: number) => StewardSeeds
  /** An address that a steward listens on, without port; `[::1]` when left out. */
  readonly hostOf?: (steward: number) => string
  /** Put before a steward's engine: `ip netns exec ...`. */
  readonly wrapOf?: (steward: number) => readonly string[]
  readonly changes?: EngineNetwork['changes']
  readonly guardPatienceMs?: number
}

/** One steward of a quorum on this machine. */
export interface LocalSteward {
  /** Counted from 1. */
  readonly number: number
  readonly home: string
  readonly identity: StewardIdentity
  /** host:port where its engine listens. */
  readonly address: string
  readonly isRunning: boolean
  /** Its engine while it runs. */
  readonly ordering: CometBftOrdering
  readonly replica: Replica
  start(options?: { readonly stateSync?: EngineNetwork['stateSync'] }): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
  /** Ends the engine as `kill -9` does, and lets go of the book without writing anything more. */
  kill(): Promise<void>
}

/** Stewards on this machine, each with its own engine, keys and book. */
export interface LocalQuorum extends AsyncDisposable {
  readonly stewards: readonly LocalSteward[]
  readonly chain: EngineChain
  steward(number: number): LocalSteward
  /** Silences a steward: what is sent to it and by it arrives nowhere, and nobody is told. Needs `isCuttable`. */
  cut(number: number): void
  /** Parts the stewards into groups that do not hear each other. Needs `isCuttable`. */
  part(groups: readonly (readonly number[])[]): void
  heal(): void
  /** One more box with keys of its own, which knows the others: not started, and no steward until they agree. */
  join(seeds?: StewardSeeds): Promise<LocalSteward>
  /** What all stewards that run remember of a key. */
  readonly memory: PeerMemory
}

const SILENT: EngineLog = { info: () => undefined, error: () => undefined }
const HOST = '[::1]'

/**
 * Starts a real quorum on this machine: one engine process a steward. For the lab, for chaos and for measuring.
 *
 * @throws Fault `engine-absent` when there is no engine; what `openCometBft` throws
 */
export async function localQuorum(ports: LocalQuorumPorts): Promise<LocalQuorum> {
  const program = (await findEngine()).path
  const board = ports.isCuttable === true ? linkBoard() : undefined
  const made: Made[] = []
  for (let number = 1; number <= ports.count; number++) made.push(await makeOne(ports, number))
  const first = ports.openReplica(1, folderOf(ports, 1))
  const chain: EngineChain = {
    chainId: ports.chainId,
    initialHeight: first.height + 1,
    stateRoot: first.stateRoot,
    time: ports.time,
    stewards: made.map(({ identity }) => identity.key),
    protocol: 1,
  }
  first[Symbol.dispose]()
  const quorum = new Quorum(ports, { program, board, chain })
  try {
    for (const one of made) quorum.add(one)
    await Promise.all(quorum.stewards.map((steward) => steward.start()))
  } catch (error) {
    await quorum[Symbol.asyncDispose]()
    throw error
  }
  return quorum
}

interface Made {
  readonly number: number
  readonly home: string
  readonly identity: StewardIdentity
  readonly address: string
}

interface Common {
  readonly program: string
  readonly board: LinkBoard | undefined
  readonly chain: EngineChain
}

function folderOf({ folder }: LocalQuorumPorts, number: number): string {
  return join(folder, `steward-${number}`)
}

async function makeOne(ports: LocalQuorumPorts, number: number, seeds?: StewardSeeds): Promise<Made> {
  const home = join(folderOf(ports, number), 'engine')
  const identity = await makeStewardHome(home, seeds ?? ports.seedsOf?.(number))
  const address = `${ports.hostOf?.(number) ?? HOST}:${await freePort()}`
  return { number, home, identity, address }
}

class Quorum implements LocalQuorum {
  readonly chain: EngineChain
  readonly stewards: Steward[] = []
  readonly #ports: LocalQuorumPorts
  readonly #common: Common

  constructor(ports: LocalQuorumPorts, common: Common) {
    this.#ports = ports
    this.#common = common
    this.chain = common.chain
  }

  get memory(): PeerMemory {
    return this.memoryBeside(0)
  }

  /** What every running steward but one remembers. */
  memoryBeside(number: number): PeerMemory {
    const nodeOf = (key: Uint8Array): string | undefined => {
      const found = this.stewards.find(({ identity }) => hex(identity.key) === hex(key))
      return found === undefined ? undefined : hex(found.identity.node)
    }
    const others = this.stewards.filter((one) => one.isRunning && one.number !== number)
    return memoryOfAll(others.map(({ ordering }) => memoryOfEngine({ rpc: ordering.rpc, nodeOf })))
  }

  add(made: Made): Steward {
    const steward = new Steward(this, { ...made, ports: this.#ports, common: this.#common })
    this.stewards.push(steward)
    return steward
  }

  steward(number: number): Steward {
    return present(
      this.stewards.find((one) => one.number === number),
      'the lab has a steward of this number',
    )
  }

  cut(number: number): void {
    this.part([[number], this.stewards.map((one) => one.number).filter((one) => one !== number)])
  }

  part(groups: readonly (readonly number[])[]): void {
    must(this.#common.board !== undefined, 'links that are to be cut go through this process')
    this.#common.board.part(groups)
  }

  heal(): void {
    this.#common.board?.heal()
  }

  async join(seeds?: StewardSeeds): Promise<Steward> {
    const steward = this.add(await makeOne(this.#ports, this.stewards.length + 1, seeds))
    return steward
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.stewards.map((steward) => steward.stop()))
    await this.#common.board?.[Symbol.asyncDispose]()
  }
}

interface StewardPorts extends Made {
  readonly ports: LocalQuorumPorts
  readonly common: Common
}

class Steward implements LocalSteward {
  readonly number: number
  readonly home: string
  readonly identity: StewardIdentity
  readonly address: string
  readonly #quorum: Quorum
  readonly #of: StewardPorts
  #open: { readonly ordering: CometBftOrdering; readonly replica: Replica } | undefined

  constructor(quorum: Quorum, of: StewardPorts) {
    this.#quorum = quorum
    this.#of = of
    this.number = of.number
    this.home = of.home
    this.identity = of.identity
    this.address = of.address
  }

  get isRunning(): boolean {
    return this.#open !== undefined
  }

  get ordering(): CometBftOrdering {
    return this.#now().ordering
  }

  get replica(): Replica {
    return this.#now().replica
  }

  async start({ stateSync }: { readonly stateSync?: EngineNetwork['stateSync'] } = {}): Promise<void> {
    must(this.#open === undefined, 'a steward that runs is not started again')
    const { ports, common } = this.#of
    const replica = ports.openReplica(this.number, folderOf(ports, this.number))
    try {
      const ordering = await openCometBft({
        home: this.home,
        replica,
        chain: common.chain,
        program: common.program,
        log: ports.log ?? SILENT,
        memory: this.#quorum.memoryBeside(this.number),
        isAllowed: (node) => this.#quorum.stewards.some(({ identity }) => hex(identity.node) === node),
        wrap: ports.wrapOf?.(this.number) ?? [],
        network: {
          listen: this.address,
          peers: await this.#peers(),
          changes: ports.changes ?? {},
          ...(stateSync === undefined ? {} : { stateSync }),
        },
        ...(ports.guardPatienceMs === undefined ? {} : { guardPatienceMs: ports.guardPatienceMs }),
      })
      this.#open = { ordering, replica }
    } catch (error) {
      replica[Symbol.dispose]()
      throw error
    }
  }

  async #peers(): Promise<{ node: string; address: string }[]> {
    const { board } = this.#of.common
    const others = this.#quorum.stewards.filter((one) => one.number !== this.number)
    return Promise.all(
      others.map(async ({ number, identity, address }) => ({
        node: hex(identity.node),
        address: board === undefined ? address : await board.link({ from: this.number, to: number, address }),
      })),
    )
  }

  async stop(): Promise<void> {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    await open.ordering[Symbol.asyncDispose]()
    open.replica[Symbol.dispose]()
  }

  async kill(): Promise<void> {
    const open = this.#now()
    this.#open = undefined
    open.ordering.process.signal('SIGKILL')
    await open.ordering[Symbol.asyncDispose]()
    open.replica[Symbol.dispose]()
  }

  #now(): { readonly ordering: CometBftOrdering; readonly replica: Replica } {
    if (this.#open === undefined)
      throw new Fault('engine-silent', { question: `steward ${this.number}`, reason: 'stopped' })
    return this.#open
  }
}

/** A port that was free a moment ago, on the loopback. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '::1', resolve)
  })
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  must(address !== null && typeof address === 'object', 'a listening server has a port')
  return address.port
}
