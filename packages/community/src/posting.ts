import { accept, canonicalForm, microCredit, must, type Canonical, type MicroCredit } from '@tri/units'

import type { LineText, RingLine } from './account-line.ts'
import type { CommunityEvent } from './event.ts'
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
  const accounts = new Map<string, Account>()
  const before = new Map<string, Account>()
  const lineOf = lineWriter(scene, operation, postings.length)
  let sum = 0
  for (const posting of postings) {
    const { account: id, amount } = posting
    const account = accounts.get(id) ?? readAccount(scene.store, id)
    must(account !== undefined, 'credit is posted to accounts that exist', { account: id })
    if (!accounts.has(id)) before.set(id, account)
    const balance = account.balance + amount
    sum += amount
    if (!Number.isSafeInteger(balance) || !Number.isSafeInteger(sum)) return no('credit-out-of-range')
    const next = { ...account, balance: microCredit(balance), lines: account.lines + 1 }
    accounts.set(id, next)
    scene.store.set(stateKeys.line(id, next.lines), lineOf(posting, next))
  }
  must(sum === 0, 'a booking neither makes nor loses credit', { operation: operation.id, sum })
  for (const [id, account] of accounts) writeAccount(scene.store, id, account)
  return accept(limitsPassed(scene, before, accounts))
}

type LineWriter = (posting: Posting, after: Account) => Uint8Array

/** Postings beyond a payment's two: what their lines have in common is then written once. */
const FEW_POSTINGS = 2

/** Writes the lines of an operation. */
function lineWriter({ sequence }: Scene, { id, at }: Operation, postings: number): LineWriter {
  const common = { operation: id, sequence, at }
  const line = ({ text, rings, amount }: Posting, { lines, balance }: Account): Uint8Array =>
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

function limitsPassed(
  scene: Scene,
  before: ReadonlyMap<string, Account>,
  after: ReadonlyMap<string, Account>,
): CommunityEvent[] {
  const events: CommunityEvent[] = []
  for (const [id, account] of after) {
    const limit = limitOf(scene, account)
    const was = before.get(id)?.balance ?? 0
    if (account.balance + limit < 0 && was + limit >= 0)
      events.push({ is: 'limit-passed', account: id, balance: account.balance })
  }
  return events
}
