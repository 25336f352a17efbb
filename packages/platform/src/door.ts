import { isIP } from 'node:net'

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import type { Trouble } from './problems.ts'

/** No page of ours needs anything from elsewhere, and none may be framed. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const ALWAYS = {
  // Whatever is about somebody is not kept by anything in between; pages say otherwise for themselves.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

/** Puts the headers that every answer carries. */
export function withSafeHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(ALWAYS)
    reply.header('content-security-policy', PAGE_POLICY)
  })
}

/** The headers of an answer that leaves past the framework. */
export function safeHeaders(): Readonly<Record<string, string>> {
  return { ...ALWAYS, 'content-security-policy': PAGE_POLICY }
}

/**
 * What speaks against a request before it is looked at: a name that is not this node's (another site may point its own
 * name at this address, and its pages would then pass for ours), or a write that comes from another site's page.
 *
 * @param names the names under which the node answers, besides `localhost` and plain addresses. An address cannot be
 *              pointed elsewhere, so it is always good
 */
export function troubleAtTheDoor(request: FastifyRequest, names: ReadonlySet<string>): Trouble | undefined {
  const host = request.headers.host ?? ''
  const name = hostName(host)
  if (name === undefined || !(name === 'localhost' || isIP(name) !== 0 || names.has(name)))
    return { code: 'host-unknown', details: { host: name ?? '' } }
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const foreign =
    origin === undefined
      ? site !== undefined && site !== 'same-origin' && site !== 'none'
      : !isOwn(origin, host)
  return foreign ? { code: 'origin-foreign' } : undefined
}

/**
 * The name of the session's cookie. Cookies do not know ports, and two nodes on one machine must not end each other's
 * sessions.
 */
export function cookieName(request: FastifyRequest): string {
  return `tri_session_${/:(\d{1,5})$/.exec(request.headers.host ?? '')?.[1] ?? '80'}`
}

/** The token in the request's cookie. */
export function sessionToken(request: FastifyRequest): string | undefined {
  const name = cookieName(request)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=')
    if (key === name && value !== undefined && /^[\w-]{16,256}$/.test(value)) return value
  }
  return undefined
}

/** Hands out the session's cookie: out of reach of scripts and of other sites' pages. An empty token takes it back. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  validMs: number,
): void {
  const age = Math.floor(validMs / 1000)
  const secure = request.protocol === 'https' ? '; Secure' : ''
  reply.header(
    'set-cookie',
    `${cookieName(request)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`,
  )
}

function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

function hostName(host: string): string | undefined {
  const inBrackets = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1]
  const plain = /^([a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(host)?.[1]
  return inBrackets ?? plain?.toLowerCase()
}
