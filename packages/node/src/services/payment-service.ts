import type { ResponseOf } from '@tri/contract'
import { COMMONS, certificates, type Certificate } from '@tri/community'
import { SLOT_MAX, accept, must, present, refuse, slot, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { Outbox, OutboxEntry } from '../ledger/outbox.ts'
import type { BookWriter } from './book-writer.ts'
import { refusalSentences } from './ledger-service.ts'
import { monthRange } from './month-service.ts'
import type { AccountView } from './account-view.ts'
import type { NodeView } from './view.ts'

export type Receipt = ResponseOf<'pay'>
export type Objection = ResponseOf<'fileObjection'>

export interface Payment {
  readonly from: string
  readonly to: string
  readonly amountMicroCredit: number
  readonly memo: string
  /** The payer's own key: the same key pays once. */
  readonly key: string
}

/** What paying takes: the state to look at, the keys to sign with, and the outbox that sees to what was signed. */
export interface PaymentDesk {
  readonly view: AccountView
  readonly writer: Pick<BookWriter, 'sign'>
  readonly outbox: Pick<Outbox, 'send'>
}

export type PaymentRefusal =
  | { readonly code: 'payee-unknown' | 'payer-is-payee' | 'idempotency-key-reused' | 'not-taken' }
  | {
      readonly code: 'limit-reached'
      readonly details: { readonly limitMicroCredit: number; readonly availableMicroCredit: number }
    }

/**
 * Pays another member. It returns as soon as a steward has taken the payment: the receipt says whether it is only promised
 * yet. A retry with the same key and the same content gives the same receipt and pays once.
 */
export async function pay(desk: PaymentDesk, payment: Payment): Promise<Outcome<Receipt, PaymentRefusal>> {
  const { view, writer, outbox } = desk
  const { from, to, amountMicroCredit, memo } = payment
  const id = paymentId(payment)
  const earlier = receiptOf(view, from, id)
  if (earlier !== undefined) {
    const isSame =
      earlier.to.id === to && earlier.amountMicroCredit === amountMicroCredit && earlier.memo === memo
    return isSame ? accept(earlier) : refuse({ code: 'idempotency-key-reused' })
  }
  const refused = paymentRefusal(view, payment)
  if (refused !== undefined) return refuse(refused)
  const act = {
    kind: 'credit.transfer',
    to,
    amount: amountMicroCredit,
    ...(memo === '' ? {} : { memo }),
  } as const
  const at = view.clock.nowMs()
  const taken = await outbox.send(
    { id, by: from, to, amountMicroCredit, memo, at },
    writer.sign({ by: from, act, id, at }),
  )
  if (!taken.ok) return refuse({ code: 'not-taken' })
  return accept(present(receiptOf(view, from, id), 'a payment that was taken is in the book or on its way'))
}

/** Why a payment would not be made, as the final state and the payer's own promises stand. */
function paymentRefusal(view: AccountView, payment: Payment): PaymentRefusal | undefined {
  const { from, to, amountMicroCredit } = payment
  if (to === COMMONS || view.account.name(to) === undefined) return { code: 'payee-unknown' }
  if (from === to) return { code: 'payer-is-payee' }
  const { available, limit } = present(view.account.balance(from), 'a member has an account')
  const left = available - promisedBy(view, from)
  if (amountMicroCredit <= left) return undefined
  return { code: 'limit-reached', details: { limitMicroCredit: limit, availableMicroCredit: left } }
}

/** µCC that a member has promised and that are not final yet. */
export function promisedBy({ outbox }: Pick<AccountView, 'outbox'>, member: string): number {
  return outbox
    .entriesOf(member)
    .reduce((sum, { refusal, amountMicroCredit }) => sum + (refusal === null ? amountMicroCredit : 0), 0)
}

/** The payments of a member that are not in the book: on their way, or refused within the last month; newest first. */
export function promisedPayments(view: AccountView, member: string): Receipt[] {
  return view.outbox.entriesOf(member).map((entry) => promisedReceipt(view, entry))
}

function promisedReceipt(view: AccountView, entry: OutboxEntry): Receipt {
  const { id, by, at, to, amountMicroCredit, memo, digest, refusal } = entry
  const [payer, payee] = [view.account.name(by), view.account.name(to)]
  must(payer !== undefined && payee !== undefined, 'a payment is between members', { operation: id })
  return {
    id,
    member: by,
    at,
    from: payer,
    to: payee,
    amountMicroCredit,
    memo,
    balanceMicroCredit: null,
    operationDigest: digest,
    standing: refusal === null ? 'accepted' : 'refused',
    refusal: refusal === null ? null : refusalSentences(refusal),
    mark: refusal === null ? 'promised' : 'refused',
  }
}

/** An id of its own for each payer and key: two members may choose the same key. */
function paymentId({ from, key }: Payment): string {
  return `pay-${hex(sha256(new TextEncoder().encode(`${from}\0${key}`))).slice(0, 32)}`
}

/** The receipt of a payment that a member made or got, or has promised; undefined when there is none. */
export function receiptOf(view: AccountView, member: string, id: string): Receipt | undefined {
  const promised = view.outbox.entry(member, id)
  return finalReceipt(view, member, id) ?? (promised && promisedReceipt(view, promised))
}

function finalReceipt(view: AccountView, member: string, id: string): Receipt | undefined {
  const line = view.account.lineOf(member, id)
  if (line?.posting !== 'transfer') return undefined
  if (line?.other === undefined) return undefined
  const [reader, other] = [view.account.name(member), view.account.name(line.other)]
  must(reader !== undefined && other !== undefined, 'a payment is between members', { operation: id })
  return {
    id,
    member,
    at: line.at,
    from: line.amount < 0 ? reader : other,
    to: line.amount < 0 ? other : reader,
    amountMicroCredit: Math.abs(line.amount),
    memo: line.memo ?? '',
    balanceMicroCredit: line.balance,
    operationDigest: view.account.digestOf(id) ?? null,
    standing: 'final',
    refusal: null,
    mark: 'final',
  }
}

export type ObjectionRefusal = 'month-unknown' | 'month-closed'

/** Objects to a published month; within its window this opens it again. */
export async function fileObjection(
  view: NodeView,
  writer: BookWriter,
  objection: {
    readonly member: string
    readonly month: string
    readonly slot: number | null
    readonly reason: string
  },
): Promise<Outcome<Objection, ObjectionRefusal>> {
  const range = monthRange(view, objection.month)
  if (range === undefined) return refuse('month-unknown')
  const about = objection.slot === null ? range : { firstSlot: slot(objection.slot), slots: 1 }
  const isInside =
    about.firstSlot >= range.firstSlot && about.firstSlot + about.slots <= range.firstSlot + range.slots
  if (!isInside) return refuse('month-unknown')
  const { member, reason } = objection
  const outcome = await writer.act(member, { kind: 'energy.object', ...about, reason })
  if (!outcome.ok) return refuse('month-closed')
  const filed = objectionsOf(view).find(({ month }) => month === objection.month)
  return accept(present(filed, 'an objection that was taken is in the book'))
}

/** The objections that are open. One that was answered is in the log; its month is certified again. */
export function objectionsOf(view: NodeView): Objection[] {
  return certificates(view.store, { firstSlot: slot(0), slots: SLOT_MAX }).flatMap((one: Certificate) =>
    one.objection === undefined
      ? []
      : [
          {
            id: `objection-${one.firstSlot}`,
            member: one.objection.by,
            month: view.calendar.monthOf(one.firstSlot),
            slot: null,
            reason: one.objection.reason,
            at: one.objection.at,
            state: 'open' as const,
          },
        ],
  )
}
