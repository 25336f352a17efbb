import type { Mark, MemberName } from '@tri/contract'
import {
  accountLines,
  balanceOf,
  operationDigest,
  operationSequence,
  type AccountLine,
  type Balance,
  type KeyValue,
  type LinePage,
} from '@tri/community'

import type { Calendar, SlotRange } from '../calendar.ts'
import type { Outbox } from '../ledger/outbox.ts'
import { lineOfOperation } from './line-of-operation.ts'
import { markOf, memberNameOf, type CommunityClock } from './view.ts'

/**
 * Where the pages of a member's account are read from: a steward's copy of the book, or what a member's own box has proved
 * of it.
 */
export interface AccountSource {
  balance(member: string): Pick<Balance, 'balance' | 'available' | 'limit' | 'isPastLimit'> | undefined
  /** Lines from a number on, newest first. */
  lines(member: string, page: { readonly cursor?: number; readonly limit: number }): LinePage
  /** The line that an operation wrote in her account. */
  lineOf(member: string, operation: string): AccountLine | undefined
  /** SHA-256 of an operation's signed bytes, hex; undefined where only the book has them. */
  digestOf(operation: string): string | undefined
  name(member: string): MemberName | undefined
  /** How final a settled range is. */
  mark(range: SlotRange): Mark
}

/** What the pages of an account are made from. */
export interface AccountView {
  readonly account: AccountSource
  readonly calendar: Calendar
  readonly clock: CommunityClock
  /** What members of this node have promised and the book does not have yet. */
  readonly outbox: Pick<Outbox, 'entry' | 'entriesOf'>
}

/** Accounts as a copy of the book has them. */
export function accountsIn(store: KeyValue): AccountSource {
  return {
    balance: (member) => balanceOf(store, member),
    lines: (member, page) => accountLines(store, member, page),
    lineOf: (member, operation) => {
      const sequence = operationSequence(store, operation)
      return sequence === undefined ? undefined : lineOfOperation({ store }, member, sequence)
    },
    digestOf: (operation) => operationDigest(store, operation),
    name: (member) => memberNameOf({ store }, member),
    mark: (range) => markOf({ store }, range),
  }
}
