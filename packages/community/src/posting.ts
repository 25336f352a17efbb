import { accept, canonicalForm, microCredit, must, type Canonical, type MicroCredit } from '@tri/units'

import type { LineText, RingLine } from './account-line.ts'
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
  /** What its line says; the many lines of a settlement share it. */
  readonly text: Omit<LineText, 'rings'>
  readonly rings?: readonly RingLine[]
}

export const NEW_ACCOUNT: Account = { balance: microCredit(0), held: microCredit(0), holds: 0, lines: 0 }

/** How far below zero an account may go by its own act, now. */
export function limitOf(scene: Scene, account: Account): MicroCredit {
  return account.limit ?? scene.limitInForce()
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
  const moved = new Map<string, MovedAccount>()
  const lineOf = lineWriter(scene, operation, postings.length)
  let sum = 0
  for (const posting of postings) {
    const id = posting.account
    let account = moved.get(id)
    if (account === undefined) {
      account = movedAccount(scene.store, id)
      moved.set(id, account)
    }
    account.balance += posting.amount
    sum += posting.amount
    if (!Number.isSafeInteger(account.balance) || !Number.isSafeInteger(sum)) return no('credit-out-of-range')
    account.lines++
    scene.store.set(stateKeys.line(id, account.lines), lineOf(posting, account))
  }
  must(sum === 0, 'a booking neither makes nor loses credit', { operation: operation.id, sum })
  const events: CommunityEvent[] = []
  for (const [id, { before, balance: after, lines }] of moved) {
    const balance = microCredit(after)
    writeAccount(scene.store, id, { ...before, balance, lines })
    const limit = limitOf(scene, before)
    const passes = after + limit < 0 && before.balance + limit >= 0
    if (passes) events.push({ is: 'limit-passed', account: id, balance })
  }
  return accept(events)
}

/** An account while its lines are written. */
interface MovedAccount {
  readonly before: Account
  balance: number
  lines: number
}

function movedAccount(store: KeyValue, id: string): MovedAccount {
  const before = readAccount(store, id)
  must(before !== undefined, 'credit is posted to accounts that exist', { account: id })
  return { before, balance: before.balance, lines: before.lines }
}

type LineWriter = (posting: Posting, after: Pick<MovedAccount, 'balance' | 'lines'>) => Uint8Array

/** Postings beyond a payment's two: what their lines have in common is then written once. */
const FEW_POSTINGS = 2

/** Writes the lines of an operation. */
function lineWriter({ sequence }: Scene, { id, at }: Operation, postings: number): LineWriter {
  const common = { operation: id, sequence, at }
  const line: LineWriter = ({ text, rings, amount }, { lines, balance }) =>
    recordBytes({ ...text, rings, number: lines, ...common, amount, balance })
  if (postings <= FEW_POSTINGS) return line
  const forms = new Map<Posting['text'], Record<'plain' | 'ringed', (...values: Canonical[]) => Uint8Array>>()
  return ({ text, rings, amount }, { lines, balance }) => {
    let form = forms.get(text)
    if (form === undefined) {
      const fixed = { ...text, ...common }
      form = {
        plain: canonicalForm(fixed, ['amount', 'number', 'balance']),
        ringed: canonicalForm(fixed, ['rings', 'amount', 'number', 'balance']),
      }
      forms.set(text, form)
    }
    return rings === undefined
      ? form.plain(amount, lines, balance)
      : form.ringed(rings, amount, lines, balance)
  }
}
