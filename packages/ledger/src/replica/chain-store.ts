import type { CommunityEvent, CommunityRefusal, KeyValue, LoggedOperation } from '@tri/community'
import type { EpochMs, Outcome } from '@tri/units'

import type { Evidence, SignedBytes } from '../ordering.ts'
import type { KeptSnapshot } from '../snapshot/snapshot-folder.ts'
import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import type { FamilyContents } from './state-root.ts'

/** An operation as a block brought it, with what came of it. */
export interface KeptOperation extends SignedBytes {
  readonly result: Outcome<readonly CommunityEvent[], CommunityRefusal>
  /** Its number in the book; absent when it changed nothing: it was refused, or in the book before. */
  readonly sequence?: number
}

/** A record that is proved in its block. */
export interface KeptRecord {
  readonly key: string
  /** Its leaf, where a later block may write the record again; the others are for ever what they were. */
  readonly leaf?: Uint8Array
}

/** A block as it is kept. */
export interface KeptBlock {
  readonly height: number
  readonly time: EpochMs
  /** Operations in the book after this block. */
  readonly sequence: number
  readonly stateRoot: Uint8Array
  readonly contents: FamilyContents
  readonly operations: readonly KeptOperation[]
  readonly evidence: readonly Evidence[]
  /** The records whose leaves are the `records` of this block, in key order. */
  readonly records: readonly KeptRecord[]
}

/**
 * Where a replica keeps its blocks and its state. `append` returned: the block is on the disk, and `state` shows what it
 * wrote; the state itself may reach the disk later, since opening again applies the newest blocks once more.
 */
export interface ChainStore extends Disposable {
  /** Which copy it is, for people: a path. */
  readonly name: string
  readonly state: KeyValue
  /** As of what `state` shows; undefined in a store that has no chain yet. */
  facts(): Facts | undefined
  /** `certificate` is the block's own: it vouches for the state root after the block before it. */
  append(block: KeptBlock, changes: readonly Change[], facts: Facts, certificate?: Uint8Array): void
  /** As `append` for a block that is kept already: on opening. */
  replay(changes: readonly Change[], facts: Facts): void
  block(height: number): KeptBlock | undefined
  certificate(height: number): Uint8Array | undefined
  keepCertificate(height: number, certificate: Uint8Array): void
  /** Operations in the book before the first block that is kept here. */
  readonly beganAfter: number
  /** The first block after which the book has so many operations; undefined where no block is kept that brought them. */
  heightOf(sequence: number): number | undefined
  /** The newest block that wrote a record which carries no sequence number of its own. */
  wroteAt(key: string): number | undefined
  /** The book's operations from before the chain began: of a book that one machine kept without blocks. */
  olderOperations(from: number): Iterable<LoggedOperation>
  flush(): void
  /** Takes snapshots, and is filled from one; left out where the state is never that old. */
  readonly snapshotting?: Snapshotting
}

/** A store's part in snapshots. */
export interface Snapshotting {
  /** Begins a snapshot of the state as it is after the newest block. */
  begin(of: SnapshotStart): void
  /** The root of the snapshot at a height, waited for if need be; undefined when none was begun here. */
  rootAt(height: number): Uint8Array | undefined
  /** The whole snapshots that are kept, oldest first. */
  kept(): readonly KeptSnapshot[]
  /** Fills an empty store. */
  restore(of: RestoredState): void
}

/** A snapshot that is begun. */
export interface SnapshotStart {
  readonly height: number
  /** Its first part. */
  readonly head: Uint8Array
  readonly chunkBytes: number
}

/** What an empty store is filled with. */
export interface RestoredState {
  readonly rows: Iterable<readonly [string, Uint8Array]>
  readonly block: KeptBlock
  readonly facts: Facts
  /** Root of the snapshot that it came from. */
  readonly root: Uint8Array
}
