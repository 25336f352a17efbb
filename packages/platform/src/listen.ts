import { createServer } from 'node:net'

import { accept, refuse, type Outcome } from '@tri/units'
import type { FastifyInstance } from 'fastify'

/** Ports that are tried above the wished one before a busy port is reported without another. */
const PORTS_TRIED_MAX = 50
const PORT_MAX = 65_535

/** Where the node answers. */
export interface Address {
  readonly host: string
  readonly port: number
  /** Such as `http://localhost:8080`: what to open on this machine. */
  readonly origin: string
}

/** The port belongs to another program; `free` is the next one that does not. */
export interface PortInUse {
  readonly is: 'port-in-use'
  readonly port: number
  readonly free: number | undefined
}

/** Begins to answer. */
export async function listenOn(
  app: FastifyInstance,
  at: { readonly host: string; readonly port: number },
): Promise<Outcome<Address, PortInUse>> {
  try {
    await app.listen(at)
  } catch (cause) {
    if (!isBusy(cause)) throw cause
    return refuse({ is: 'port-in-use', port: at.port, free: await nextFree(at.host, at.port + 1) })
  }
  const bound = app.server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : at.port
  return accept({ host: at.host, port, origin: `http://localhost:${port}` })
}

async function nextFree(host: string, from: number): Promise<number | undefined> {
  for (let port = from; port < from + PORTS_TRIED_MAX && port <= PORT_MAX; port += 1) {
    if (await isFree(host, port)) return port
  }
  return undefined
}

async function isFree(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const probe = createServer()
  probe.once('error', () => {
    resolve(false)
  })
  probe.listen({ host, port }, () => {
    probe.close(() => {
      resolve(true)
    })
  })
  return promise
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES')
}
