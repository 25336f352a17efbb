import type { Act, Book, CommunityRefusal, MeterEntry, SignedOperation } from '@tri/community'
import type { KeyPair } from '@tri/units/crypto'

import type { BlockInput, Execution, Replica, StatePath } from '../src/replica/replica.ts'
import type { RefusalWatch } from '../src/channel/refusal-watch.ts'
import type { SignedBytes } from '../src/ordering.ts'
import type { Agenda } from './agenda.ts'
import type { Dice } from './dice.ts'
import type { StewardDisk } from './steward-disk.ts'
import type { Plant, Trouble } from './trouble.ts'

/** Bytes of operations in one block. */
export const BLOCK_BYTES_MAX = 1_048_576

/** Who signed a block: a quorum of them makes a root worth believing. */
export interface Certificate {
  readonly height: number
  /** The state root after `height`, hex. */
  readonly root: string
  readonly signers: readonly string[]
}

/** What a steward answers about an operation. */
export type Answer =
  | { readonly is: 'unknown' }
  | { readonly is: 'accepted' }
  | { readonly is: 'refused'; readonly refusal: CommunityRefusal }
  | {
      readonly is: 'final'
      readonly height: number
      readonly sequence: number
      readonly certificate: Certificate
      /** From the record of the operation to the root, when the steward still has it. */
      readonly path?: StatePath
    }

/** What travels between the parties. */
export type Message =
  | { readonly is: 'submit'; readonly operation: SignedBytes }
  | { readonly is: 'ask'; readonly digest: string }
  | { readonly is: 'answer'; readonly digest: string; readonly answer: Answer }
  | { readonly is: 'gossip'; readonly operation: SignedBytes }
  | { readonly is: 'block'; readonly height: number }

/** A block that the stewards agreed on. */
export interface DecidedBlock {
  readonly input: BlockInput
  readonly signers: readonly string[]
  /** Hex, as the first steward that is no liar computed it. */
  root?: string
}

/** A steward's box: what is in its memory, and the disk that outlives it. */
export interface Steward {
  readonly name: string
  readonly disk: StewardDisk
  /** It keeps the book now: its box runs, and others send it what they take. */
  isKeeper: boolean
  isLiar: boolean
  plant: Plant | undefined
  /** ms its clock is ahead. */
  skew: number
  /** Stewards with the same number hear each other. */
  island: number
  /** Absent while the box is down. */
  replica: Replica | undefined
  /** Computed, not yet committed: FinalizeBlock was answered, Commit was not asked. */
  executed: Execution | undefined
  /** Taken and not yet final, in the order in which they came. */
  readonly waiting: Map<string, SignedBytes>
  readonly refused: Map<string, CommunityRefusal>
  readonly finals: Map<string, { readonly height: number; readonly sequence: number }>
  /** Counts the lives of the box: what was planned in an earlier life does not happen. */
  life: number
  /** The last height that the box's engine has stored: it survives every fall but the disk's death. */
  stored: number
  /** The last height whose commit returned: it may never be below it again. */
  committed: number
  /** The highest height that this box has told anybody is final. */
  told: number
}

/** What a client believes of her operation. */
export type Belief =
  | { readonly is: 'waiting' }
  | { readonly is: 'accepted'; readonly by: string }
  | { readonly is: 'final'; readonly height: number; readonly sequence: number }
  | { readonly is: 'refused'; readonly refusal: CommunityRefusal }

/** An operation that a client has signed, and how it goes. */
export interface Wish {
  readonly act: Act
  readonly signed: SignedOperation
  readonly digest: string
  readonly text: string
  readonly sentTo: Set<string>
  /** Decides when she believes that it was refused: the rule of the real client. */
  readonly watch: RefusalWatch
  /** The last reason that she was told. */
  refusal: CommunityRefusal | undefined
  /** She has asked everybody again how it stands. */
  isAsked: boolean
  belief: Belief
  tries: number
}

