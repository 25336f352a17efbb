import { accept, epochMs, microCredit, must, present } from '@tri/units'

import type { CommunityEvent } from './event.ts'
import { keysUnder, type KeyValue } from './key-value.ts'
import { HOLDS_PER_ACCOUNT_MAX } from './limits.ts'
import type { OperationOf } from './operation.ts'
import { availableOf, limitOf, post, type Posting } from './posting.ts'
import { no } from './refusal.ts'
import { coordinatorOnly, type Played, type Scene } from './scene.ts'
import { readAccount, readHold, recordBytes, writeAccount, type Account, type Hold } from './state.ts'
import { stateKeys } from './state-keys.ts'

export function playTransfer(scene: Scene, operation: OperationOf<'credit.transfer'>): Played {
  const payer = present(readAccount(scene.store, operation.by), 'every member has an account')
  if (readAccount(scene.store, operation.to) === undefined)
    return no('account-unknown', { account: operation.to })
  if (operation.to === operation.by) return no('payer-is-payee')
  const available = availableOf(payer, limitOf(scene, payer))
  if (operation.amount > available)
    return no('limit-exceeded', { account: operation.by, available, amount: operation.amount })
  const amount = microCredit(operation.amount)
  const moved = post(scene, operation, movement(operation.by, operation.to, amount, { memo: operation.memo }))
  if (!moved.ok) return moved
  const transferred = { is: 'credit-transferred', from: operation.by, to: operation.to, amount } as const
  return accept([transferred, ...moved.value])
}

interface MovementText {
  readonly posting?: 'transfer' | 'capture'
  readonly memo: string | undefined
}

function movement(
  from: string,
  to: string,
  amount: number,
  { posting = 'transfer', memo }: MovementText,
): Posting[] {
  const text = { posting, ...(memo === undefined ? {} : { memo }) }
  return [
    { account: from, amount: -amount, text: { ...text, other: to } },
    { account: to, amount, text: { ...text, other: from } },
  ]
}

export function playHold(scene: Scene, operation: OperationOf<'credit.hold'>): Played {
  const { store, bookTime } = scene
  const { id, by, to, holdExpiresAt, memo } = operation
  const payer = present(readAccount(store, by), 'every member has an account')
  if (readAccount(store, to) === undefined) return no('account-unknown', { account: to })
  if (to === by) return no('payer-is-payee')
  if (holdExpiresAt <= bookTime) return no('hold-past', { expiresAt: holdExpiresAt, bookTime })
  if (payer.holds >= HOLDS_PER_ACCOUNT_MAX)
    return no('holds-too-many', { account: by, most: HOLDS_PER_ACCOUNT_MAX })
  const available = availableOf(payer, limitOf(scene, payer))
  if (operation.amount > available)
    return no('limit-exceeded', { account: by, available, amount: operation.amount })
  const held = payer.held + operation.amount
  if (!Number.isSafeInteger(held)) return no('credit-out-of-range')
  const amount = microCredit(operation.amount)
  const hold: Hold = {
    id,
    from: by,
    to,
    amount,
    at: epochMs(operation.at),
    expiresAt: epochMs(holdExpiresAt),
    ...(memo === undefined ? {} : { memo }),
  }
  writeAccount(store, by, { ...payer, held: microCredit(held), holds: payer.holds + 1 })
  store.set(stateKeys.hold(id), recordBytes(hold))
  store.set(stateKeys.holdDue(hold.expiresAt, id), new Uint8Array())
  return accept([{ is: 'credit-held', hold: id, from: by, to, amount }])
}

/** Frees what a hold kept. Its record goes: the operation log remembers it. */
function endHold(store: KeyValue, hold: Hold): void {
  const account: Account = present(readAccount(store, hold.from), 'a hold lies on an account')
  must(account.held >= hold.amount && account.holds > 0, 'an account holds its holds', { hold: hold.id })
  writeAccount(store, hold.from, {
    ...account,
    held: microCredit(account.held - hold.amount),
    holds: account.holds - 1,
  })
  store.delete(stateKeys.hold(hold.id))
  store.delete(stateKeys.holdDue(hold.expiresAt, hold.id))
}

/** The payee collects; what she leaves is free again. The limit was looked at when the hold was made. */
export function playCapture(scene: Scene, operation: OperationOf<'credit.capture'>): Played {
  const hold = readHold(scene.store, operation.hold)
  if (hold === undefined) return no('hold-unknown', { hold: operation.hold })
  if (hold.to !== operation.by) return no('not-your-own', { owner: hold.to, member: operation.by })
  if (operation.amount > hold.amount)
    return no('hold-exceeded', { hold: hold.id, held: hold.amount, amount: operation.amount })
  endHold(scene.store, hold)
  const { from, to, memo } = hold
  const amount = microCredit(operation.amount)
  const moved = post(scene, operation, movement(from, to, amount, { posting: 'capture', memo }))
  if (!moved.ok) return moved
  return accept([{ is: 'hold-captured', hold: hold.id, from, to, amount }, ...moved.value])
}

/** The payee gives up what was held for her; the payer waits until it expires. */
export function playRelease(scene: Scene, operation: OperationOf<'credit.release'>): Played {
  const hold = readHold(scene.store, operation.hold)
  if (hold === undefined) return no('hold-unknown', { hold: operation.hold })
  if (hold.to !== operation.by) return no('not-your-own', { owner: hold.to, member: operation.by })
  endHold(scene.store, hold)
  return accept([{ is: 'hold-released', hold: hold.id, from: hold.from }])
}

/** Frees every hold whose time has come by the book's clock. */
export function releaseExpired(scene: Scene): CommunityEvent[] {
  const { store, bookTime } = scene
  const due = [
    ...store.entries({ from: keysUnder('hold-due').from, until: stateKeys.holdDue(bookTime + 1, '') }),
  ]
  return due.map(([key]) => {
    const id = key.slice(key.lastIndexOf('/') + 1)
    const hold = present(readHold(store, id), 'a hold that is due is open')
    endHold(store, hold)
    return { is: 'hold-expired', hold: id, from: hold.from }
  })
}

export function playLimit(scene: Scene, operation: OperationOf<'credit.limit'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const account = readAccount(scene.store, operation.account)
  if (account === undefined) return no('account-unknown', { account: operation.account })
  const { limit: _, ...rest } = account
  const limit = operation.limit === undefined ? undefined : microCredit(operation.limit)
  writeAccount(scene.store, operation.account, limit === undefined ? rest : { ...rest, limit })
  return accept([{ is: 'limit-set', account: operation.account, limit }])
}
