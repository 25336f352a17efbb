import type { Ring } from '@tri/exchange'
import type { EpochMs, MicroCredit, Slot } from '@tri/units'

/**
 * Why credit moved. `energy` and `fee` come from a settlement, `restatement` and `fee-restatement` from its next version
 * (they are the difference to the version before), `capture` is a hold that was collected.
 */
export type PostingKind = 'energy' | 'fee' | 'transfer' | 'capture' | 'restatement' | 'fee-restatement'

/** What a member gave and received in one ring, and what it was worth; in a restatement, the differences. */
export type RingLine = {
  readonly ring: Ring
  readonly givenWh: number
  readonly receivedWh: number
  /** µCC per Wh. */
  readonly price: number
  readonly earned: MicroCredit
  readonly spent: MicroCredit
}

/** What a line says besides its amount. */
export interface LineText {
  readonly posting: PostingKind
  /** The period settled; absent for a transfer or a capture. */
  readonly firstSlot?: Slot
  readonly slots?: number
  /** The settlement's version. */
  readonly version?: number
  readonly rings?: readonly RingLine[]
  /** The account at the other end of a transfer or a capture. */
  readonly other?: string
  readonly memo?: string
}

/** One line of a statement of account. */
export interface AccountLine extends LineText {
  /** Counted from 1 within the account. */
  readonly number: number
  /** The operation that posted it. */
  readonly operation: string
  readonly sequence: number
  /** When its signer says it happened. */
  readonly at: EpochMs
  /** µCC; positive is earned. */
  readonly amount: MicroCredit
  /** µCC after this line. */
  readonly balance: MicroCredit
}
