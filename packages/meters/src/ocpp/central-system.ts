import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { Socket } from 'node:net'

import { Fault, type Outcome } from '@tri/units'
import { RPCServer } from 'ocpp-rpc'

import { reasonOf } from '../lines/line.ts'
import { CHARGERS_MAX, DOOR_STATUS, STRANGERS_MAX, type KnownCharger } from './charger-door.ts'
import type { OrderRefusal } from './charger-link.ts'
import { openChargerYard, type ChargerReport, type ServedClient, type YardPorts } from './charger-yard.ts'
import { chargingOrders, type ChargingOrders } from './charging-orders.ts'
import { OCPP_VERSIONS } from './ocpp-actions.ts'

/** Where the central system listens, and for whom. */
export interface CentralSystemOptions {
  /** The loopback unless asked otherwise. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  readonly chargers: readonly KnownCharger[]
  /** Certificate and key in PEM, for security profile 2. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Seconds between heartbeats; 300 unless asked otherwise. */
  readonly heartbeatS?: number
  /** How long an order to a charger is waited for, ms; 30 000 unless asked otherwise. */
  readonly answerMs?: number
  /** Pause between two pings, ms; 30 000 unless asked otherwise. A charger that answers none is let go. */
  readonly pingMs?: number
}

/** A central system, while it listens. */
export interface CentralSystem extends AsyncDisposable, ChargingOrders {
  readonly port: number
  /** Those that are known first, then strangers that knocked. */
  chargers(): readonly ChargerReport[]
  /** Asks a charger anything that its version defines: `GetVariables`, `TriggerMessage`. */
  ask(
    identity: string,
    action: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<unknown, OrderRefusal>>
}

/** Bytes of one message at most: a long transaction that was kept offline fits well. */
export const OCPP_MESSAGE_BYTES_MAX = 262_144
/**
 * A central system of OCPP 1.6J and 2.0.1 for the chargers of a household or a street. Both directions are held to the
 * published schemas, and what they leave open to bounds of its own. Whatever one charger sends, the others are served.
 *
 * @throws Fault `central-system-address-taken`, `chargers-too-many`
 */
export async function openCentralSystem(
  options: CentralSystemOptions,
  ports: YardPorts,
): Promise<CentralSystem> {
  const { chargers, heartbeatS = 300, answerMs = 30_000, pingMs = 30_000 } = options
  if (chargers.length > CHARGERS_MAX)
    throw new Fault('chargers-too-many', { count: chargers.length, max: CHARGERS_MAX })
  const rpc = new RPCServer({
    protocols: [...OCPP_VERSIONS],
    strictMode: true,
    callTimeoutMs: answerMs,
    pingIntervalMs: pingMs,
    wssOptions: { maxPayload: OCPP_MESSAGE_BYTES_MAX },
  })
  rpc.on('error', () => undefined)
  const yard = openChargerYard(chargers, { ...ports, heartbeatS })
  rpc.auth((admit, reject, handshake) => {
    const verdict = yard.admits(handshake)
    if (verdict.ok) admit({ isKnown: verdict.value.isKnown }, verdict.value.version)
    else reject(DOOR_STATUS[verdict.refusal], verdict.refusal)
  })
  rpc.on('client', (client: ServedClient) => yard.serve(client))
  const server = await listening(rpc, options)
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    chargers: () => yard.reports(),
    ask: async (...order) => await yard.ask(...order),
    ...chargingOrders({ ...yard, now: ports.now }),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await yard.close()
      await rpc.close({ force: true })
      server.closeAllConnections()
      await closed
    },
  }
}

/** @throws Fault `central-system-address-taken` */
async function listening(rpc: RPCServer, { host = '127.0.0.1', port, tls, chargers }: CentralSystemOptions) {
  const server = tls === undefined ? createServer() : createTlsServer(tls)
  // Half of the connections may be old ones whose charger has dialled anew.
  server.maxConnections = 2 * (chargers.length + STRANGERS_MAX)
  server.on('request', (_request, answer) => answer.writeHead(404).end())
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (!(socket instanceof Socket)) return
    // An address that is none makes the library's promise reject, and nobody else would hear of it.
    rpc.handleUpgrade(request, socket, head).catch(() => socket.destroy())
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, () => {
        server.removeListener('error', reject)
        resolve()
      })
    })
  } catch (cause) {
    throw new Fault(
      'central-system-address-taken',
      { address: `${host}:${port}`, reason: reasonOf(cause) },
      { cause },
    )
  }
  return server
}
