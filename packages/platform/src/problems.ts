import { contractRefusals, isRefusalCode, type Language, type Problem, type RefusalCode } from '@tri/contract'
import { MICRO_CREDIT_PER_CREDIT, faultSentence, must, type FaultDetails } from '@tri/units'

import type { HandlerRefusal } from './ports.ts'
import { RequestMistake } from './shapes.ts'

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8'
/** Fields of a request whose mistakes are told; the rest are as wrong. */
const FIELDS_TOLD_MAX = 32

/** What is wrong with a request, before it is put into words. */
export interface Trouble {
  readonly code: RefusalCode
  readonly details?: FaultDetails
  readonly fields?: Problem['fields']
}

/** A refusal in words: one sentence, and what to do next, in the reader's language. */
export function problemOf(trouble: Trouble, language: Language, request: string): Problem {
  const { code, details = {}, fields } = trouble
  const { status, next } = contractRefusals[code]
  const named = { ...inCredits(details, language), request }
  return {
    type: `/api/docs#${code}`,
    title: code,
    status,
    code,
    detail: faultSentence(contractRefusals, code, named, language),
    next: faultSentence({ [code]: next }, code, named, language),
    ...(fields === undefined ? {} : { fields }),
    request,
  }
}

// People read credits, not millionths: 116,40 rather than 116400000.
function inCredits(details: FaultDetails, language: Language): FaultDetails {
  const format = new Intl.NumberFormat(language, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 6,
    useGrouping: 'always',
  })
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) =>
      name.endsWith('MicroCredit') && typeof value === 'number'
        ? [name, format.format(value / MICRO_CREDIT_PER_CREDIT)]
        : [name, value],
    ),
  )
}

/** The trouble behind an error of the web framework; anything unexpected is `node-failed`, and tells nothing more. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof RequestMistake) return malformed(error)
  const code = codeOf(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'body-too-large' }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'media-type-unknown' }
  const status = statusOf(error)
  if (status >= 400 && status < 500)
    return { code: 'request-malformed', details: { reason: 'it is not well formed' } }
  return { code: 'node-failed' }
}

/** The trouble of a handler's refusal. A code that the contract does not know is our own mistake. */
export function troubleFor(refusal: HandlerRefusal): Trouble {
  const { code, details } = refusal
  must(isRefusalCode(code), 'a handler refuses with a code of the contract', { code })
  return { code, ...(details === undefined ? {} : { details }) }
}

function malformed({ issues, validationContext = 'request' }: RequestMistake): Trouble {
  const part = validationContext === 'querystring' ? 'query' : validationContext
  const fields = issues
    .slice(0, FIELDS_TOLD_MAX)
    .map(({ path, message }) => ({ path: `${part}${path}`, message }))
  if (fields.some(({ path }) => path === 'headers/idempotency-key'))
    return { code: 'idempotency-key-missing', fields }
  const reason = fields.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return { code: 'request-malformed', details: { reason }, fields }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' ? status : 500
}
