import { accept, must, refuse, type Outcome } from '@tri/units'

import { API_PREFIX, isRouteName, paths, type RouteName } from './paths.ts'
import type { Problem } from './problem.ts'
import type { RequestOf, ResponseOf } from './types.ts'

/** The part of `fetch` that the client needs. */
export type FetchLike = (
  url: string,
  request: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
    readonly signal?: AbortSignal
  },
) => Promise<{
  readonly ok: boolean
  readonly status: number
  readonly headers: { get(name: string): string | null }
  json(): Promise<unknown>
}>

/** Routes whose answer is JSON; files and the stream are opened by their address (`addressOf`). */
export type CallableRoute = Exclude<RouteName, 'monthBundle' | 'myProof' | 'events'>

type Arguments<Name extends RouteName> =
  Partial<RequestOf<Name>> extends RequestOf<Name>
    ? readonly [request?: RequestOf<Name>, signal?: AbortSignal]
    : readonly [request: RequestOf<Name>, signal?: AbortSignal]

/** One function a route. */
export type ApiClient = {
  readonly [Name in CallableRoute]: (...given: Arguments<Name>) => Promise<Outcome<ResponseOf<Name>, Problem>>
}

interface LooseRequest {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * A client with one typed function a route, for the browser and the command line.
 *
 * @param fetchLike `fetch`, or something that behaves like it
 * @param origin    such as `http://localhost:8080`; empty for a page of the node itself
 * @returns         outcomes: the answer, or the problem the node sent. A node that cannot be reached is the problem
 *                  `node-unreachable`; an aborted call rejects, as `fetch` does
 */
export function apiClient(fetchLike: FetchLike, origin = ''): ApiClient {
  const calls = callable.map((name) => [
    name,
    async (request: LooseRequest = {}, signal?: AbortSignal) =>
      call(fetchLike, origin, name, request, signal),
  ])
  const client: unknown = Object.fromEntries(calls)
  must(isClient(client), 'the client has a function for each route')
  return client
}

/**
 * The address of a route, for links, downloads and `EventSource`.
 *
 * @param request its `params` and `query`
 */
export function addressOf<Name extends RouteName>(name: Name, ...given: Arguments<Name>): string {
  const request: LooseRequest = given[0] ?? {}
  return addressFor(name, request)
}

const callable: readonly CallableRoute[] = Object.keys(paths)
  .filter(isRouteName)
  .filter((name) => name !== 'monthBundle' && name !== 'myProof' && name !== 'events')

function isClient(client: unknown): client is ApiClient {
  return (
    typeof client === 'object' && client !== null && callable.every((name) => Object.hasOwn(client, name))
  )
}

function addressFor(name: RouteName, request: LooseRequest): string {
  const path = paths[name].path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(text(request.params?.[parameter])),
  )
  const query = new URLSearchParams()
  for (const [field, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.append(field, text(value))
  }
  const asked = query.toString()
  return `${API_PREFIX}${path}${asked === '' ? '' : `?${asked}`}`
}

async function call(
  fetchLike: FetchLike,
  origin: string,
  name: CallableRoute,
  request: LooseRequest,
  signal: AbortSignal | undefined,
): Promise<Outcome<unknown, Problem>> {
  const hasBody = request.body !== undefined
  try {
    const response = await fetchLike(origin + addressFor(name, request), {
      method: paths[name].method,
      headers: {
        accept: 'application/json',
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...request.headers,
      },
      ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
      ...(signal === undefined ? {} : { signal }),
    })
    const answer = await response.json()
    if (response.ok) return accept(answer)
    return refuse(isProblem(answer) ? answer : unreachable(`HTTP ${response.status}`))
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    return refuse(unreachable(String(cause)))
  }
}

function isProblem(answer: unknown): answer is Problem {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    typeof answer.code === 'string' &&
    'status' in answer &&
    'detail' in answer &&
    'next' in answer
  )
}

function unreachable(reason: string): Problem {
  return {
    type: '/api/docs#node-unreachable',
    title: 'node-unreachable',
    status: 503,
    code: 'node-unreachable',
    detail: reason,
    next: 'tri status',
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
