import type { ResponseOf } from '@tri/contract'
import {
  COMMONS,
  accountLines,
  balanceOf,
  certificates,
  memberById,
  operationDigest,
  operationSequence,
  type AccountLine,
  type Certificate,
} from '@tri/community'
import { SLOT_MAX, accept, must, present, refuse, slot, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { operationRefused, type BookWriter } from './book-writer.ts'
import { monthRange } from './month-service.ts'
import { memberNameOf, type NodeView } from './view.ts'

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

export type PaymentRefusal =
  | { readonly code: 'payee-unknown' | 'payer-is-payee' | 'idempotency-key-reused' }
  | {
      readonly code: 'limit-reached'
      readonly details: { readonly limitMicroCredit: number; readonly availableMicroCredit: number }
    }

/** Pays another member. A retry with the same key and the same content gives the same receipt and pays once. */
export function pay(view: NodeView, writer: BookWriter, payment: Payment): Outcome<Receipt, PaymentRefusal> {
  const { from, to, amountMicroCredit, memo } = payment
  const id = paymentId(payment)
  const earlier = receiptOf(view, from, id)
  if (earlier !== undefined) {
    const isSame =
      earlier.to.id === to && earlier.amountMicroCredit === amountMicroCredit && earlier.memo === memo
    return isSame ? accept(earlier) : refuse({ code: 'idempotency-key-reused' })
  }
  const payee = memberById(view.store, to)
  if (to === COMMONS || payee === undefined) return refuse({ code: 'payee-unknown' })
  if (from === to) return refuse({ code: 'payer-is-payee' })
  const { available, limit } = present(balanceOf(view.store, from), 'a member has an account')
  if (amountMicroCredit > available) {
    return refuse({
      code: 'limit-reached',
      details: { limitMicroCredit: limit, availableMicroCredit: available },
    })
  }
  const outcome = writer.act(
    from,
    { kind: 'credit.transfer', to, amount: amountMicroCredit, ...(memo === '' ? {} : { memo }) },
    id,
  )
  if (!outcome.ok) throw operationRefused(outcome.refusal)
  return accept(present(receiptOf(view, from, id), 'a payment that was booked has its line'))
}

/** An id of its own for each payer and key: two members may choose the same key. */
function paymentId({ from, key }: Payment): string {
  return `pay-${hex(sha256(new TextEncoder().encode(`${from}\0${key}`))).slice(0, 32)}`
}

/** The receipt of a payment that a member made or got; undefined when there is none. */
export function receiptOf(view: NodeView, member: string, id: string): Receipt | undefined {
  const sequence = operationSequence(view.store, id)
  const line = sequence === undefined ? undefined : lineOfOperation(view, member, sequence)
  if (line?.posting !== 'transfer') return undefined
  if (line?.other === undefined) return undefined
  const [reader, other] = [memberNameOf(view, member), memberNameOf(view, line.other)]
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
    operationDigest: present(operationDigest(view.store, id), 'an operation that wrote a line was applied'),
    mark: 'certified',
  }
}

/** The line that an operation wrote in an account. Lines follow the order of operations, so it is found by halving. */
function lineOfOperation(view: NodeView, account: string, sequence: number): AccountLine | undefined {
  const lineAt = (cursor: number) => accountLines(view.store, account, { cursor, limit: 1 }).lines[0]
  let low = 1
  let high = accountLines(view.store, account, { limit: 1 }).lines[0]?.number ?? 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((lineAt(middle)?.sequence ?? 0) < sequence) low = middle + 1
    else high = middle
  }
  const found = high === 0 ? undefined : lineAt(low)
  return found?.sequence === sequence ? found : undefined
}

export type ObjectionRefusal = 'month-unknown' | 'month-closed'

/** Objects to a published month; within its window this opens it again. */
export function fileObjection(
  view: NodeView,
  writer: BookWriter,
  objection: {
    readonly member: string
    readonly month: string
    readonly slot: number | null
    readonly reason: string
  },
): Outcome<Objection, ObjectionRefusal> {
  const range = monthRange(view, objection.month)
  if (range === undefined) return refuse('month-unknown')
  const about = objection.slot === null ? range : { firstSlot: slot(objection.slot), slots: 1 }
  const isInside =
    about.firstSlot >= range.firstSlot && about.firstSlot + about.slots <= range.firstSlot + range.slots
  if (!isInside) return refuse('month-unknown')
  const outcome = writer.act(objection.member, { kind: 'energy.object', ...about, reason: objection.reason })
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
