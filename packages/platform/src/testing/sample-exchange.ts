import type { ResponseOf } from '@tri/contract'
import { SLOTS_PER_UTC_DAY, accept, present, refuse } from '@tri/units'
import { hex, leafDigest, merklePath, merkleRoot } from '@tri/units/crypto'

import type { Handlers } from '../ports.ts'
import { balanceOf, linesOf, promisedBy, promisedOf, receiptOf, SAMPLE_LIMIT } from './sample-account.ts'
import { meterOf, type Payment, type SampleBook } from './sample-book.ts'
import { SAMPLE_COORDINATOR, sampleMemberName, sampleMembers, sampleMeters } from './sample-community.ts'
import { sampleDateOf, sampleDayFrom, sampleDayOf, sampleFirstSlotOf } from './sample-readings.ts'
import { SAMPLE_FEE, samplePrices, sampleRings, type SampleRing } from './sample-settlement.ts'

type ExchangeHandlers = Pick<Handlers, 'account' | 'whyDay' | 'whySlot' | 'members' | 'pay' | 'receipt'>

/**
 * Handlers of the account, of why it says what it says, and of payments.
 *
 * @param first where a payment stands when it was made: final at once, or waiting for the test to settle it
 */
export function sampleExchange(book: SampleBook, first: 'accepted' | 'final'): ExchangeHandlers {
  return {
    account({ member }, { query }) {
      const { from, until, cursor, limit } = query
      const all = linesOf(book, member).filter(({ at }) => {
        const date = sampleDateOf(sampleDayOf(Math.floor((at - 1) / 900_000)))
        return (from === undefined || date >= from) && (until === undefined || date < until)
      })
      const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1
      const lines = all.slice(start, start + limit)
      const last = lines.at(-1)
      const balance = balanceOf(book, member)
      return accept({
        member,
        balanceMicroCredit: balance,
        availableMicroCredit: balance + SAMPLE_LIMIT - promisedBy(book, member),
        promisedMicroCredit: promisedBy(book, member),
        promised: promisedOf(book, member),
        lines,
        nextCursor: last === undefined || start + limit >= all.length ? null : last.id,
        mark: 'final',
      })
    },
    whyDay({ member }, { query: { date, ring } }) {
      const day = sampleDayFrom(date)
      if (!isSampleRing(ring) || book.slotsOf(day).length === 0)
        return refuse({ code: 'day-unknown', details: { date } })
      return accept(whyDayOf(book, member, day, ring))
    },
    whySlot({ member }, { query: { slot } }) {
      if (slot < book.firstSlot || slot >= book.slotNow()) return refuse({ code: 'slot-unknown' })
      return accept(whySlotOf(book, member, slot))
    },
    members: () => accept({ members: [...sampleMembers] }),
    pay({ member }, { headers, body }) {
      const key = headers['idempotency-key']
      const made = book.payments.find((payment) => payment.key === key && payment.from === member)
      const isSame =
        made?.to === body.to && made.amountMicroCredit === body.amountMicroCredit && made.memo === body.memo
      if (made !== undefined)
        return isSame ? accept(receiptOf(book, made, member)) : refuse({ code: 'idempotency-key-reused' })
      if (body.to === member) return refuse({ code: 'payer-is-payee' })
      if (sampleMemberName(body.to) === undefined)
        return refuse({ code: 'payee-unknown', details: { to: body.to } })
      const available = balanceOf(book, member) + SAMPLE_LIMIT - promisedBy(book, member)
      if (body.amountMicroCredit > available)
        return refuse({ code: 'limit-reached', details: { availableMicroCredit: available } })
      const id = `p-${(book.payments.length + 1).toString().padStart(4, '0')}`
      const payment: Payment = {
        id,
        key,
        at: book.nowMs(),
        from: member,
        ...body,
        standing: first,
        refusal: null,
      }
      book.payments.push(payment)
      return accept(receiptOf(book, payment, member))
    },
    receipt({ member }, { params: { id } }) {
      const payment = book.payments.find((one) => one.id === id && (one.from === member || one.to === member))
      if (payment === undefined) return refuse({ code: 'receipt-unknown', details: { id } })
      return accept(receiptOf(book, payment, member))
    },
  }
}

