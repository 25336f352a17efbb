import type { CommunityEvent, CommunityRefusal, KeyValue } from '@tri/community'
import type { EpochMs, Outcome } from '@tri/units'

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

/** One step from a leaf of the state towards the root. */
export interface StatePath {
  readonly key: string
  readonly value: Uint8Array
  /** Siblings from the leaf up; `left` says on which side the sibling stands. */
  readonly steps: readonly { readonly left: boolean; readonly sibling: Uint8Array }[]
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
  readonly stateRoot: Uint8Array
  /** Runs one operation against the newest state and those `check`ed before it since the last commit: the door's answer. */
  check(operation: SignedBytes): Outcome<readonly CommunityEvent[], CommunityRefusal>
  /** Those of a list that would be applied in this order, refused ones left out, at most `bytesMax` together. */
  propose(operations: readonly SignedBytes[], bytesMax: number): readonly SignedBytes[]
  /** Executes the block of the next height; remembers the last one, so that executing the same block again is free. */
  execute(block: BlockInput): Execution
  commit(execution: Execution): FinalBlock
  /** Final blocks from a height on, with the bytes of their operations. */
  blocks(from: number): Iterable<FinalBlock>
  /** The path from a record to the state root: of an account as it is now, or of a record in the block that wrote it. */
  pathOf(key: string): StatePath | undefined
}
