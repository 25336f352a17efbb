import type { CommunityEvent, CommunityRefusal, SignedOperation } from '@tri/community'
import type { EpochMs, FaultDetails, Outcome } from '@tri/units'

import type { LightBlock } from './chain/light-block.ts'

/** The bytes of a signed operation: what travels, what is hashed, what is resubmitted. */
export type SignedBytes = Pick<SignedOperation, 'bytes' | 'signature'>

/** An operation that is final, as the chain keeps it. */
export interface FinalOperation extends SignedBytes {
  /** Its number in the book, counted from 1. */
  readonly sequence: number
  readonly events: readonly CommunityEvent[]
}

/** A steward who was caught signing two different blocks at one height. */
export interface Evidence {
  readonly kind: 'duplicate-vote' | 'light-client-attack'
  /** 20 bytes. */
  readonly address: Uint8Array
  readonly height: number
  readonly at: EpochMs
}

/** A block that can no longer change. */
export interface FinalBlock {
  readonly height: number
  readonly time: EpochMs
  readonly operations: readonly FinalOperation[]
  readonly evidence: readonly Evidence[]
  /** The state root after this block. */
  readonly stateRoot: Uint8Array
}

/** Where an operation stands. The three are different things, on the page too. */
export type Standing =
  /** This steward never saw it, or forgot it: resubmit the same bytes. */
  | { readonly is: 'unknown' }
  /** A steward has taken it and passes it on; it may still be refused. */
  | { readonly is: 'accepted' }
  | { readonly is: 'final'; readonly height: number; readonly sequence: number }
  | { readonly is: 'refused'; readonly refusal: CommunityRefusal }

/** Why an operation was not even taken: nothing is wrong with it, try again or elsewhere. */
export interface NotTaken {
  readonly is: 'not-taken'
  /** `queue-full`, `engine-down`, `closing` */
  readonly reason: string
}

/** How an engine is. */
export interface OrderingStatus {
  readonly engine: 'single' | 'cometbft' | 'model'
  /** The last final height; 0 before the first block. */
  readonly height: number
  readonly time: EpochMs | undefined
  readonly stateRoot: Uint8Array
  /** Stewards that vote now. */
  readonly stewards: number
  /** Stewards this one is connected to, itself included. */
  readonly connected: number
  /** Operations taken and not yet final. */
  readonly waiting: number
  readonly state: 'running' | 'catching-up' | 'no-quorum' | 'stopped' | 'failed'
  /** What an operator should know beyond that: figures of the engine, a reason it failed. */
  readonly details: FaultDetails
}

/**
 * Puts the community's operations into one order that every steward keeps. Engines: `single` and `cometbft`; each passes
 * `orderingSuite`. What `finalised` gave is on the disk and never changes.
 */
export interface Ordering extends AsyncDisposable {
  /**
   * Hands in an operation. The same bytes twice are one operation.
   *
   * @returns how it stands: usually `accepted` (or `final` at once, when it was final before), or why it was refused
   */
  submit(operation: SignedBytes): Promise<Outcome<Standing, NotTaken>>
  /** How an operation stands, by the hex SHA-256 of its bytes. */
  standingOf(digest: string): Standing
  /** Waits until an operation is final or refused. @throws the signal's reason */
  settled(digest: string, signal: AbortSignal): Promise<Standing>
  /** Every final block from a height on, then each new one as it comes, until the signal. */
  finalised(from: number, signal: AbortSignal): AsyncIterable<FinalBlock>
  status(): OrderingStatus
  /**
   * A block whose header carries the state root after `height` (the newest when left out), with the signatures that make
   * it final. `single` signs it when asked; CometBFT has it one height later.
   */
  certified(height?: number): Promise<LightBlock>
}
