import { Readable } from 'node:stream'

import { routes, type Language, type Route } from '@tri/contract'
import { must, type Outcome } from '@tri/units'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import type { FileAnswer, HandledRoute, HandlerRefusal } from './ports.ts'
import { PROBLEM_MEDIA_TYPE, problemOf, troubleFor, type Trouble } from './problems.ts'
import { columnsOf, csvOf, isRow, TABLE_LINES_MAX } from './table.ts'

/** The rows of answers that can be had as a table, by route. */
const TABLES = {
  homeDay: { field: 'slots', row: routes.homeDay.response.shape.slots.element },
  account: { field: 'lines', row: routes.account.response.shape.lines.element },
} as const

/** What a handler is called with, once the validator has parsed it. */
export type Input = Readonly<Record<string, unknown>>

/** Sends a refusal as a problem document, in the reader's language. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  trouble: Trouble,
  chosen?: Language,
): FastifyReply {
  const language = chosen ?? wishedLanguage(request)
  const document = problemOf(trouble, language, request.id)
  const waitS = trouble.details?.['waitS']
  if (typeof waitS === 'number') reply.header('retry-after', waitS)
  return reply
    .code(document.status)
    .header('content-language', language)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer((value: unknown) => JSON.stringify(value))
    .send(document)
}

/** Sends bytes to keep, under a name that is safe in a header. */
export function sendFile(reply: FastifyReply, file: FileAnswer): FastifyReply {
  const name = file.fileName.replace(/[^\w.-]/g, '_')
  reply.type(file.mediaType).header('content-disposition', `attachment; filename="${name}"`)
  return reply.send(file.bytes instanceof Uint8Array ? Buffer.from(file.bytes) : Readable.from(file.bytes))
}

/** Whether a request wants the rows of its answer as CSV. */
export function asksForTable(input: Input): boolean {
  const { query } = input
  return isRow(query) && query['format'] === 'csv'
}

/** One answer of a handler after another, from a cursor on. */
type Ask = (query: Input) => Promise<Outcome<unknown, HandlerRefusal>>

/**
 * Sends the rows of a route's answer as CSV. It is made from the JSON answer, page after page: the same figure cannot
 * differ between the two.
 */
export async function sendTable(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { readonly name: HandledRoute; readonly first: unknown; readonly ask: Ask },
): Promise<FastifyReply> {
  must(asked.name === 'homeDay' || asked.name === 'account', 'a route that offers a table has rows')
  const { field, row } = TABLES[asked.name]
  const route: Route = routes[asked.name]
  const rows: Readonly<Record<string, unknown>>[] = []
  let page: unknown = asked.first
  for (;;) {
    const answer = z.encode(route.response, page)
    must(isRow(answer), 'an answer with rows is an object')
    must(isRow(asked.first) && answer['member'] === asked.first['member'], 'a table is of one member')
    const lines = answer[field]
    must(Array.isArray(lines), 'an answer with rows has its list of them')
    rows.push(...lines.filter(isRow))
    if (rows.length > TABLE_LINES_MAX) return sendProblem(request, reply, { code: 'table-too-long' })
    const cursor = answer['nextCursor']
    if (typeof cursor !== 'string') break
    const outcome = await asked.ask({ cursor })
    if (!outcome.ok) return sendProblem(request, reply, troubleFor(outcome.refusal))
    page = outcome.value
  }
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${asked.name}.csv"`)
    .serializer((text: unknown) => String(text))
    .send(csvOf(columnsOf(row), rows))
}

/** The language a browser asks for: the first of ours that it names, or English. */
export function wishedLanguage(request: FastifyRequest): Language {
  const wished = /(?:^|,)\s*(en|it)\b/i.exec(request.headers['accept-language'] ?? '')
  return wished?.[1]?.toLowerCase() === 'it' ? 'it' : 'en'
}
