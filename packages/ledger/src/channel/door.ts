import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'

import { Fault } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { doorCertificate } from './certificate.ts'
import type { DoorPorts } from './desk.ts'
import { TLS_TERMS, peerKeyOf } from './peer-key.ts'
import { rateLimit, type Rate } from './rate-limit.ts'
import { receive } from './reception.ts'

/** Connections held at once. */
export const VISITORS_MAX = 256
/** Connections of one key: two boxes, and the old connection of each that the system has not noticed gone. */
export const VISITORS_PER_KEY_MAX = 4
/** Connections of one address, so that one machine cannot take every place before it shows a key. */
export const VISITORS_PER_ADDRESS_MAX = 32
const HANDSHAKE_MS = 10_000
const MEMBER_RATE: Rate = { burst: 100, perSecond: 20 }

/** A steward's open door. */
export interface Door extends AsyncDisposable {
  readonly address: string
  readonly port: number
  /** Everybody connected now. */
  readonly visitors: number
  /** How often each kind of trouble ended a connection since the door opened. */
  readonly cutOff: ReadonlyMap<string, number>
}

/**
 * Opens a steward's door: TCP over IPv6, TLS 1.3 with a key on both sides. A connection whose key is not proved, or that
 * sends anything but well-formed requests, is cut off; nothing that comes in can throw here.
 *
 * @throws Fault `door-unopenable` when the port is taken or the address is not ours
 */
export async function openDoor(
  ports: DoorPorts,
  listen: { readonly host: string; readonly port: number },
): Promise<Door> {
  const { certificate, privateKey } = doorCertificate(ports.key)
  const callers = new Set<Socket>()
  const visitors = new Map<TLSSocket, string>()
  const cutOff = new Map<string, number>()
  const rates = rateLimit(ports.rate ?? MEMBER_RATE, ports.now)
  const server = createServer({
    ...TLS_TERMS,
    cert: certificate,
    key: privateKey,
    requestCert: true,
    handshakeTimeout: HANDSHAKE_MS,
  })
  const count = (why: string): void => void cutOff.set(why, (cutOff.get(why) ?? 0) + 1)
  server.maxConnections = VISITORS_MAX
  server.on('connection', (socket) => {
    const from = [...callers].filter(({ remoteAddress }) => remoteAddress === socket.remoteAddress)
    if (from.length >= VISITORS_PER_ADDRESS_MAX) return parted(socket, 'too-many-connections')
    callers.add(socket)
    socket.on('error', () => socket.destroy())
    return socket.on('close', () => callers.delete(socket))
  })
  server.on('tlsClientError', () => count('handshake'))
  server.on('secureConnection', (socket) => {
    // Before anything of the connection is read: without a proved key there is no connection.
    const tls = peerKeyOf(socket)
    socket.on('error', () => socket.destroy())
    if (tls === undefined) return parted(socket, 'no-key')
    const key = hex(tls)
    if ([...visitors.values()].filter((one) => one === key).length >= VISITORS_PER_KEY_MAX)
      return parted(socket, 'too-many-connections')
    visitors.set(socket, key)
    socket.on('close', () => visitors.delete(socket))
    const mayAsk = (): boolean => rates.mayAsk(key)
    return receive(socket, tls, { ...ports, mayAsk, cut: (why) => parted(socket, why) })
  })
  function parted(socket: Socket, why: string): void {
    count(why)
    socket.destroy()
  }
  const { address, port } = await listening(server, listen)
  return {
    address,
    port,
    cutOff,
    get visitors() {
      return visitors.size
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((done) => void server.close(() => done()))
      for (const socket of [...visitors.keys(), ...callers]) socket.destroy()
      await closed
    },
  }
}

async function listening(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly address: string; readonly port: number }> {
  const ready = Promise.withResolvers<void>()
  server.once('error', (cause) => ready.reject(cause))
  server.listen({ host, port, ipv6Only: false }, () => ready.resolve())
  try {
    await ready.promise
  } catch (cause) {
    throw new Fault('door-unopenable', { address: host, port }, { cause })
  }
  const at = server.address()
  return typeof at === 'object' && at !== null
    ? { address: at.address, port: at.port }
    : { address: host, port }
}
