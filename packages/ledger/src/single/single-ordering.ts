import { communityHead, refoundedAfter, stewardsOf } from '@tri/community'
import { Fault, accept, epochMs, must, present, refuse, type EpochMs, type Outcome } from '@tri/units'
import { hex, sha256, type KeyPair } from '@tri/units/crypto'

import { lightBlockBytes, lightBlockFrom } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { sameBytes } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { BLOCK_BYTES_MAX } from '../ordering/block-limit.ts'
import { finalBlocks, type FinalBlocks } from '../ordering/final-blocks.ts'
import { WAITING_MAX, operationStandings } from '../ordering/operation-standings.ts'
import { transactionOf } from '../ordering/transaction.ts'
import type { Genesis } from '../genesis.ts'
import type { FinalBlock, NotTaken, Ordering, OrderingStatus, SignedBytes, Standing } from '../ordering.ts'
import type { Replica } from '../replica/replica.ts'
import { arrivals } from './arrivals.ts'
import { decision } from './decision.ts'
import { gathering, type Gathering } from './gathering.ts'
import { soleChain, type SoleChain } from './sole-chain.ts'

/** What one steward needs to keep the book alone. */
export interface SinglePorts {
  /** Closed by whoever opened it, after the engine. */
  readonly replica: Replica
  /** Signs the blocks: the key that founded the community, or the one that the stewards' record names since. */
  readonly key: KeyPair
  readonly now: () => EpochMs
  /** Needed where the founding operation does not tell it: after a refounding, or in a book without its beginning. */
  readonly genesis?: Genesis
  /**
   * After a founding anew the operation that names this steward in the place of those who are gone: the first of her
   * chain. Not looked at once the record names her.
   */
  readonly refounding?: SignedBytes
}

/** Operations of one block: the next ones wait no longer than it takes. */
const BLOCK_OPERATIONS_MAX = 1000
/** Operations at the end of the book whose standing is known from the beginning. */
const REMEMBERED_BLOCKS = 64
const REMEMBERED_OPERATIONS = 4000

type Condition =
  | { readonly is: 'running' }
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'stopped'; readonly reason: string }

interface Arrival {
  readonly operation: SignedBytes
  readonly digest: string
  readonly tell: (standing: Outcome<Standing, NotTaken>) => void
}

/**
 * The engine of one steward: what comes together becomes one block, signed with her key in the form that several stewards
 * sign, so that the same chain goes on when there are more of them. When the stewards' record names others, it writes
 * the block that says so and stops.
 *
 * @throws Fault `steward-is-another` when the record names other stewards, and did so before; `refounding-refused`
 */
export function openSingle(ports: SinglePorts): Ordering {
  return new SingleOrdering(ports)
}

class SingleOrdering implements Ordering {
  readonly #replica: Replica
  readonly #key: KeyPair
  readonly #now: () => EpochMs
  readonly #chain: SoleChain
  readonly #standings = operationStandings()
  readonly #waiting = new Map<string, SignedBytes>()
  readonly #arrivals = arrivals<Arrival>((arrival) => this.#arrive(arrival))
  readonly #blocks: FinalBlocks
  readonly #gathering: Gathering
  #condition: Condition = { is: 'running' }
  #coming = 0

  constructor({ replica, key, now, genesis, refounding }: SinglePorts) {
    this.#replica = replica
    this.#key = key
    this.#now = now
    this.#chain = soleChain(replica, key, genesis)
    this.#blocks = finalBlocks(replica)
    this.#gathering = gathering({ close: () => this.#close(), rest: () => this.#rest() })
    const recent = replica.heightOf(Math.max(1, replica.sequence - REMEMBERED_OPERATIONS)) ?? 1
    const from = Math.max(recent, replica.height - REMEMBERED_BLOCKS)
    for (const block of replica.blocks(from)) this.#standings.final(block)
    if (genesis?.previous !== undefined && refounding !== undefined)
      this.#takeOver(genesis.previous.height, refounding)
    this.#begin()
  }

