import { Fault } from '@tri/units'
import { z } from 'zod'

import { BOOK_FORMAT, type BookLine } from './export-book.ts'

const base64 = z.base64()
const hexadecimal = z.string().regex(/^(?:[0-9a-f]{2})*$/)
const whole = z.int().min(0)
const signed = { bytes: base64, signature: base64 }

const lineShape = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('book'), format: z.literal(BOOK_FORMAT), community: z.string() }),
  z.strictObject({ is: z.literal('operation'), sequence: whole, ...signed }),
  z.strictObject({
    is: z.literal('block'),
    height: whole,
    time: whole,
    operations: z.array(z.strictObject(signed)),
    evidence: z.array(
      z.strictObject({
        kind: z.enum(['duplicate-vote', 'light-client-attack']),
        address: hexadecimal,
        height: whole,
        at: whole,
      }),
    ),
    stateRoot: hexadecimal,
    certificate: base64.optional(),
  }),
  z.strictObject({ is: z.literal('end'), height: whole, sequence: whole, certificate: base64.optional() }),
])

/** The line that JSON holds. @throws Fault `export-altered` */
export function bookLineFrom(content: unknown, line: number): BookLine {
  const read = lineShape.safeParse(content)
  if (!read.success) throw new Fault('export-altered', { line, reason: 'it is no line of a book' })
  return read.data
}
