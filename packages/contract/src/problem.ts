import { z } from 'zod'

import { contractRefusals, type RefusalCode } from './faults.ts'

/** All codes with which a route may refuse. */
export const refusalCodes: readonly RefusalCode[] = Object.keys(contractRefusals).filter(isRefusalCode)

/** A refusal as RFC 9457 sends it. `detail` is one sentence, `next` what to do about it, in the reader's language. */
export const problem = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained, relative to the node.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(refusalCodes),
    detail: z.string(),
    next: z.string(),
    fields: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .max(32)
      .optional()
      .meta({ description: 'What is wrong with which field of the request.' }),
    request: z.string().optional().meta({ description: 'Names the request in the node’s log.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457: what failed, and what to do next.' })

/** A refusal in words, as the node sends it. */
export type Problem = z.output<typeof problem>

/** Whether a text is the code of a refusal that this version of the contract knows. */
export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(contractRefusals, code)
}