/** A member with her phone or agent. */
export interface Client {
  readonly name: string
  /** Whose account it is. */
  readonly member: string
  readonly key: KeyPair
  readonly isAgent: boolean
  readonly isHasty: boolean
  skew: number
  /** The last nonce she used. */
  nonce: number
  /** How many operations she has signed. */
  signed: number
  readonly wishes: Map<string, Wish>
  /** Bytes of every answer she got: nothing of another member may be in them. */
  readonly heard: Answer[]
}

/** A rule of the ledger that did not hold. */
export class Broken extends Error {
  readonly invariant: string
  constructor(invariant: string, details: string) {
    super(`${invariant}: ${details}`)
    this.invariant = invariant
  }
}

/** What the stewards have agreed on, as only the simulator sees it. */
export interface Chain {
  readonly blocks: DecidedBlock[]
  /** Digest of every final operation, and where it is. */
  readonly finals: Map<string, { readonly height: number; readonly sequence: number }>
  /** Who votes from a height on; the last entry holds. */
  readonly sets: { readonly from: number; readonly names: readonly string[] }[]
  /** The last nonce of each key, by its hex. */
  readonly nonces: Map<string, number>
  /** Digest over every key and value after each height. */
  readonly digests: string[]
}

/** Everything in one run. */
export interface World {
  readonly seed: number
  readonly agenda: Agenda
  readonly chain: Chain
  readonly stewards: Steward[]
  readonly clients: Client[]
  readonly meters: readonly MeterEntry[]
  readonly community: string
  readonly coordinator: string
  /** The simulator's own book: plays every final block, and is no steward's. */
  readonly reference: Book
  /** Everything that anybody ever signed, by digest. */
  readonly signedBy: Map<string, SignedOperation>
  /** Digest and signature of what one steward has verified: the others of this world need not do it again. */
  readonly verified: Set<string>
  /** Who gets something by an operation, by its id: she may read of it. */
  readonly payees: Map<string, string>
  /** Import and export in Wh that are final, by meter and slot. */
  readonly readings: Map<string, readonly [number, number]>
  readonly startedAt: number
  /** Steps so far. */
  steps: number
  /** No new trouble and no new acts: whatever is under way comes to its end. */
  isCalm: boolean
  calmAt: number
  /** Which engine orders now. */
  engine: 'single' | 'quorum'
  /** The quorum's engine has begun. */
  isOrderedTogether: boolean
  /** The community will grow to so many stewards in this run. */
  wantsQuorum: boolean
  size: number
  /** A block of the single engine whose commit has begun: after a power cut the disk decides about it. */
  inFlight: BlockInput | undefined
  actsLeft: number
  readonly counts: Record<string, number>
  dice(purpose: string): Dice
  /** Whether a trouble strikes now: never when it is left out of the run, or in the calm at its end. */
  strikes(trouble: Trouble, probability: number): boolean
  /** Writes a line into the trace; the text is made only when somebody reads it. */
  tell(who: string, text: () => string): void
  count(what: string): void
  /** A steward signs a root; nobody can sign for another. */
  signed(name: string, height: number, root: string): void
  hasSigned(name: string, height: number, root: string): boolean
  /** Called after the set of stewards has changed. */
  stewardsChanged: () => void
  steward(name: string): Steward
  client(name: string): Client
}

/** The names that vote at a height. */
export function votersAt(world: World, height: number): readonly string[] {
  const set = world.chain.sets.findLast(({ from }) => from <= height)
  return set?.names ?? []
}

/** More than two thirds. */
export function quorumOf(voters: number): number {
  return Math.floor((2 * voters) / 3) + 1
}

/** The most liars that a set bears. */
export function liarsBorne(voters: number): number {
  return Math.floor((voters - 1) / 3)
}

/** A digest as people read it. */
export function short(digest: string): string {
  return digest.slice(0, 8)
}
