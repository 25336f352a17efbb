import type { Mark, ResponseOf } from '@tri/contract'
import { SLOT_MS, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { meterOf, receivedOf, type DaySums, type Payment, type SampleBook } from './sample-book.ts'
import { sampleMemberName } from './sample-community.ts'
import { sampleDateOf, sampleDayOf } from './sample-readings.ts'
import { SAMPLE_FEE, samplePrices, sampleRings, type SampleRing } from './sample-settlement.ts'

export type AccountLine = ResponseOf<'account'>['lines'][number]
type Unbalanced = Omit<AccountLine, 'balanceMicroCredit'>

/** How far below zero an account of the sample may go by its own act: 50 CC. */
export const SAMPLE_LIMIT = 50_000_000

/** All lines of a member's account, newest first, each with the balance after it. */
export function linesOf(book: SampleBook, member: string): AccountLine[] {
  const meter = meterOf(member)
  const first = sampleDayOf(book.firstSlot)
  const days = Array.from({ length: book.today() - first + 1 }, (_, i) => first + i)
  const energy = days.flatMap((day) => {
    const sums = book.day(day)[meter]
    return sums === undefined ? [] : linesOfDay(book, day, sums)
  })
  const paid = book.payments
    .filter(({ from, to, standing }) => standing === 'final' && (from === member || to === member))
    .map((payment) => paymentLine(payment, member))
  let balance = 0
  const lines = [...energy, ...paid]
    .toSorted((a, b) => a.at - b.at)
    .map((line) => {
      balance += line.amountMicroCredit
      return { ...line, balanceMicroCredit: balance }
    })
  return lines.toReversed()
}

export function balanceOf(book: SampleBook, member: string): number {
  return linesOf(book, member)[0]?.balanceMicroCredit ?? 0
}

export function receiptOf(book: SampleBook, payment: Payment, member: string): ResponseOf<'receipt'> {
  const { standing, refusal } = payment
  const line = linesOf(book, member).find(({ receipt }) => receipt === payment.id)
  return {
    id: payment.id,
    member,
    at: payment.at,
    from: present(sampleMemberName(payment.from), 'a payer is a member'),
    to: present(sampleMemberName(payment.to), 'a payee is a member'),
    amountMicroCredit: payment.amountMicroCredit,
    memo: payment.memo,
    balanceMicroCredit: line?.balanceMicroCredit ?? null,
    operationDigest: digestOfPayment(payment),
    standing,
    refusal,
    mark: standing === 'accepted' ? 'promised' : standing,
  }
}

export function digestOfPayment({ id, key }: Payment): string {
  return hex(sha256(new TextEncoder().encode(`${id} ${key}`)))
}

/** What a member promised and is not final yet, µCC. */
export function promisedBy(book: SampleBook, member: string): number {
  return book.payments
    .filter(({ from, standing }) => from === member && standing === 'accepted')
    .reduce((sum, { amountMicroCredit }) => sum + amountMicroCredit, 0)
}

/** Payments of a member that are on their way or were refused, newest first. */
export function promisedOf(book: SampleBook, member: string): ResponseOf<'receipt'>[] {
  return book.payments
    .filter(({ from, standing }) => from === member && standing !== 'final')
    .map((payment) => receiptOf(book, payment, member))
    .toReversed()
}

function linesOfDay(book: SampleBook, day: number, sums: DaySums): Unbalanced[] {
  const mark = book.markOfDay(day)
  const at = (present(book.slotsOf(day).at(-1) ?? book.firstSlot, 'a day has slots') + 1) * SLOT_MS
  const lines = sampleRings
    .filter((ring) => sums.givenWh[ring] + sums.receivedWh[ring] > 0)
    .map((ring) => ringLine({ ring, day, at, sums, mark }))
  const received = receivedOf(sums)
  if (received === 0) return lines
  const fee: Unbalanced = {
    ...blank(`${sampleDateOf(day)}-fee`, at, mark),
    kind: 'fee',
    text: 'fee-paid',
    day: sampleDateOf(day),
    receivedWh: received,
    amountMicroCredit: -received * SAMPLE_FEE,
    feeMicroCredit: -received * SAMPLE_FEE,
  }
  return [...lines, fee]
}

function ringLine(of: {
  readonly ring: SampleRing
  readonly day: number
  readonly at: number
  readonly sums: DaySums
  readonly mark: Mark
}): Unbalanced {
  const givenWh = of.sums.givenWh[of.ring]
  const receivedWh = of.sums.receivedWh[of.ring]
  const one = givenWh === 0 ? 'energy-received' : 'energy-given'
  return {
    ...blank(`${sampleDateOf(of.day)}-${of.ring}`, of.at, of.mark),
    kind: 'energy',
    text: givenWh > 0 && receivedWh > 0 ? 'energy-both' : one,
    ring: of.ring,
    day: sampleDateOf(of.day),
    givenWh,
    receivedWh,
    amountMicroCredit: (givenWh - receivedWh) * samplePrices[of.ring],
  }
}

function paymentLine(payment: Payment, member: string): Unbalanced {
  const isPayer = payment.from === member
  return {
    ...blank(payment.id, payment.at, 'final'),
    kind: 'payment',
    text: isPayer ? 'payment-sent' : 'payment-received',
    amountMicroCredit: isPayer ? -payment.amountMicroCredit : payment.amountMicroCredit,
    counterpart: sampleMemberName(isPayer ? payment.to : payment.from) ?? null,
    memo: payment.memo,
    receipt: payment.id,
  }
}

function blank(id: string, at: number, mark: Mark): Unbalanced {
  return {
    id,
    at,
    kind: 'energy',
    text: 'energy-given',
    ring: null,
    day: null,
    givenWh: null,
    receivedWh: null,
    amountMicroCredit: 0,
    feeMicroCredit: 0,
    counterpart: null,
    memo: null,
    receipt: null,
    mark,
  }
}
