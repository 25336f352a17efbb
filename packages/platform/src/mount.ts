import { ACCOUNT_LINES_MAX, API_PREFIX, isRouteName, routes, type Route, type RouteName } from '@tri/contract'
import { must, type Outcome } from '@tri/units'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

import { asksForTable, sendFile, sendProblem, sendTable, type Input } from './answers.ts'
import { sessionToken } from './door.ts'
import { PLATFORM_ROUTES } from './ports.ts'
import type { FileAnswer, HandledRoute, HandlerRefusal, Handlers, Log, Reader } from './ports.ts'
import { troubleFor, type Trouble } from './problems.ts'
import type { Sessions } from './sessions.ts'
import { isRow } from './table.ts'

/** What the routes stand on. */
export interface Ground {
  readonly handlers: Handlers
  readonly sessions: Sessions
  readonly log: Log
  /** Aborted when the server closes. */
  readonly stopping: AbortSignal
}

// Inside, one signature stands for all handlers: the table of routes says which shapes each takes and gives, the
// validator has parsed the input by then, and the serializer holds the answer against its shape.
type AnyHandler = (
  reader: Reader | undefined,
  input: Input,
  signal: AbortSignal,
) => Outcome<unknown, HandlerRefusal> | Promise<Outcome<unknown, HandlerRefusal>>

const NO_QUERY = z.strictObject({})

/** Mounts every route that has a handler. */
export function mountHandlers(app: FastifyInstance, ground: Ground): void {
  for (const name of Object.keys(routes).filter(isRouteName)) {
    if (isHandled(name)) mountHandler(app, ground, name)
  }
}

/** The framework's form of a route of the contract. */
export function mountable(name: keyof typeof routes): {
  readonly method: Route['method']
  readonly url: string
  readonly exposeHeadRoute: boolean
  readonly schema: Record<string, unknown>
} {
  const route: Route = routes[name]
  const { params, query, headers, body } = route
  return {
    method: route.method,
    // A stream has no end to be asked for without it.
    exposeHeadRoute: route.method === 'GET' && route.answers !== 'stream',
    url: API_PREFIX + route.path.replace(/\{(\w+)\}/g, ':$1'),
    schema: {
      ...(params === undefined ? {} : { params }),
      // A query that a route does not know is refused, not passed over: a misspelt `untill` would answer wrongly.
      querystring: query ?? NO_QUERY,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(route.answers === 'json' ? { response: { [route.status]: route.response } } : {}),
    },
  }
}

/** Why this reader may not call this route. */
export function accessTrouble(access: Route['access'], reader: Reader | undefined): Trouble | undefined {
  if (access === 'public') return undefined
  if (reader === undefined) return { code: 'not-signed-in' }
  if (access === 'coordinator' && reader.role !== 'coordinator') return { code: 'not-allowed' }
  return undefined
}

/** The session that a request comes with. */
export function readerOf(request: FastifyRequest, sessions: Sessions): Reader | undefined {
  const token = sessionToken(request)
  return token === undefined ? undefined : sessions.reader(token)
}

/** Lets a route be called by those only whom its data names, before anything of the request is parsed. */
export function accessCheck(access: Route['access'], sessions: Sessions) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const reader = readerOf(request, sessions)
    const trouble = accessTrouble(access, reader)
    return trouble === undefined ? undefined : sendProblem(request, reply, trouble, reader?.language)
  }
}

function mountHandler(app: FastifyInstance, ground: Ground, name: HandledRoute): void {
  const route: Route = routes[name]
  const handler: unknown = ground.handlers[name]
  must(isHandler(handler), 'each route has its handler', { route: name })
  app.route({
    ...mountable(name),
    onRequest: accessCheck(route.access, ground.sessions),
    handler: async (request, reply) => {
      const reader = readerOf(request, ground.sessions)
      const signal = AbortSignal.any([ground.stopping, closingOf(reply)])
      const input = inputOf(request, route)
      const isTable = asksForTable(input)
      const ask = async (query: Input) => handler(reader, withQuery(input, query), signal)
      const outcome = isTable ? await ask({ limit: ACCOUNT_LINES_MAX }) : await handler(reader, input, signal)
      if (!outcome.ok) return sendProblem(request, reply, troubleFor(outcome.refusal), reader?.language)
      const { value } = outcome
      if (!isOwners(route, value, reader)) {
        ground.log.error({ route: name }, 'an answer that belongs to another member was held back')
        return sendProblem(request, reply, { code: 'not-found' }, reader?.language)
      }
      reply.code(route.status)
      if (route.answers === 'file') {
        must(isFile(value), 'a download is a file', { route: name })
        return sendFile(reply, value)
      }
      if (isTable)
        return sendTable(request, reply, {
          name,
          first: value,
          ask: async (more) => ask({ limit: ACCOUNT_LINES_MAX, ...more }),
        })
      return reply.send(value)
    },
  })
}

function isHandled(name: RouteName): name is HandledRoute {
  const own: readonly string[] = PLATFORM_ROUTES
  return !own.includes(name)
}

function isHandler(handler: unknown): handler is AnyHandler {
  return typeof handler === 'function'
}

function isFile(value: unknown): value is FileAnswer {
  return (
    isRow(value) &&
    typeof value['fileName'] === 'string' &&
    typeof value['mediaType'] === 'string' &&
    'bytes' in value
  )
}

/** Whether an answer may go to this reader: what belongs to a member goes to nobody else, even if a handler erred. */
function isOwners(route: Route, value: unknown, reader: Reader | undefined): boolean {
  if (route.scope !== 'own') return true
  return isRow(value) && reader !== undefined && value['member'] === reader.member
}

function inputOf(request: FastifyRequest, route: Route): Input {
  return {
    ...(route.params === undefined ? {} : { params: request.params }),
    ...(route.query === undefined ? {} : { query: request.query }),
    ...(route.headers === undefined ? {} : { headers: request.headers }),
    ...(route.body === undefined ? {} : { body: request.body }),
  }
}

function withQuery(input: Input, more: Input): Input {
  const { query } = input
  return { ...input, query: { ...(isRow(query) ? query : {}), ...more } }
}

function closingOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    gone.abort()
  })
  return gone.signal
}
