import { z } from 'zod'

import {
  count,
  digest,
  epochMilliseconds,
  identifier,
  localDate,
  mark,
  memberName,
  microCredits,
  microCreditsPerWattHour,
  operationStanding,
  quality,
  refusalSentences,
  ring,
  ruleName,
  slotNumber,
  wattHours,
  wattHoursByRing,
} from './quantities.ts'

/** Characters of the note on a payment. */
export const MEMO_CHARACTERS_MAX = 140

export const accountLine = z
  .object({
    id: identifier,
    at: epochMilliseconds,
    kind: z.enum(['energy', 'fee', 'payment', 'hold', 'correction']),
    text: z
      .enum([
        'energy-given',
        'energy-received',
        'energy-both',
        'fee-paid',
        'fee-earned',
        'payment-sent',
        'payment-received',
        'hold-placed',
        'hold-released',
        'hold-captured',
        'restated',
      ])
      .meta({ description: 'What the line says; the page has the sentence.' }),
    ring: ring.nullable(),
    day: localDate.nullable(),
    givenWh: wattHours.nullable(),
    receivedWh: wattHours.nullable(),
    amountMicroCredit: microCredits,
    feeMicroCredit: microCredits.meta({ description: 'The part of the amount that is the community’s fee.' }),
    balanceMicroCredit: microCredits.meta({ description: 'After this line.' }),
    counterpart: memberName.nullable(),
    memo: z.string().max(MEMO_CHARACTERS_MAX).nullable(),
    receipt: identifier.nullable(),
    mark,
  })
  .meta({ id: 'AccountLine' })

export const receipt = z
  .object({
    id: identifier,
    member: identifier.meta({ description: 'The reader: payer or payee.' }),
    at: epochMilliseconds,
    from: memberName,
    to: memberName,
    amountMicroCredit: microCredits,
    memo: z.string().max(MEMO_CHARACTERS_MAX),
    balanceMicroCredit: microCredits
      .nullable()
      .meta({ description: 'The reader’s, after it; null until the payment is final.' }),
    operationDigest: digest.nullable().meta({
      description: 'Null on a member’s own box for a payment that she got: it has not seen the signed bytes.',
    }),
    standing: operationStanding,
    refusal: refusalSentences.nullable(),
    mark,
  })
  .meta({ id: 'Receipt' })

export const account = z
  .object({
    member: identifier,
    balanceMicroCredit: microCredits,
    availableMicroCredit: microCredits.meta({
      description: 'What may still be paid: balance plus limit less holds and promises.',
    }),
    promisedMicroCredit: microCredits.meta({ description: 'Of payments that are not final yet.' }),
    promised: z
      .array(receipt)
      .max(10_000)
      .meta({ description: 'Payments on their way, and those refused within a month; newest first.' }),
    lines: z.array(accountLine).max(500).meta({ description: 'Newest first.' }),
    nextCursor: z.string().nullable(),
    mark,
  })
  .meta({ id: 'Account' })

export const whyDaySlot = z
  .object({
    slot: slotNumber,
    givenWh: wattHours,
    receivedWh: wattHours,
    priceMicroCreditPerWh: microCreditsPerWattHour,
    amountMicroCredit: microCredits,
    version: count,
    mark,
  })
  .meta({ id: 'WhyDaySlot' })

/** The sums are the sums of the slots, and equal the line of the account that led here. */
export const whyDay = z
  .object({
    member: identifier,
    date: localDate,
    ring,
    priceMicroCreditPerWh: microCreditsPerWattHour
      .nullable()
      .meta({ description: 'Null when the charter changed within the day: then see the slots.' }),
    givenWh: wattHours,
    receivedWh: wattHours,
    amountMicroCredit: microCredits.meta({
      description: '(givenWh - receivedWh) x price, the fee left out.',
    }),
    feeMicroCredit: microCredits,
    slots: z.array(whyDaySlot).max(100),
    mark,
  })
  .meta({ id: 'WhyDay' })

export const signedReading = z
  .object({
    meter: identifier,
    importWh: wattHours,
    exportWh: wattHours,
    quality,
    signer: z.object({ id: identifier, role: z.enum(['household', 'coordinator']) }).nullable(),
    statementDigest: digest.nullable(),
    receivedAt: epochMilliseconds.nullable(),
    mark,
  })
  .meta({ id: 'SignedReading' })

export const ringAllocation = z
  .object({
    ring,
    givenWh: wattHours,
    receivedWh: wattHours,
    priceMicroCreditPerWh: microCreditsPerWattHour,
    amountMicroCredit: microCredits,
    mark,
  })
  .meta({ id: 'RingAllocation' })

/** What leads from a meter's columns to the root that everyone holds. */
export const settlementProof = z
  .object({
    meter: identifier,
    leafDigest: digest,
    path: z.array(z.object({ sibling: digest, on: z.enum(['left', 'right']) })).max(64),
  })
  .meta({ id: 'SettlementProof' })

export const whySlot = z
  .object({
    member: identifier,
    slot: slotNumber,
    readings: z.array(signedReading).max(1024),
    allocation: z.array(ringAllocation).max(8),
    ownWh: wattHours,
    grid: z.object({ importWh: wattHours, exportWh: wattHours, mark }),
    amountMicroCredit: microCredits,
    feeMicroCredit: microCredits,
    rule: ruleName,
    charterVersion: count,
    settlement: z
      .object({
        version: count,
        firstSlot: slotNumber,
        slots: count,
        root: digest,
        proofs: z.array(settlementProof).max(1024),
      })
      .nullable()
      .meta({ description: 'Null until the slot is settled.' }),
    communityRingWh: wattHoursByRing.nullable(),
    mark,
  })
  .meta({ id: 'WhySlot' })

export const payment = z
  .strictObject({
    to: identifier,
    amountMicroCredit: microCredits.min(1),
    memo: z.string().max(MEMO_CHARACTERS_MAX).default(''),
  })
  .meta({ id: 'Payment' })
