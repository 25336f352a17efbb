import type { ApplyPorts, KeyValue, LoggedOperation } from '@tri/community'
import { Fault, must, present, type EpochMs } from '@tri/units'
import { isSignedByLater } from '@tri/units/crypto'

import { sameBytes } from '../chain/merkle.ts'
import type { FinalBlock, SignedBytes } from '../ordering.ts'
import { CHUNK_BYTES_MAX, headChunk, type SnapshotHead, type StateRow } from '../snapshot/snapshot-chunks.ts'
import type { KeptSnapshot } from '../snapshot/snapshot-folder.ts'
import type { ChainStore, KeptBlock } from './chain-store.ts'
import { blockFromRow, blockRow } from './block-body.ts'
import { factsBytes, factsFrom, firstFacts, type Facts } from './facts.ts'
import { layerOn, type Change } from './layer.ts'
import { inNonceOrder } from './nonce-order.ts'
import { PROTOCOLS, protocolOf, versionAt, type Protocols } from './protocol.ts'
import type { BlockInput, BlockRecord, Execution, Replica, StatePath } from './replica.ts'
import { finalBlock, isInTheBook, keptOperations, keptRecords } from './kept-block.ts'
import { statePathIn } from './state-path.ts'
import { nextEvidence, nextHistory, stateRootOf, type FamilyContents } from './state-root.ts'
import { contentsOf, stateTrees, type StateTrees } from './state-trees.ts'
import { changesOf, marked, type Applied, type Marked } from './trail.ts'
import { trailsOn, type Tried, type Trails } from './trails.ts'
import { verifiedSignatures, type VerifiedSignatures } from './verified-signatures.ts'

/** What a replica needs besides its store. */
export interface ReplicaPorts extends Pick<ApplyPorts, 'kernel' | 'isSigned'> {
  /** The versions of the rules that the program knows; those of this program when left out. */
  readonly protocols?: Protocols
  /** When snapshots are taken; the same on every copy of a book, since its root depends on it. For tests. */
  readonly snapshots?: SnapshotRhythm
}

/** When snapshots are taken, and when the state root begins to vouch for them. */
export interface SnapshotRhythm {
  /** Heights from one to the next. */
  readonly every: number
  /** Heights until its root is part of the state: time to take it without stopping the book. */
  readonly lag: number
  /** Bytes of a part before it is compressed. */
  readonly chunkBytes: number
}

const SNAPSHOT_RHYTHM: SnapshotRhythm = { every: 1000, lag: 100, chunkBytes: CHUNK_BYTES_MAX }

/** A point in the life of the chain: everything that the next block is computed from. */
interface Tip {
  readonly facts: Facts
  readonly trees: StateTrees
  readonly contents: FamilyContents
  readonly stateRoot: Uint8Array
}

/** Tells two blocks apart: the same block is executed once, however often it is asked for. */
function identityOf({ height, time, evidence }: BlockInput, operations: readonly Marked[]): string {
  return [height, time, JSON.stringify(evidence), ...operations.map(({ mark }) => mark)].join(' ')
}

/** What an execution leaves once it is committed. */
interface Prepared extends Tip {
  readonly kept: KeptBlock
  readonly changes: readonly Change[]
}

/**
 * The replica over a store of blocks. Opening replays the blocks whose writes had not reached the state yet, and checks
 * that they lead to the roots that were kept.
 *
 * @throws Fault `book-altered` when they do not
 */
export class ChainReplica implements Replica {
  readonly store: KeyValue
  readonly #chain: ChainStore
  readonly #kernel: ApplyPorts['kernel']
  readonly #isSigned: NonNullable<ApplyPorts['isSigned']>
  readonly #protocols: Protocols
  readonly #rhythm: SnapshotRhythm
  readonly #verified: VerifiedSignatures = verifiedSignatures(isSignedByLater)
  readonly #prepared = new WeakMap<Execution, Prepared>()
  readonly #marks = new WeakMap<SignedBytes, Marked>()
  #tip: Tip
  #trails: Trails | undefined
  #last: { readonly is: string; readonly execution: Execution } | undefined

  constructor(chain: ChainStore, ports: ReplicaPorts) {
    const { kernel, isSigned = () => false, protocols = PROTOCOLS, snapshots = SNAPSHOT_RHYTHM } = ports
    this.#chain = chain
    this.#rhythm = snapshots
    this.#kernel = kernel
    this.#isSigned = isSigned
    this.#protocols = protocols
    this.store = chain.state
    const facts = chain.facts() ?? firstFacts(chain.state, chain.olderOperations(1))
    const trees = stateTrees(chain.state)
    const kept = chain.block(facts.height)
    const contents = kept?.contents ?? contentsOf(chain.state, { trees, facts, changes: [] })
    this.#tip = { facts, trees, contents, stateRoot: stateRootOf(contents) }
    if (kept !== undefined && chain.snapshotting?.rootAt(facts.height) === undefined)
      this.#beginSnapshot(kept)
    for (let next = chain.block(facts.height + 1); next !== undefined; next = chain.block(this.height + 1))
      this.#replay(next)
  }

