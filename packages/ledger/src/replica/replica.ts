import type { CommunityEvent, CommunityRefusal, KeyValue, LoggedOperation } from '@tri/community'
import type { EpochMs, Outcome } from '@tri/units'

import type { PathStep } from '../chain/merkle.ts'
import type { SnapshotHead, StateRow } from '../snapshot/snapshot-chunks.ts'
import type { KeptSnapshot } from '../snapshot/snapshot-folder.ts'
import type { Evidence, FinalBlock, SignedBytes } from '../ordering.ts'

/** A block as an engine hands it over. */
export interface BlockInput {
  readonly height: number
  readonly time: EpochMs
  readonly operations: readonly SignedBytes[]
  readonly evidence: readonly Evidence[]
}

/** What a block does to the book: computed, not yet kept. */
export interface Execution {
  readonly block: BlockInput
  /** One for each operation, in order. */
  readonly results: readonly Outcome<readonly CommunityEvent[], CommunityRefusal>[]
  readonly stateRoot: Uint8Array
}

/** What is kept of a block that is final, for a proof of any later day. */
export interface BlockRecord {
  readonly height: number
  readonly time: EpochMs
  readonly stateRoot: Uint8Array
  /** Canonical bytes of the light block that certifies the state root after `height`, once the engine has it. */
  readonly certificate?: Uint8Array
}

/** The parts of a state, in the order in which their roots are the leaves of the state root. */
export const STATE_FAMILIES = ['accounts', 'members', 'records', 'history', 'meta'] as const
export type StateFamily = (typeof STATE_FAMILIES)[number]

/**
 * The way from a record to the state root. The record's leaf is over its key, the byte 1, its salt and its value, or
 * without a salt over its key, a zero byte and its value; `steps` lead to its family's root; the family's leaf is over its
 * name, a zero byte and that root; `familySteps` lead to the state root.
 */
export interface StatePath {
  readonly key: string
  readonly value: Uint8Array
  /** What blinds the record's leaf, 16 bytes; absent in a book from before leaves were blinded, and for whole families. */
  readonly salt?: Uint8Array
  readonly family: StateFamily
  /** Siblings from the record's leaf up to the family's root; none for `meta`, whose leaf is over its value itself. */
  readonly steps: readonly PathStep[]
  /** Siblings from the family's leaf up to the state root. */
  readonly familySteps: readonly PathStep[]
  /** The height after which the leaf lay in the state root. */
  readonly height: number
}

/**
 * One copy of the community's book, moved on block by block. Engines drive it; nothing else writes.
 *
 * Life of a block: `execute` (as often as wanted, nothing changes), then `commit` of exactly one execution of the next
 * height. What `commit` returned from is on the disk, or is replayed from there after a crash.
 */
export interface Replica extends Disposable {
  /** The final state, for queries. */
  readonly store: KeyValue
  readonly height: number
  /** The newest block that changed the state: one with operations, or evidence. The state root is since then the same. */
  readonly changedAt: number
  /** Of the newest block; undefined before the first. */
  readonly time: EpochMs | undefined
  readonly stateRoot: Uint8Array
  /** Operations in the book. */
  readonly sequence: number
  /** Runs one operation against the newest state and those `check`ed before it since the last commit: the door's answer. */
  check(operation: SignedBytes): Outcome<readonly CommunityEvent[], CommunityRefusal>
  /** Those of a list that would be applied in this order, refused ones left out, at most `bytesMax` together. */
  propose(operations: readonly SignedBytes[], bytesMax: number): readonly SignedBytes[]
  /** Executes the block of the next height; remembers the last one, so that executing the same block again is free. */
  execute(block: BlockInput): Execution
  /** @param certificate the block's own light block, where the engine has it already: kept in the same write */
  commit(execution: Execution, certificate?: Uint8Array): FinalBlock
  /** Final blocks from a height on, with the bytes of their operations. */
  blocks(from: number): Iterable<FinalBlock>
  /** The path from a record to the state root: of an account as it is now, or of a record in the block that wrote it. */
  pathOf(key: string): StatePath | undefined
  /** What is kept of one block; undefined for a height that is not final here. */
  blockRecord(height: number): BlockRecord | undefined
  /** A final block as the engine handed it over, with what it refused; undefined for a height that is not kept here. */
  blockInput(height: number): BlockInput | undefined
  /** The certificate of the state root after a height; of the empty book when it is 0. */
  certificate(height: number): Uint8Array | undefined
  /** Keeps the certificate of the state root after a height, once the engine has it. */
  keepCertificate(height: number, certificate: Uint8Array): void
  /** The height of the block that an operation of the book came in; undefined for those older than the chain. */
  heightOf(sequence: number): number | undefined
  /** The operations of the book from a sequence number on, those older than the chain included. */
  operations(from: number): Iterable<LoggedOperation>
  /** Checks a signature ahead, on another core; `check`, `propose` and `execute` then need not. Never rejects. */
  verifyAhead(operation: SignedBytes): Promise<void>
  /** The snapshots kept here that the state root vouches for, oldest first. */
  snapshots(): readonly KeptSnapshot[]
  /** Fills an empty book with a state whose parts were checked: `restoreSnapshot`. */
  restore(head: SnapshotHead, rows: Iterable<StateRow>, root: Uint8Array): void
  /** Writes what is only in memory to the disk, where there is one: shortens the next opening. */
  flush(): void
}