function whyDayOf(book: SampleBook, member: string, day: number, ring: SampleRing): ResponseOf<'whyDay'> {
  const meter = meterOf(member)
  const price = samplePrices[ring]
  const slots = book
    .slotsOf(day)
    .map((slot) => {
      const givenWh = book.flows(slot).givenWh[ring][meter] ?? 0
      const receivedWh = book.flows(slot).receivedWh[ring][meter] ?? 0
      const amountMicroCredit = (givenWh - receivedWh) * price
      return {
        slot,
        givenWh,
        receivedWh,
        priceMicroCreditPerWh: price,
        amountMicroCredit,
        version: 1,
        mark: book.markOf(slot),
      }
    })
    .filter(({ givenWh, receivedWh }) => givenWh + receivedWh > 0)
  const sum = (of: (slot: (typeof slots)[number]) => number) => slots.reduce((all, slot) => all + of(slot), 0)
  return {
    member,
    date: sampleDateOf(day),
    ring,
    priceMicroCreditPerWh: price,
    givenWh: sum(({ givenWh }) => givenWh),
    receivedWh: sum(({ receivedWh }) => receivedWh),
    amountMicroCredit: sum(({ amountMicroCredit }) => amountMicroCredit),
    feeMicroCredit: -sum(({ receivedWh }) => receivedWh) * SAMPLE_FEE,
    slots,
    mark: book.markOfDay(day),
  }
}

function whySlotOf(book: SampleBook, member: string, slot: number): ResponseOf<'whySlot'> {
  const meter = meterOf(member)
  const flows = book.flows(slot)
  const mark = book.markOf(slot)
  const { importWh, exportWh } = book.reading(meter, slot)
  const meterId = present(sampleMeters[meter], 'a member has a meter').id
  const allocation = sampleRings
    .map((ring) => {
      const givenWh = flows.givenWh[ring][meter] ?? 0
      const receivedWh = flows.receivedWh[ring][meter] ?? 0
      const price = samplePrices[ring]
      return {
        ring,
        givenWh,
        receivedWh,
        priceMicroCreditPerWh: price,
        amountMicroCredit: (givenWh - receivedWh) * price,
        mark,
      }
    })
    .filter(({ givenWh, receivedWh }) => givenWh + receivedWh > 0)
  const received = allocation.reduce((sum, { receivedWh }) => sum + receivedWh, 0)
  return {
    member,
    slot,
    readings: [
      {
        meter: meterId,
        importWh,
        exportWh,
        quality: book.quality(meter, slot),
        signer: { id: SAMPLE_COORDINATOR, role: 'coordinator' },
        statementDigest: hex(leafOf(book, meter, sampleDayOf(slot))),
        receivedAt: (slot + 1) * 900_000 + 4000,
        mark,
      },
    ],
    allocation,
    ownWh: 0,
    grid: { importWh: flows.gridImportWh[meter] ?? 0, exportWh: flows.gridExportWh[meter] ?? 0, mark },
    amountMicroCredit: allocation.reduce((sum, { amountMicroCredit }) => sum + amountMicroCredit, 0),
    feeMicroCredit: -received * SAMPLE_FEE,
    rule: 'neighbour-first',
    charterVersion: 1,
    settlement: settlementOf(book, meter, sampleDayOf(slot)),
    communityRingWh: book.totalsOfSlot(slot).ringWh,
    mark,
  }
}

/** The root of a settled day, and the path of one meter to it. */
export function settlementOf(
  book: SampleBook,
  meter: number,
  day: number,
): NonNullable<ResponseOf<'whySlot'>['settlement']> {
  const leaves = sampleMeters.map((_, i) => leafOf(book, i, day))
  const path = merklePath(leaves, meter).map(({ sibling, on }) => ({ sibling: hex(sibling), on }))
  const leaf = present(leaves[meter], 'a meter has its leaf')
  return {
    version: 1,
    firstSlot: sampleFirstSlotOf(day),
    slots: SLOTS_PER_UTC_DAY,
    root: hex(merkleRoot(leaves)),
    proofs: [{ meter: present(sampleMeters[meter], 'a member has a meter').id, leafDigest: hex(leaf), path }],
  }
}

function leafOf(book: SampleBook, meter: number, day: number): Uint8Array {
  const readings = book.slotsOf(day).map((slot) => {
    const { importWh, exportWh } = book.reading(meter, slot)
    return [importWh, exportWh]
  })
  return leafDigest(new TextEncoder().encode(JSON.stringify([sampleMeters[meter]?.id, day, readings])))
}

function isSampleRing(ring: string): ring is SampleRing {
  return sampleRings.some((one) => one === ring)
}
