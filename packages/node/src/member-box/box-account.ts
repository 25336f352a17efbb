import type { Follower } from '@tri/ledger'
import { ID_PATTERN } from '@tri/community'
import { microCredit } from '@tri/units'

import type { AccountSource } from '../services/account-view.ts'
import type { BoxCommunity } from './box-community.ts'
import type { OwnLines } from './own-lines.ts'

/** What a box reads its member's account from. */
export interface BoxAccountPorts {
  readonly member: string
  readonly follower: Pick<Follower, 'view'>
  readonly lines: OwnLines
  readonly community: Pick<BoxCommunity, 'limit' | 'members'>
  /** SHA-256 of what the box itself signed, by operation. */
  readonly digestOf: (operation: string) => string | undefined
}

/** The account of a box's own member, from what the box has proved; nobody else has one here. */
export function boxAccount({ member, follower, lines, community, digestOf }: BoxAccountPorts): AccountSource {
  const isHers = (of: string): boolean => of === member
  return {
    balance(of) {
      const { view } = follower
      if (view === undefined || !isHers(of)) return undefined
      const { balance, held } = view.balance
      const limit = view.balance.limit ?? community.limit
      return {
        balance: microCredit(balance),
        limit: microCredit(limit),
        available: balance + limit - held,
        isPastLimit: balance + limit < 0,
      }
    },
    lines: (of, page) => (isHers(of) ? lines.page(page) : { lines: [] }),
    lineOf: (of, operation) => (isHers(of) ? lines.ofOperation(operation) : undefined),
    digestOf,
    name(of) {
      const told = community.members.find(({ id }) => id === of)
      if (told !== undefined) return told
      // Without a steward nobody's name is known: whoever is in a line, or is to be paid, is shown by her id.
      const mayBe = community.members.length === 0 && ID_PATTERN.test(of)
      return isHers(of) || mayBe ? { id: of, name: null, kind: 'household' } : undefined
    },
    // Whether a month was closed is in the book: what a box holds of it may still be open to objection.
    mark: () => 'provisional',
  }
}