  async submit(operation: SignedBytes): Promise<Outcome<Standing, NotTaken>> {
    const away = this.#reasonNotToTake()
    if (away !== undefined) return notTaken(away)
    const digest = hex(sha256(operation.bytes))
    const before = this.#standings.of(digest)
    if (before.is === 'final' || before.is === 'accepted') return accept(before)
    this.#coming++
    return await new Promise((tell) => {
      this.#arrivals.take({ operation, digest, tell }, this.#replica.verifyAhead(operation))
    })
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
    const { height, time, stateRoot } = this.#replica
    const { is, ...details } = this.#condition
    return {
      engine: 'single',
      height,
      time,
      stateRoot,
      stewards: 1,
      connected: 1,
      waiting: this.#waiting.size,
      state: is,
      details,
    }
  }

  async certified(height: number = this.#replica.height): Promise<LightBlock> {
    must(height <= this.#replica.height, 'only what is final can be certified', { height })
    // The root is the same since the newest block that changed anything.
    const of = height === this.#replica.height ? Math.max(1, this.#replica.changedAt) : height
    const kept = this.#replica.certificate(of)
    if (kept !== undefined) return lightBlockFrom(nodePrimitives, kept)
    must(of === this.#replica.height, 'a block has the certificate of the one before it', { height: of })
    if (this.#condition.is !== 'running') throw new Fault('engine-closed')
    return this.#make([])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gathering.stop()
    while (this.#condition.is === 'running' && this.#waiting.size > 0) this.#close()
    if (this.#condition.is !== 'stopped') this.#condition = { is: 'stopped', reason: 'closing' }
    this.#blocks.close()
    await Promise.resolve()
  }

  /** Begins the chain of a founding anew with what the members signed, unless it has begun. */
  #takeOver(height: number, refounding: SignedBytes): void {
    if (refoundedAfter(this.#replica.store) >= height) return
    must(this.#replica.height + 1 >= height, 'a founding anew goes on where the chain before it ended', {
      height,
    })
    const checked = this.#replica.check(refounding)
    if (!checked.ok) throw new Fault('refounding-refused', { refusal: checked.refusal.is })
    this.#make([refounding])
  }

  /** Looks whose turn it is: a change of stewards may have been the last thing before a crash. */
  #begin(): void {
    const next = this.#othersOnRecord()
    if (next === undefined) return
    const kept = this.#replica.height === 0 ? undefined : this.#replica.certificate(this.#replica.height - 1)
    const signed = kept === undefined ? undefined : lightBlockFrom(nodePrimitives, kept)
    const [own] = signed?.validators ?? []
    if (
      signed?.validators.length !== 1 ||
      own === undefined ||
      !sameBytes(own.publicKey, this.#key.publicKey)
    )
      throw new Fault('steward-is-another', { stewards: next.length })
    const isNamed = !sameBytes(signed.header.nextValidatorsHash, signed.header.validatorsHash)
    if (isNamed) this.#condition = { is: 'stopped', reason: 'handed-over' }
    else this.#handOver(next)
  }

  /** The keys of the stewards on record, when they are not this one alone. */
  #othersOnRecord(): readonly Uint8Array[] | undefined {
    if (communityHead(this.#replica.store) === undefined) return undefined
    const keys = stewardsOf(this.#replica.store).stewards.map(({ key }) => key)
    const [first] = keys
    return keys.length === 1 && first !== undefined && sameBytes(first, this.#key.publicKey)
      ? undefined
      : keys
  }

  #reasonNotToTake(): string | undefined {
    const { is } = this.#condition
    if (is === 'stopped') return this.#condition.reason === 'closing' ? 'closing' : 'engine-down'
    if (is === 'failed') return 'engine-down'
    return this.#waiting.size + this.#coming >= WAITING_MAX ? 'queue-full' : undefined
  }

  /** An operation whose signature was looked at: the door's answer, and its place in the next block. */
  #arrive({ operation, digest, tell }: Arrival): void {
    this.#coming--
    const away = this.#reasonNotToTake()
    if (away !== undefined && away !== 'queue-full') return tell(notTaken(away))
    const before = this.#standings.of(digest)
    if (before.is === 'final' || before.is === 'accepted') return tell(accept(before))
    const checked = this.#guarded(() => this.#replica.check(operation))
    if (checked === undefined) return tell(notTaken('engine-down'))
    if (!checked.ok) {
      this.#standings.refused(digest, checked.refusal)
      return tell(accept({ is: 'refused', refusal: checked.refusal }))
    }
    const [event] = checked.value
    if (event?.is === 'operation-repeated') return tell(accept(this.#finalLongAgo(event.sequence)))
    this.#standings.await(digest, present(transactionOf(operation), 'an accepted signature has 64 bytes'))
    this.#waiting.set(digest, operation)
    tell(accept({ is: 'accepted' }))
    // A block that is full is closed at once: what the door tried is then what the block holds, and is not tried again.
    if (this.#waiting.size >= BLOCK_OPERATIONS_MAX) this.#close()
    else this.#gathering.came()
  }

  #finalLongAgo(sequence: number): Standing {
    return { is: 'final', height: this.#replica.heightOf(sequence) ?? 0, sequence }
  }

  /** Makes a block of what waits. */
  #close(): number {
    const list = [...this.#waiting].slice(0, BLOCK_OPERATIONS_MAX)
    this.#guarded(() => {
      const chosen = this.#replica.propose(
        list.map(([, operation]) => operation),
        BLOCK_BYTES_MAX,
      )
      if (chosen.length > 0) this.#make(chosen)
      for (const [digest, operation] of list) this.#conclude(digest, operation)
      const next = this.#othersOnRecord()
      if (next !== undefined) this.#handOver(next)
    })
    if (this.#waiting.size > 0) this.#gathering.came()
    return list.length
  }

  /** Takes an operation out of the line that is in the block, or that the book as it is now refuses. */
  #conclude(digest: string, operation: SignedBytes): void {
    if (this.#standings.of(digest).is === 'final') return void this.#waiting.delete(digest)
    const checked = this.#replica.check(operation)
    if (checked.ok) return
    this.#waiting.delete(digest)
    this.#standings.refused(digest, checked.refusal)
  }

  #make(operations: readonly SignedBytes[], nextSet?: readonly Uint8Array[]): LightBlock {
    const before = this.#replica.time
    const now = this.#now()
    const time = epochMs(before === undefined ? now : Math.max(before + 1, now))
    const block = { height: this.#replica.height + 1, time, operations, evidence: [] }
    const execution = this.#replica.execute(block)
    const signed = this.#chain.signed(block, nextSet)
    const final = this.#replica.commit(execution, lightBlockBytes(signed))
    this.#chain.follow(signed, operations.length)
    this.#standings.final(final, execution)
    this.#blocks.came()
    return signed
  }

  /** The last block of this engine names the keys that sign the next one. */
  #handOver(next: readonly Uint8Array[]): void {
    this.#make([], next)
    this.#condition = { is: 'stopped', reason: 'handed-over' }
    this.#gathering.stop()
  }

  /** Nothing comes: what is only in memory goes to the disk. */
  #rest(): void {
    this.#guarded(() => this.#replica.flush())
  }

  /** A disk that is full is tried again; rules that this program does not know are not. */
  #guarded<T>(work: () => T): T | undefined {
    try {
      const done = work()
      if (this.#condition.is === 'failed') this.#condition = { is: 'running' }
      return done
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      if (fault.code === 'program-too-old') this.#condition = { is: 'stopped', reason: fault.code }
      else if (fault.code === 'disk-full' || fault.code === 'book-unwritable') {
        this.#condition = { is: 'failed', reason: fault.code }
        this.#gathering.later()
      } else throw fault
      return undefined
    }
  }
}

function notTaken(reason: string): Outcome<never, NotTaken> {
  return refuse({ is: 'not-taken', reason })
}
