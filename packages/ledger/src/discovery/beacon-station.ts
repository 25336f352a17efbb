import { createSocket, type Socket } from 'node:dgram'

import { Fault } from '@tri/units'

import { BEACON_BYTES_MAX } from './beacon.ts'
import { linkInterfaces, onEachInterface, type LinkInterface } from './link-interfaces.ts'

/**
 * The group our beacons go to: link-local, so no router passes them on, and marked as one that nobody assigned.
 *
 * @see RFC 4291 section 2.7, RFC 3307 section 4.3
 */
export const BEACON_GROUP = 'ff12::8000:7472'
export const BEACON_PORT = 47_472
/** How often a steward calls out, in ms. */
export const BEACON_EVERY_MS = 10_000

/** How a box calls out and listens on its own networks. */
export interface StationPorts {
  /** What is called out now, freshly signed; undefined for a box that only listens, as members' boxes do. */
  readonly beacon?: () => Uint8Array
  readonly hear: (bytes: Uint8Array, from: string) => void
  readonly interfaces?: () => readonly LinkInterface[]
  readonly everyMs?: number
}

/** Something that calls out until it is disposed of. */
export interface Station extends AsyncDisposable {
  /** Looks for interfaces that came or went, and calls out, without waiting for the next time. */
  callNow(): void
}

/**
 * Calls out and listens on every interface that has a link-local address.
 *
 * @throws Fault `beacons-unusable` where the system gives no such socket
 */
export async function openBeaconStation(ports: StationPorts): Promise<Station> {
  const { beacon, hear, interfaces = linkInterfaces, everyMs = BEACON_EVERY_MS } = ports
  const socket = createSocket({ type: 'udp6', reuseAddr: true, ipv6Only: true })
  await bound(socket)
  // A network that is down is nothing to report: it is looked at again at the next call.
  socket.on('error', () => undefined)
  socket.on('message', (bytes, { address }) => {
    if (bytes.length <= BEACON_BYTES_MAX) hear(Uint8Array.from(bytes), address)
  })
  let present: readonly LinkInterface[] = []
  const memberships = onEachInterface(
    () => present,
    ({ name }) => membership(socket, name),
  )
  const callNow = (): void => {
    present = interfaces()
    memberships.look()
    const bytes = beacon?.()
    if (bytes === undefined) return
    for (const { name } of present)
      socket.send(bytes, BEACON_PORT, `${BEACON_GROUP}%${name}`, () => undefined)
  }
  callNow()
  const timer = setInterval(callNow, everyMs).unref()
  return {
    callNow,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      memberships[Symbol.dispose]()
      await new Promise<void>((closed) => void socket.close(() => closed()))
    },
  }
}

function membership(socket: Socket, name: string): Disposable {
  const on = `::%${name}`
  const isIn = isDone(() => socket.addMembership(BEACON_GROUP, on))
  return {
    [Symbol.dispose]: () => void (isIn && isDone(() => socket.dropMembership(BEACON_GROUP, on))),
  }
}

/** False when the interface went away between looking and joining; it is looked at again at the next call. */
function isDone(change: () => void): boolean {
  try {
    change()
    return true
  } catch {
    // The system says no for an interface that is gone or going: nothing is left to undo.
    return false
  }
}

async function bound(socket: Socket): Promise<void> {
  const ready = Promise.withResolvers<void>()
  socket.once('error', (cause) =>
    ready.reject(new Fault('beacons-unusable', { port: BEACON_PORT }, { cause })),
  )
  socket.bind({ port: BEACON_PORT, address: '::' }, () => ready.resolve())
  await ready.promise
}