  get height(): number {
    return this.#tip.facts.height
  }

  get changedAt(): number {
    return this.#tip.facts.changedAt
  }

  get time(): EpochMs | undefined {
    return this.height === 0 ? undefined : this.#tip.facts.time
  }

  get stateRoot(): Uint8Array {
    return this.#tip.stateRoot
  }

  get sequence(): number {
    return this.#tip.facts.sequence
  }

  get facts(): Facts {
    return this.#tip.facts
  }

  check(operation: SignedBytes): Applied {
    return this.#now().check(this.#marked(operation))
  }

  propose(operations: readonly SignedBytes[], bytesMax: number): readonly SignedBytes[] {
    const fitting: Marked[] = []
    let bytes = 0
    for (const operation of inNonceOrder(operations.map((one) => this.#marked(one)))) {
      bytes += operation.signed.bytes.length + operation.signed.signature.length
      if (bytes > bytesMax) break
      fitting.push(operation)
    }
    const { results } = this.#now().run(fitting)
    return fitting.filter((_, i) => isInTheBook(results[i])).map(({ signed }) => signed)
  }

  execute(block: BlockInput): Execution {
    must(block.height === this.height + 1, 'a block is executed on the one before it', {
      height: block.height,
    })
    const operations = block.operations.map((operation) => this.#marked(operation))
    const is = identityOf(block, operations)
    if (this.#last?.is === is) return this.#last.execution
    const prepared = this.#prepare(block, this.#now().run(operations))
    const results = prepared.kept.operations.map(({ result }) => result)
    const execution: Execution = { block, results, stateRoot: prepared.stateRoot }
    this.#prepared.set(execution, prepared)
    this.#last = { is, execution }
    return execution
  }

  commit(execution: Execution, certificate?: Uint8Array): FinalBlock {
    const prepared = this.#prepared.get(execution)
    must(prepared?.facts.height === this.height + 1, 'what is committed was executed on the newest block')
    this.#chain.append(prepared.kept, prepared.changes, prepared.facts, certificate)
    this.#moveTo(prepared)
    this.#beginSnapshot(prepared.kept)
    return finalBlock(prepared.kept)
  }

  *blocks(from: number): Iterable<FinalBlock> {
    for (let height = Math.max(1, from); height <= this.height; height++) {
      const kept = this.#chain.block(height)
      if (kept !== undefined) yield finalBlock(kept)
    }
  }

  blockRecord(height: number): BlockRecord | undefined {
    const kept = this.#chain.block(height)
    if (kept === undefined) return undefined
    const { time, stateRoot } = kept
    const certificate = this.#chain.certificate(height)
    return { height, time, stateRoot, ...(certificate === undefined ? {} : { certificate }) }
  }

  blockInput(height: number): BlockInput | undefined {
    const kept = this.#chain.block(height)
    if (kept === undefined) return undefined
    const operations = kept.operations.map(({ bytes, signature }) => ({ bytes, signature }))
    return { height, time: kept.time, operations, evidence: kept.evidence }
  }

  certificate(height: number): Uint8Array | undefined {
    return this.#chain.certificate(height)
  }

  keepCertificate(height: number, certificate: Uint8Array): void {
    this.#chain.keepCertificate(height, certificate)
  }

  heightOf(sequence: number): number | undefined {
    return this.#chain.heightOf(sequence)
  }

  *operations(from: number): Iterable<LoggedOperation> {
    yield* this.#chain.olderOperations(from)
    const first = this.#chain.heightOf(Math.max(from, this.#chain.beganAfter + 1))
    if (first === undefined) return
    for (let height = first; height <= this.height; height++)
      for (const { sequence, bytes, signature } of this.#chain.block(height)?.operations ?? [])
        if (sequence !== undefined && sequence >= from) yield { sequence, bytes, signature }
  }

  pathOf(key: string): StatePath | undefined {
    return this.height === 0 ? undefined : statePathIn(this.#chain, key, this.#tip)
  }

  verifyAhead(operation: SignedBytes): Promise<void> {
    return this.#verified.verifyAhead(this.#marked(operation))
  }

  snapshots(): readonly KeptSnapshot[] {
    const certified = this.#tip.facts.snapshot?.height ?? 0
    return (this.#chain.snapshotting?.kept() ?? []).filter(({ height }) => height <= certified)
  }

  restore(head: SnapshotHead, rows: Iterable<StateRow>, root: Uint8Array): void {
    must(this.height === 0 && this.sequence === 0, 'a snapshot is restored into an empty book')
    const facts = factsFrom(head.facts)
    const block = blockFromRow(head.block, { height: facts.height, sequence: head.sequence })
    present(this.#chain.snapshotting, 'the store takes snapshots').restore({ rows, block, facts, root })
    const { contents } = block
    this.#moveTo({ facts, trees: stateTrees(this.store), contents, stateRoot: stateRootOf(contents) })
  }

  flush(): void {
    this.#chain.flush()
  }

  [Symbol.dispose](): void {
    this.#chain[Symbol.dispose]()
  }

  #marked(signed: SignedBytes): Marked {
    const known = this.#marks.get(signed) ?? marked(signed)
    this.#marks.set(signed, known)
    return known
  }

  /** What can be tried on the newest block. */
  #now(): Trails {
    this.#trails ??= this.#trailsOn(this.height + 1)
    return this.#trails
  }

  #trailsOn(height: number, isTrusted = false): Trails {
    const version = versionAt(this.store, height)
    const protocol = protocolOf(this.#protocols, version, height)
    const ports: ApplyPorts = {
      kernel: this.#kernel,
      isSigned: (signed, digest) =>
        isTrusted || this.#verified.has(this.#marked(signed).mark) || this.#isSigned(signed, digest),
    }
    const moved = layerOn(this.store)
    if (version !== this.#tip.facts.protocol) protocol.migrate?.(moved)
    return trailsOn(this.store, [...moved.changes()], (store, { signed, mark }) => {
      const applied = protocol.apply(store, signed, ports)
      if (applied.ok) this.#verified.add(mark)
      return applied
    })
  }

  #prepare(block: BlockInput, { trail, results, operations }: Tried): Prepared {
    const changes = changesOf(trail, this.#now().preamble)
    const { facts: before } = this.#tip
    const kept = keptOperations(operations, results, before.sequence)
    const after = this.#after(block, changes, trail.layer)
    const sequence = before.sequence + kept.filter((one) => one.sequence !== undefined).length
    const { contents, stateRoot } = after
    const { height, time, evidence } = block
    return {
      ...after,
      facts: { ...after.facts, height, time, sequence },
      changes,
      kept: {
        height,
        time,
        sequence,
        stateRoot,
        contents,
        operations: kept,
        evidence,
        records: keptRecords(changes, after.trees.leaves),
      },
    }
  }

  /**
   * What the chain is after a block. A block that changes nothing leaves the state root as it is: otherwise the block that
   * carries a root would make a new one, which wants a block of its own, and so on for ever.
   */
  #after({ height, evidence }: BlockInput, changes: readonly Change[], state: KeyValue): Tip {
    const { facts: before, trees: trunk } = this.#tip
    const protocol = versionAt(this.store, height)
    const snapshot = this.#snapshotDue(height)
    const isIdle = changes.length === 0 && evidence.length === 0 && protocol === before.protocol
    if (isIdle && snapshot === undefined) return this.#tip
    const facts: Facts = {
      ...before,
      changedAt: height,
      history: nextHistory(before.history, changes),
      evidence: nextEvidence(before.evidence, evidence),
      protocol,
      ...(snapshot === undefined ? {} : { snapshot }),
    }
    const trees = trunk.after(changes, state)
    const contents = contentsOf(state, { trees, facts, changes })
    return { facts, trees, contents, stateRoot: stateRootOf(contents) }
  }

  /** The snapshot that the state vouches for from this height on. */
  #snapshotDue(height: number): Facts['snapshot'] {
    const { every, lag } = this.#rhythm
    const taken = height - lag
    const { snapshotting } = this.#chain
    if (snapshotting === undefined || taken <= 0 || taken % every !== 0) return undefined
    const root = snapshotting.rootAt(taken)
    must(root !== undefined, 'a snapshot was begun at its height', { height: taken })
    return { height: taken, root }
  }

  #beginSnapshot(kept: KeptBlock): void {
    const { every, chunkBytes } = this.#rhythm
    const { height, sequence } = kept
    if (this.#chain.snapshotting === undefined || height % every !== 0) return
    const head = headChunk({ facts: factsBytes(this.#tip.facts), block: blockRow(kept), sequence })
    this.#chain.snapshotting.begin({ height, head, chunkBytes })
  }

  #moveTo({ facts, trees, contents, stateRoot }: Tip): void {
    this.#tip = { facts, trees, contents, stateRoot }
    this.#trails = undefined
    this.#last = undefined
  }

  #replay(kept: KeptBlock): void {
    this.#trails = this.#trailsOn(kept.height, true)
    const prepared = this.#prepare(kept, this.#trails.run(kept.operations.map(marked)))
    if (!sameBytes(prepared.stateRoot, kept.stateRoot))
      throw new Fault('book-altered', { path: this.#chain.name, height: kept.height })
    this.#chain.replay(prepared.changes, prepared.facts)
    this.#moveTo(prepared)
    this.#beginSnapshot(kept)
  }
}
