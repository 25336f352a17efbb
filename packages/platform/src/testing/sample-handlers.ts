import type { ResponseOf } from '@tri/contract'
import { accept } from '@tri/units'

import type { Handlers } from '../ports.ts'
import { digestOfPayment } from './sample-account.ts'
import { SampleBook, type Payment } from './sample-book.ts'
import { SAMPLE_NOW_MS, SAMPLE_TIMEZONE, sampleMeters } from './sample-community.ts'
import { sampleDevices } from './sample-devices.ts'
import { sampleExchange, settlementOf } from './sample-exchange.ts'
import { sampleHome, type SampleSensors } from './sample-home.ts'
import { sampleLedger, type SampleLedger } from './sample-ledger.ts'
import { sampleDayFrom, sampleFirstSlotOf } from './sample-readings.ts'
import { sampleSettle } from './sample-settle.ts'

/** How the sample is to be. */
export interface SampleOptions {
  /** The community's clock; it stands still at `SAMPLE_NOW_MS` unless told. */
  readonly nowMs?: () => number
  readonly sensors?: SampleSensors
  /** Who keeps the book; four stewards unless told. */
  readonly ledger?: SampleLedger
  /** Payments wait until `settlePayments` instead of being final at once. */
  readonly slowFinality?: boolean
}

/**
 * Handlers for every route over a small made-up neighbourhood: the same numbers every time, and figures that agree
 * between routes. What is paid, filled and published is remembered until the process ends.
 */
export function sampleHandlers(options: SampleOptions = {}): SampleHandlers {
  const { nowMs = () => SAMPLE_NOW_MS, sensors = { production: true, consumption: true } } = options
  const { ledger = 'four' } = options
  const book = new SampleBook(nowMs)
  book.payments.push(
    { ...firstPayment },
    {
      id: 'p-0002',
      key: 'sample-2',
      at: Date.UTC(2026, 5, 9, 7, 40),
      from: 'home-03',
      to: 'workshop',
      amountMicroCredit: 3_000_000,
      memo: 'Trapano, un giorno',
      standing: 'final',
      refusal: null,
    },
  )
  return {
    state: () => accept(stateOf(book, ledger)),
    ...sampleHome(book, sensors),
    ...sampleExchange(book, options.slowFinality === true ? 'accepted' : 'final'),
    ...sampleSettle(book),
    ...sampleLedger(book, ledger),
    ...sampleDevices(nowMs),
    settlePayments: (as) => settled(book, as),
  }
}

const firstPayment: Payment = {
  id: 'p-0001',
  key: 'sample-1',
  at: Date.UTC(2026, 4, 20, 16, 5),
  from: 'home-01',
  to: 'home-03',
  amountMicroCredit: 12_000_000,
  memo: 'Lezione di forno solare',
  standing: 'final',
  refusal: null,
}

/** The digest of an operation that the sample knows. */
export const SAMPLE_OPERATION = digestOfPayment(firstPayment)

/** The handlers, and the test's own way to let payments become final, or be refused. */
export interface SampleHandlers extends Handlers {
  /** @returns the payments that waited until now */
  settlePayments(as: 'final' | 'refused'): readonly Payment[]
}

function settled(book: SampleBook, as: 'final' | 'refused'): readonly Payment[] {
  const waiting = book.payments.filter(({ standing }) => standing === 'accepted')
  for (const payment of waiting) {
    payment.standing = as
    payment.refusal =
      as === 'final'
        ? null
        : {
            code: 'limit-reached',
            en: 'The account may not go further below zero.',
            it: 'Il conto non può scendere oltre sotto lo zero.',
          }
  }
  return waiting
}

function stateOf(book: SampleBook, ledger: SampleLedger): ResponseOf<'state'> {
  const last = book.slotNow() - 1
  return {
    community: { id: 'borgo-sole', name: 'Borgo Sole', timezone: SAMPLE_TIMEZONE },
    node: { version: '0.1.0', mode: 'demo', startedAt: SAMPLE_NOW_MS - 600_000 },
    clock: { nowMs: book.nowMs(), slot: book.slotNow(), speed: 1 },
    ledger: {
      operations: 7_012 + book.payments.length,
      state: ledger === 'no-quorum' ? 'no-quorum' : 'running',
      lastSettledSlot: last,
      certifiedUntilSlot: sampleFirstSlotOf(sampleDayFrom('2026-05-01')),
      sumMicroCredit: 0,
      settlementRoot: settlementOf(book, 0, book.today()).root,
      mark: 'provisional',
    },
    meters: { total: sampleMeters.length, reporting: sampleMeters.length },
    energy: {
      lastSlot: book.totalsOfSlot(last),
      today: book.totals([book.today()], book.markOfDay(book.today())),
    },
    checks: [
      { name: 'credit-sums-to-zero', ok: true },
      { name: 'energy-balances', ok: true },
    ],
  }
}
