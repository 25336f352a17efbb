import type { OrderingStatus, Standing } from '../src/ordering.ts'

/** How a box is started: everything it needs to know of the town. */
export interface BoxOptions {
  readonly engine: 'single' | 'cometbft'
  /** Its place among the stewards; a copied box has the place of the one it was copied from. */
  readonly steward: number
  /** Its disk. */
  readonly folder: string
  /** Where it answers the trial, and where it writes what became final: beside its disk, not on it. */
  readonly socket: string
  readonly trail: string
  /** For files that need not outlive a crash. */
  readonly scratch: string
  /** `host:port` of every steward, as the book announces them. */
  readonly announced: readonly string[]
  /** Where this box listens and dials, in the order of the stewards. */
  readonly addresses: readonly string[]
  /** The other boxes' sockets: whom it asks what its key has signed. */
  readonly others: readonly string[]
  /** The file system of this box was put into another loop device by the trial, as a real power cut would not. */
  readonly isRemounted: boolean
  /** A thief's copy: it signs without asking anybody. */
  readonly isThief: boolean
  /** The engine's program, when it is not the one of this machine. */
  readonly program?: string
  /** For an engine with a clock that can be moved: `1h`, `-20s`. */
  readonly clockAhead: string
}

/** What a box says of its own accord, a line each. */
export type BoxWord =
  /** Its book is open: what was on the disk. */
  | { readonly is: 'open'; readonly height: number }
  | { readonly is: 'ready' }
  | { readonly is: 'failed'; readonly code: string; readonly reason: string }

/** What a box is asked, and what it answers. */
export interface BoxQuestions {
  submit: {
    ask: { bytes: string; signature: string }
    answer: Standing | { is: 'not-taken'; reason: string }
  }
  settle: { ask: { digest: string; patienceMs: number }; answer: Standing }
  status: {
    ask: object
    answer: Pick<OrderingStatus, 'height' | 'connected' | 'state' | 'waiting' | 'details'> & { root: string }
  }
  /** What the engine of this box saw a key sign. */
  signedBy: { ask: { key: string }; answer: { height: number; round: number; step: number } | null }
  aliveElsewhere: { ask: { key: string }; answer: boolean }
}

export type BoxAsk = keyof BoxQuestions

/** One final block as a box wrote it down at the moment it committed it. */
export interface TrailLine {
  readonly height: number
  readonly time: number
  readonly root: string
  /** Sum of all balances after the block, µCC. */
  readonly sum: number
  /** Digests of its operations, in order. */
  readonly operations: readonly string[]
  readonly evidence: number
}
