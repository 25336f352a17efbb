import { z } from 'zod'

import { ledgerState } from './ledger-shapes.ts'
import {
  check,
  count,
  digest,
  epochMilliseconds,
  identifier,
  language,
  mark,
  memberName,
  microCredits,
  slotNumber,
  wattHours,
  wattHoursByRing,
} from './quantities.ts'

/**
 * Energy of the whole community: importWh = sharedWh + ownWh + gridImportWh, and the same for export. ringWh sums to
 * sharedWh.
 */
export const energyTotals = z
  .object({
    importWh: wattHours,
    exportWh: wattHours,
    ownWh: wattHours,
    sharedWh: wattHours,
    ringWh: wattHoursByRing,
    gridImportWh: wattHours,
    gridExportWh: wattHours,
    mark,
  })
  .meta({
    id: 'EnergyTotals',
    description: 'importWh = sharedWh + ownWh + gridImportWh, exportWh = sharedWh + ownWh + gridExportWh.',
  })

export const state = z
  .object({
    community: z.object({ id: identifier, name: z.string(), timezone: z.string() }),
    node: z.object({
      version: z.string(),
      mode: z.enum(['demo', 'node', 'member-box']),
      startedAt: epochMilliseconds,
    }),
    clock: z.object({
      nowMs: epochMilliseconds,
      slot: slotNumber,
      speed: z.number().positive().nullable().meta({ description: 'Of a played year; null is real time.' }),
    }),
    ledger: z.object({
      operations: count.nullable().meta({ description: 'Null on a member’s own box, which has no book.' }),
      state: ledgerState,
      lastSettledSlot: slotNumber.nullable(),
      certifiedUntilSlot: slotNumber.nullable(),
      sumMicroCredit: microCredits
        .nullable()
        .meta({ description: 'The sum of all balances: 0; null on a member’s own box.' }),
      settlementRoot: digest.nullable(),
      mark,
    }),
    meters: z
      .object({ total: count, reporting: count })
      .nullable()
      .meta({ description: 'Null on a member’s own box.' }),
    energy: z.object({
      lastSlot: energyTotals.nullable(),
      today: energyTotals.nullable(),
    }),
    checks: z.array(check).max(64),
  })
  .meta({
    id: 'State',
    description: 'What anyone may see. Energy is null below 5 meters, or when one meter has more than 40 %.',
  })

export const sessionClaim = z
  .strictObject({ token: z.string().min(16).max(256) })
  .meta({ id: 'SessionClaim', description: 'The token of a one-time link.' })

export const session = z
  .object({
    role: z.enum(['household', 'coordinator']).nullable(),
    member: memberName.nullable(),
    language: language.nullable(),
  })
  .meta({ id: 'Session', description: 'Who reads; role and member are null for anyone without a session.' })

export const languageChoice = z.strictObject({ language }).meta({ id: 'LanguageChoice' })

export const members = z.object({ members: z.array(memberName).max(131_072) }).meta({ id: 'Members' })
