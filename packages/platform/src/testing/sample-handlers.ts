import type { ResponseOf } from '@tri/contract'
import { accept } from '@tri/units'

import type { Handlers } from '../ports.ts'
import { SampleBook } from './sample-book.ts'
import { SAMPLE_NOW_MS, SAMPLE_TIMEZONE, sampleMeters } from './sample-community.ts'
import { sampleExchange, settlementOf } from './sample-exchange.ts'
import { sampleHome, type SampleSensors } from './sample-home.ts'
import { sampleDayFrom, sampleFirstSlotOf } from './sample-readings.ts'
import { sampleSettle } from './sample-settle.ts'

/** How the sample is to be. */
export interface SampleOptions {
  /** The community's clock; it stands still at `SAMPLE_NOW_MS` unless told. */
  readonly nowMs?: () => number
  readonly sensors?: SampleSensors
}

/**
 * Handlers for every route over a small made-up neighbourhood: the same numbers every time, and figures that agree
 * between routes. What is paid, filled and published is remembered until the process ends.
 */
export function sampleHandlers(options: SampleOptions = {}): Handlers {
  const { nowMs = () => SAMPLE_NOW_MS, sensors = { production: true, consumption: true } } = options
  const book = new SampleBook(nowMs)
  book.payments.push(
    {
      id: 'p-0001',
      key: 'sample-1',
      at: Date.UTC(2026, 4, 20, 16, 5),
      from: 'home-01',
      to: 'home-03',
      amountMicroCredit: 12_000_000,
      memo: 'Lezione di forno solare',
    },
    {
      id: 'p-0002',
      key: 'sample-2',
      at: Date.UTC(2026, 5, 9, 7, 40),
      from: 'home-03',
      to: 'workshop',
      amountMicroCredit: 3_000_000,
      memo: 'Trapano, un giorno',
    },
  )
  return {
    state: () => accept(stateOf(book)),
    ...sampleHome(book, sensors),
    ...sampleExchange(book),
    ...sampleSettle(book),
  }
}

function stateOf(book: SampleBook): ResponseOf<'state'> {
  const last = book.slotNow() - 1
  return {
    community: { id: 'borgo-sole', name: 'Borgo Sole', timezone: SAMPLE_TIMEZONE },
    node: { version: '0.1.0', mode: 'demo', startedAt: SAMPLE_NOW_MS - 600_000 },
    clock: { nowMs: book.nowMs(), slot: book.slotNow(), speed: 1 },
    ledger: {
      operations: 7_012 + book.payments.length,
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
