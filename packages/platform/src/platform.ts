import type { MemberName } from '@tri/contract'
import type { Outcome } from '@tri/units'
import { fastify, type FastifyInstance } from 'fastify'

import { sendProblem } from './answers.ts'
import { serveApiDocuments } from './api-documents.ts'
import { troubleAtTheDoor, withSafeHeaders } from './door.ts'
import { listenOn, type Address, type PortInUse } from './listen.ts'
import { openLiveStream, type Announcement, type LiveStream } from './live-stream.ts'
import { serveMetrics, type MetricsPort } from './metrics.ts'
import { mountHandlers, readerOf } from './mount.ts'
import type { Clock, Handlers, Log, Reader } from './ports.ts'
import { troubleOf } from './problems.ts'
import { mountSessions } from './session-routes.ts'
import type { SessionStore } from './session-store.ts'
import { parseByShape, writeByShape } from './shapes.ts'
import { openSessions, type Sessions } from './sessions.ts'
import { readWebFiles, serveWebFiles } from './web-files.ts'

/** Bytes of a request's body; our largest is an objection with its reason. */
export const BODY_BYTES_MAX = 65_536
/** Connections at a time; a further one is closed at once. */
export const CONNECTIONS_MAX = 1024
/** How long a request may take to arrive. */
const REQUEST_MS_MAX = 30_000
/** How long an idle connection is kept. */
const IDLE_MS_MAX = 65_000

/** What the door stands on; all of it is handed in. */
export interface PlatformPorts {
  readonly handlers: Handlers
  readonly sessions: SessionStore
  readonly clock: Clock
  readonly log: Log
  /** That many bytes of the system's randomness, for tokens. */
  readonly random: (bytes: number) => Uint8Array
  /** How other members see this one; undefined when she is no member (any more). */
  readonly memberName: (member: string) => MemberName | undefined
  /** Figures for a monitor, at `/metrics`; without it there is no such address. */
  readonly metrics?: MetricsPort
  /** The folder of the built pages; without it only the API answers. */
  readonly webRoot?: string
  /** Names under which the node answers, besides `localhost` and plain addresses. */
  readonly names?: readonly string[]
}

/** What a test sends without a socket. */
export interface Injected {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly headers?: Record<string, string>
  readonly payload?: string
}

/** What a test gets back without a socket. */
export interface InjectedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>
  readonly body: string
}

/** An open door: give out links, tell what happened, listen, and close. */
export interface Platform extends AsyncDisposable {
  /**
   * Begins to answer, on this machine only unless another host is given.
   *
   * @returns refused with `port-in-use` and the next free port when the port belongs to another program
   */
  listen(at: { readonly host?: string; readonly port: number }): Promise<Outcome<Address, PortInUse>>
  /** A path that opens one session, once, within its time; the token stands behind `#`, where no log sees it. */
  oneTimePath(of: Pick<Reader, 'role' | 'member'>, validMs?: number): string
  /** Tells live pages what happened: all of them, or those of one member. */
  announce(event: Announcement): void
  inject(request: Injected): Promise<InjectedAnswer>
  close(): Promise<void>
}

/**
 * The node's door: routes, sessions, live stream and pages over handlers that are handed in.
 *
 * @returns a platform that answers `inject` at once and sockets after `listen`; close it, or use `await using`
 */
export async function openPlatform(ports: PlatformPorts): Promise<Platform> {
  const stopping = new AbortController()
  const { handlers, clock, log } = ports
  const app = newApp()
  const sessions = openSessions({ store: ports.sessions, clock, random: ports.random })
  const live = openLiveStream({ handlers, clock, log, stopping: stopping.signal })

  guard(app, ports, sessions)
  mountHandlers(app, { handlers, sessions, log, stopping: stopping.signal })
  mountSessions(app, { sessions, live, memberName: ports.memberName })
  serveApiDocuments(app)
  if (ports.metrics !== undefined) serveMetrics(app, ports.metrics)
  const files = ports.webRoot === undefined ? new Map() : await readWebFiles(ports.webRoot)
  serveWebFiles(app, files, (request, reply) => sendProblem(request, reply, { code: 'not-found' }))
  await app.ready()
  return platformOf(app, { sessions, live, stopping })
}

function platformOf(
  app: FastifyInstance,
  inner: { readonly sessions: Sessions; readonly live: LiveStream; readonly stopping: AbortController },
): Platform {
  const close = async () => {
    inner.stopping.abort()
    inner.live.close()
    await app.close()
  }
  return {
    listen: async ({ host = '127.0.0.1', port }) => listenOn(app, { host, port }),
    oneTimePath: (of, validMs) => `/open#${inner.sessions.link(of, validMs)}`,
    announce: (event) => {
      inner.live.announce(event)
    },
    async inject(request) {
      const answer = await app.inject(request)
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function newApp(): FastifyInstance {
  let request = 0
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: IDLE_MS_MAX,
    forceCloseConnections: true,
    return503OnClosing: true,
    genReqId: () => {
      request += 1
      return `r${request.toString(36)}`
    },
  })
  app.server.maxConnections = CONNECTIONS_MAX
  app.setValidatorCompiler(parseByShape)
  app.setSerializerCompiler(writeByShape)
  // Only JSON is read: a form of another site can send plain text without asking first.
  app.removeContentTypeParser('text/plain')
  return app
}

function guard(app: FastifyInstance, { names = [], clock, log }: PlatformPorts, sessions: Sessions): void {
  const known = new Set(names.map((name) => name.toLowerCase()))
  withSafeHeaders(app)
  app.addHook('onRequest', async (request, reply) => {
    const trouble = troubleAtTheDoor(request, known)
    return trouble === undefined ? undefined : sendProblem(request, reply, trouble)
  })
  const begun = new WeakMap<object, number>()
  app.addHook('onRequest', async (request) => void begun.set(request, clock.nowMs()))
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the address: an address names days and receipts.
    const route = request.routeOptions.url ?? 'page'
    const tookMs = clock.nowMs() - (begun.get(request) ?? clock.nowMs())
    log.info(
      { request: request.id, method: request.method, route, status: reply.statusCode, tookMs },
      'answered',
    )
  })
  app.setErrorHandler((error, request, reply) => {
    const trouble = troubleOf(error)
    if (trouble.code === 'node-failed')
      log.error(
        { request: request.id, route: request.routeOptions.url, fault: faultOf(error) },
        'a request failed',
      )
    return sendProblem(request, reply, trouble, readerOf(request, sessions)?.language)
  })
}

// The message of an answer that did not fit its shape quotes the answer: only where it happened goes to the log.
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [`${error.name} ${code}`.trim(), ...frames].join('\n')
}
