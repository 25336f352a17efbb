import { SLOT_MAX } from '@tri/units'
import { z } from 'zod'

// Quantities are plain numbers on the wire, so each field's name ends in its unit. The components below give the
// units and signs once, and OpenAPI readers find them by name.

const safe = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }

/** Energy in Wh; exact; zero or more. */
export const wattHours = z
  .int()
  .min(0)
  .max(safe.max)
  .meta({ id: 'WattHour', description: 'Energy in Wh, exact.' })

/** Energy in Wh with a sign. */
export const signedWattHours = z
  .int()
  .min(safe.min)
  .max(safe.max)
  .meta({ id: 'SignedWattHour', description: 'Energy in Wh, exact; the sign is told by the field.' })

/** Power in W; zero or more. */
export const watts = z.number().min(0).meta({ id: 'Watt', description: 'Power in W.' })

/** Power in W with a sign. */
export const signedWatts = z
  .number()
  .meta({ id: 'SignedWatt', description: 'Power in W; into the household is positive.' })

/** Credit in µCC, exact; what a member earns is positive. */
export const microCredits = z
  .int()
  .min(safe.min)
  .max(safe.max)
  .meta({ id: 'MicroCredit', description: 'Credit in µCC, exact; 1 CC = 1 000 000 µCC.' })

/** A price in µCC per Wh. */
export const microCreditsPerWattHour = z
  .int()
  .min(safe.min)
  .max(safe.max)
  .meta({ id: 'MicroCreditPerWattHour', description: 'Price in µCC per Wh; 0.12 CC/kWh is 120.' })

/** A part of a whole, from 0 to 1. */
export const share01 = z
  .number()
  .min(0)
  .max(1)
  .meta({ id: 'Share', description: 'A part of a whole, 0 to 1.' })

/** A whole number, zero or more. */
export const count = z.int().min(0).max(safe.max).meta({ id: 'Count', description: 'How many.' })

/** A quarter hour counted from 1970 in UTC. */
export const slotNumber = z
  .int()
  .min(0)
  .max(SLOT_MAX)
  .meta({ id: 'Slot', description: 'A quarter hour, counted from 1970-01-01T00:00Z.' })

/** An instant in ms since 1970 in UTC. */
export const epochMilliseconds = z
  .int()
  .min(0)
  .max(safe.max)
  .meta({ id: 'EpochMs', description: 'Milliseconds since 1970-01-01T00:00Z.' })

/** A day in the community's time zone: it has 92, 96 or 100 slots. */
export const localDate = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .meta({ id: 'LocalDate', description: 'A day in the community’s time zone, YYYY-MM-DD.' })

/** A month in the community's time zone. */
export const localMonth = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .meta({ id: 'LocalMonth', description: 'A month in the community’s time zone, YYYY-MM.' })

/** An SHA-256 digest in hexadecimal. */
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'Digest', description: 'SHA-256 in hexadecimal.' })

/**
 * How far a value is from final. A measurement is live, provisional or certified: can it still be measured otherwise? What
 * somebody did is promised, final or refused: have the stewards agreed on it? docs/decisions/0014
 */
export const mark = z.enum(['live', 'provisional', 'certified', 'promised', 'final', 'refused']).meta({
  id: 'Mark',
  description:
    'Of what is measured: live: measured now; provisional: settled, open to objection; certified: closed. Of what is done: promised: a steward has taken it; final: the stewards agreed on it, nothing changes it; refused: it came to nothing.',
})

/** Where an operation stands: taken by a steward, agreed on by the stewards, or refused by the rules. */
export const operationStanding = z.enum(['accepted', 'final', 'refused']).meta({
  id: 'OperationStanding',
  description:
    'accepted: a steward has taken it, it may still be refused; final: the stewards agreed on it; refused: it came to nothing.',
})

/** Why an operation was refused, in both languages: what reads it may have no session. */
export const refusalSentences = z
  .object({ code: z.string(), en: z.string(), it: z.string() })
  .meta({ id: 'RefusalSentences', description: 'The rule that was broken, and its sentence.' })

/** Where a reading comes from. */
export const quality = z
  .enum(['missing', 'measured', 'substituted', 'estimated'])
  .meta({ id: 'Quality', description: 'Where a reading comes from.' })

/** The distance class of a match, nearest first; grid is what was not matched. */
export const ring = z
  .enum(['home', 'building', 'street', 'transformer', 'substation', 'federation', 'grid'])
  .meta({
    id: 'Ring',
    description: 'Distance class of a match, nearest first; grid is what was not matched.',
  })

/** Wh by ring; a ring in which nothing was matched may be left out. */
export const wattHoursByRing = z.partialRecord(ring, wattHours).meta({
  id: 'WattHoursByRing',
  description:
    'Wh by ring; a ring left out has none, or too few meters stand behind it: the sum beside it has its part.',
})

/** The name of a thing within the community: member, meter, network node, receipt. */
export const identifier = z
  .string()
  .min(1)
  .max(128)
  .meta({ id: 'Identifier', description: 'Names one thing within the community.' })

/** The name of a sharing or substitution rule. */
export const ruleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .meta({ id: 'RuleName', description: 'A sharing or substitution rule, as in docs/maths.' })

/** The reader's language. */
export const language = z.enum(['en', 'it']).meta({ id: 'Language' })

export const memberKind = z
  .enum(['household', 'business', 'municipality', 'cooperative', 'community'])
  .meta({ id: 'MemberKind' })

/** A member as other members see it. */
export const memberName = z
  .object({ id: identifier, name: z.string().nullable(), kind: memberKind })
  .meta({ id: 'MemberName', description: 'A member as other members see it.' })

/** One comparison the node made with itself. */
export const check = z
  .object({ name: z.string(), ok: z.boolean() })
  .meta({ id: 'Check', description: 'One comparison the node made with itself.' })
