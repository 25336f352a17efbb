import { createServer, type Server, type Socket } from 'node:net'

import { Fault } from '@tri/units'
import { Aedes } from 'aedes'

import { reasonOf } from './line.ts'
import { mqttPacketLimit } from './mqtt-packet-limit.ts'

/** Where the broker listens, and whom it lets in. */
export interface BrokerOptions {
  /** The loopback unless asked otherwise. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Whether a client may come in; everybody when absent, which is right on the loopback alone. */
  readonly admits?: (login: { readonly user: string; readonly password: string }) => boolean
}

/** A broker that runs inside the node. */
export interface Broker extends AsyncDisposable {
  readonly port: number
}

/** Clients at one time; one more is turned away. */
export const BROKER_CLIENTS_MAX = 256

/**
 * An MQTT broker inside the node, for devices of a household that has none: bound to the loopback unless asked otherwise, with
 * packets and clients bounded.
 *
 * @throws Fault `broker-address-taken`
 */
export async function openBroker({ host = '127.0.0.1', port, admits }: BrokerOptions): Promise<Broker> {
  const broker = await Aedes.createBroker({ maxClientsIdLength: 128 })
  if (admits !== undefined)
    broker.authenticate = (_client, user, password, done) =>
      done(
        null,
        admits({ user: user ?? '', password: new TextDecoder().decode(password ?? new Uint8Array()) }),
      )
  const sockets = new Set<Socket>()
  // Confirmations are a few bytes each: held back to be sent together, each would cost its sender 40 ms.
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= BROKER_CLIENTS_MAX) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    broker.handle(mqttPacketLimit(socket))
  })
  try {
    await listening(server, host, port)
  } catch (cause) {
    await closed(broker)
    throw new Fault(
      'broker-address-taken',
      { address: `${host}:${port}`, reason: reasonOf(cause) },
      { cause },
    )
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      const done = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed(broker)
      await done
    },
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

async function closed(broker: Aedes): Promise<void> {
  await new Promise<void>((resolve) => broker.close(() => resolve()))
}
