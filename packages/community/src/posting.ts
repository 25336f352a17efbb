import { accept, microCredit, must, slotOf, type MicroCredit } from '@tri/units'

import type { AccountLine, LineText } from './account-line.ts'
import { charterAt } from './charters.ts'
import type { CommunityEvent } from './event.ts'
import type { KeyValue } from './key-value.ts'
import type { Operation } from './operation.ts'
import { no } from './refusal.ts'
import type { Played, Scene } from './scene.ts'
import { readAccount, recordBytes, writeAccount, type Account } from './state.ts'
import { stateKeys } from './state-keys.ts'

/** The community's own account: fees go there. The public grid is not an account. */
export const COMMONS = 'commons'

/** One side of a booking: credit that comes to an account (positive) or leaves it. */
export interface Posting {
  readonly account: string
  readonly amount: number
  readonly line: LineText
}

export const NEW_ACCOUNT: Account = { balance: microCredit(0), held: microCredit(0), holds: 0, lines: 0 }

/** How far below zero an account may go by its own act, now. */
export function limitOf(scene: Pick<Scene, 'store' | 'bookTime'>, account: Account): MicroCredit {
  return account.limit ?? charterAt(scene.store, slotOf(scene.bookTime)).limit
}

/** What an account can spend by its own act: what it has, less what is held, and its limit. */
export function availableOf(account: Account, limit: MicroCredit): number {
  return account.balance - account.held + limit
}

/**
 * Books amounts that sum to zero, each with its line. This is the only place where a balance changes. It looks at no
 * limit: own acts are checked before; energy already consumed is posted whatever the limit, and the member is named.
 */
export function post(scene: Scene, operation: Operation, postings: readonly Posting[]): Played {
  const accounts = new Map<string, Account>()
  const before = new Map<string, Account>()
  let sum = 0
  for (const { account: id, amount, line } of postings) {
    const account = accounts.get(id) ?? readAccount(scene.store, id)
    must(account !== undefined, 'credit is posted to accounts that exist', { account: id })
    if (!accounts.has(id)) before.set(id, account)
    const balance = account.balance + amount
    sum += amount
    if (!Number.isSafeInteger(balance) || !Number.isSafeInteger(sum)) return no('credit-out-of-range')
    const next = { ...account, balance: microCredit(balance), lines: account.lines + 1 }
    accounts.set(id, next)
    writeLine(scene.store, id, {
      ...line,
      number: next.lines,
      operation: operation.id,
      sequence: scene.sequence,
      at: operation.at,
      amount,
      balance,
    })
  }
  must(sum === 0, 'a booking neither makes nor loses credit', { operation: operation.id, sum })
  for (const [id, account] of accounts) writeAccount(scene.store, id, account)
  return accept(limitsPassed(scene, before, accounts))
}

type Unbranded<T> = { readonly [N in keyof T]: T[N] extends number ? number : T[N] }

function writeLine(store: KeyValue, account: string, line: Unbranded<AccountLine>): void {
  store.set(stateKeys.line(account, line.number), recordBytes(line))
}

function limitsPassed(
  scene: Scene,
  before: ReadonlyMap<string, Account>,
  after: ReadonlyMap<string, Account>,
): CommunityEvent[] {
  const events: CommunityEvent[] = []
  const inForce = charterAt(scene.store, slotOf(scene.bookTime)).limit
  for (const [id, account] of after) {
    const limit = account.limit ?? inForce
    const was = before.get(id)?.balance ?? 0
    if (account.balance + limit < 0 && was + limit >= 0)
      events.push({ is: 'limit-passed', account: id, balance: account.balance })
  }
  return events
}
