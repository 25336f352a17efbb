import { z } from 'zod'

import {
  check,
  count,
  digest,
  epochMilliseconds,
  identifier,
  localMonth,
  mark,
  memberName,
  microCredits,
  ruleName,
  share01,
  signedWattHours,
  slotNumber,
  wattHours,
} from './quantities.ts'
import { energyTotals } from './state-shapes.ts'

/** Characters of the reason of an objection. */
export const REASON_CHARACTERS_MAX = 1000

export const monthRow = z
  .object({
    month: localMonth,
    state: z
      .enum(['open', 'settled', 'published', 'certified', 'reopened'])
      .meta({ description: 'open: readings missing or days to come; settled: complete, not yet published.' }),
    firstSlot: slotNumber,
    slots: count,
    completeness01: share01,
    sharedWh: wattHours,
    version: count.nullable(),
    root: digest.nullable(),
    publishedAt: epochMilliseconds.nullable(),
    objectionsUntil: epochMilliseconds.nullable(),
    objections: count,
    mark,
  })
  .meta({ id: 'MonthRow' })

export const months = z
  .object({ months: z.array(monthRow).max(1200).meta({ description: 'Newest first.' }) })
  .meta({ id: 'Months' })

export const gap = z
  .object({
    meter: identifier,
    member: memberName,
    fromSlot: slotNumber,
    untilSlot: slotNumber,
    slots: count,
    fillable: z.boolean(),
  })
  .meta({ id: 'Gap', description: 'Readings of one meter that are missing in [fromSlot, untilSlot).' })

export const monthCheck = z
  .object({
    month: localMonth,
    completeness01: share01,
    expected: count,
    measured: count,
    substituted: count,
    estimated: count,
    missing: count,
    gaps: z.array(gap).max(10_000),
    rules: z.array(ruleName).max(32).meta({ description: 'Substitution rules to choose from.' }),
    ready: z.boolean().meta({ description: 'Nothing is missing: the month may be published.' }),
    mark,
  })
  .meta({ id: 'MonthCheck', description: 'Counts are meter-slots.' })

export const substitution = z.strictObject({ rule: ruleName }).meta({ id: 'Substitution' })

export const previewMember = z
  .object({
    member: memberName,
    importWh: wattHours,
    exportWh: wattHours,
    sharedGivenWh: wattHours,
    sharedReceivedWh: wattHours,
    creditMicroCredit: microCredits,
    changeMicroCredit: microCredits.meta({ description: 'Versus the rule in force.' }),
    mark,
  })
  .meta({ id: 'PreviewMember' })

export const monthPreview = z
  .object({
    month: localMonth,
    rule: ruleName,
    inForce: ruleName,
    rules: z.array(ruleName).max(32).meta({ description: 'Sharing rules to choose from.' }),
    totals: energyTotals,
    lossWeightedWhOhm: z.number().min(0),
    sumMicroCredit: microCredits,
    members: z.array(previewMember).max(131_072),
    mark,
  })
  .meta({ id: 'MonthPreview' })

export const publication = z
  .object({
    month: localMonth,
    version: count,
    root: digest,
    publishedAt: epochMilliseconds,
    objectionsUntil: epochMilliseconds,
    statements: count.meta({ description: 'Members who got one.' }),
    mark,
  })
  .meta({ id: 'Publication' })

export const verification = z
  .object({
    month: localMonth,
    ok: z.boolean(),
    meters: count,
    members: count,
    slots: count,
    residualWh: signedWattHours.meta({ description: 'import + shared + export that do not balance: 0.' }),
    sumMicroCredit: microCredits.meta({ description: 'The sum of all balances: 0.' }),
    root: digest.meta({ description: 'Recomputed from the readings.' }),
    recordedRoot: digest.nullable(),
    version: count.nullable(),
    checks: z.array(check).max(64),
    mark,
  })
  .meta({ id: 'Verification' })

export const objectionRequest = z
  .strictObject({
    month: localMonth,
    slot: slotNumber.nullable().default(null),
    reason: z.string().trim().min(1).max(REASON_CHARACTERS_MAX),
  })
  .meta({ id: 'ObjectionRequest' })

export const objection = z
  .object({
    id: identifier,
    member: identifier,
    month: localMonth,
    slot: slotNumber.nullable(),
    reason: z.string(),
    at: epochMilliseconds,
    state: z.enum(['open', 'answered']),
  })
  .meta({ id: 'Objection' })

export const objections = z.object({ objections: z.array(objection).max(10_000) }).meta({ id: 'Objections' })
