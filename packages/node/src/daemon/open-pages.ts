import { existsSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'

import type { MemberName } from '@tri/contract'
import {
  openPlatform,
  systemClock,
  type Handlers,
  type Log,
  type Platform,
  type PlatformPorts,
} from '@tri/platform'
import { Fault } from '@tri/units'

import { openSessionStore } from '../sessions.ts'
import { systemRandom } from './open-node.ts'

/** A link that lets one reader in, once. */
export interface OneTimeLink {
  readonly for: string
  readonly url: string
  readonly expiresAt: number
}

/** Where a node listens. */
export interface ListenOptions {
  readonly port: number
  /** Listen beyond this machine. */
  readonly lan: boolean
  /** Let monitors on other machines read `/metrics`. */
  readonly metrics?: boolean
}

/** What pages are served from. */
export interface PagesPorts {
  readonly handlers: Handlers
  /** The file of the sessions. */
  readonly sessions: string
  readonly memberName: (member: string) => MemberName | undefined
  readonly log: Log
  readonly figures?: NonNullable<PlatformPorts['metrics']>['figures']
}

/** Pages, API and live stream that are being served. */
export interface OpenPages extends AsyncDisposable {
  readonly platform: Platform
  readonly url: string
  readonly port: number
  readonly linkFor: (member: string, role: 'household' | 'coordinator') => OneTimeLink
}

const LINK_VALID_MS = 24 * 3_600_000
const WEB_ROOT = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/**
 * Serves pages, API and live stream over handlers, until it is disposed of.
 *
 * @throws Fault `port-in-use`, `pages-not-built`
 */
export async function openPages(ports: PagesPorts, options: ListenOptions): Promise<OpenPages> {
  if (!existsSync(WEB_ROOT)) throw new Fault('pages-not-built')
  await using opening = new AsyncDisposableStack()
  const sessions = openSessionStore(ports.sessions)
  opening.defer(() => sessions.close())
  const { handlers, memberName, log, figures } = ports
  const platform = await openPlatform({
    handlers,
    sessions,
    clock: systemClock(),
    log,
    random: systemRandom,
    memberName,
    webRoot: WEB_ROOT,
    ...(figures === undefined ? {} : { metrics: { figures, isOpen: options.metrics === true } }),
    names: [hostname(), `${hostname()}.local`],
  })
  opening.use(platform)
  const port = await listenNear(platform, options)
  const url = options.lan ? `http://${lanAddress() ?? 'localhost'}:${port}` : `http://localhost:${port}`
  const held = opening.move()
  return {
    platform,
    url,
    port,
    linkFor: (member, role) => ({
      for: memberName(member)?.name ?? member,
      url: url + platform.oneTimePath({ role, member }, LINK_VALID_MS),
      expiresAt: Date.now() + LINK_VALID_MS,
    }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** The port asked for, or the next free one. @throws Fault `port-in-use` when none is */
async function listenNear(platform: Platform, { port, lan }: ListenOptions): Promise<number> {
  const host = lan ? '0.0.0.0' : '127.0.0.1'
  const first = await platform.listen({ host, port })
  if (first.ok) return first.value.port
  const free = first.refusal.free
  const second = free === undefined ? first : await platform.listen({ host, port: free })
  if (second.ok) return second.value.port
  throw new Fault('port-in-use', { port })
}

/** The first address by which others in the same network reach this machine. */
function lanAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}
