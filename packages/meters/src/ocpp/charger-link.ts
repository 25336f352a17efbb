import type { Socket } from 'node:net'

import { accept, Fault, refuse, type EpochMs, type Outcome } from '@tri/units'
import { createRPCError, type RPCClient } from 'ocpp-rpc'

import { reasonOf } from '../lines/line.ts'
import { chargerActions16 } from './charger-actions-16.ts'
import { chargerActions201 } from './charger-actions-201.ts'
import { timestampOf } from './charger-frames.ts'
import type { CallAnswer, CallRefusal, ChargerDesk, ServedAction } from './charger-desk.ts'
import { OCPP_ACTIONS, type OcppVersion } from './ocpp-actions.ts'

/** Why a charger did not do what it was asked. */
export type OrderRefusal = 'not-connected' | 'not-supported' | 'rejected' | 'no-answer' | 'too-many-orders'

/** The connection of one charger, while it lasts. */
export interface ChargerLink {
  readonly version: OcppVersion
  /** Asks it anything that its version defines. It never throws. */
  ask(action: string, params: Readonly<Record<string, unknown>>): Promise<Outcome<unknown, OrderRefusal>>
  /** Ends it at once. */
  cut(): Promise<void>
}

/** What a link is made of. */
export interface LinkOptions {
  readonly client: RPCClient
  readonly socket: Socket
  readonly version: OcppVersion
  readonly isKnown: boolean
  readonly now: () => EpochMs
  /** Its calls, given what the bytes of the one being served are. */
  readonly desk: (bytes: () => Uint8Array) => ChargerDesk
}

/** Messages that are no OCPP-J, one after the other, after which the link is cut. */
export const BAD_MESSAGES_MAX = 50
/** Messages of one charger in a minute; beyond them the link is cut, so that one charger does not take all the time. */
export const MESSAGES_A_MINUTE_MAX = 6000
/** Bytes that a charger may leave unread before its link is cut. */
export const UNREAD_BYTES_MAX = 1_048_576
/** Orders that wait for one charger's answer. */
export const ORDERS_MAX = 16

const ACTIONS: Readonly<Record<OcppVersion, ReadonlyMap<string, ServedAction>>> = {
  'ocpp1.6': chargerActions16,
  'ocpp2.0.1': chargerActions201,
}

/** The error of OCPP-J for each refusal. */
const ERROR: Readonly<Record<CallRefusal, readonly [code: string, text: string]>> = {
  'charger-not-accepted': ['SecurityError', 'this charger is not accepted'],
  'value-out-of-range': ['PropertyConstraintViolation', 'a value is out of its range'],
  'vendor-unknown': ['NotImplemented', 'unknown vendorId'],
  'action-not-served': ['NotSupported', 'not served here'],
  'desk-failed': ['InternalError', 'the message could not be served'],
}

const MINUTE_MS = 60_000

/** Serves the calls that come over a connection, and cuts it when it goes beyond a limit. */
export function openChargerLink({ client, socket, version, isKnown, now, desk }: LinkOptions): ChargerLink {
  let message = ''
  const served = desk(() => new TextEncoder().encode(message))
  // The library refuses what has no handler as NotImplemented, before it looks for a schema by a name that was sent.
  for (const action of OCPP_ACTIONS[version]) {
    const serve = isKnown ? (ACTIONS[version].get(action) ?? notServed) : strangerAction(action)
    client.handle(action, async ({ params }) => {
      const answer = await guarded(serve, params, served)
      return answer.ok ? answer.value : createRPCError(...ERROR[answer.refusal], {})
    })
  }
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  const cut = async () => {
    socket.destroy()
    await closed
  }
  // In the place of the library's own: that one gives a promise which rejects when a broken frame follows, and the library
  // calls it where nobody waits, as for an answer that it could not write. A charger could end the process with that.
  Object.assign(client, { close: cut })
  const isTooMuch = messageLimits(socket, now)
  client.on('message', (event: { readonly message: unknown; readonly outbound: boolean }) => {
    if (event.outbound) return
    message = String(event.message)
    if (isTooMuch()) void cut()
  })
  let bad = 0
  client.on('badMessage', () => {
    if (++bad >= BAD_MESSAGES_MAX) void cut()
  })
  client.on('callResult', () => (bad = 0))
  return { version, ask: asking(client), cut }
}

function messageLimits(socket: Socket, now: () => EpochMs): () => boolean {
  let minuteAt = now()
  let messages = 0
  return () => {
    const at = now()
    if (at - minuteAt >= MINUTE_MS || at < minuteAt) {
      minuteAt = at
      messages = 0
    }
    return ++messages > MESSAGES_A_MINUTE_MAX || socket.writableLength > UNREAD_BYTES_MAX
  }
}

const notServed: ServedAction = () => refuse('action-not-served')

/** A stranger hears that it has to wait, and nothing else (OCPP 2.0.1 part 2, B02; 1.6, section 4.2.1). */
function strangerAction(action: string): ServedAction {
  if (action !== 'BootNotification') return () => refuse('charger-not-accepted')
  return (_params, { now, heartbeatS }) =>
    accept({ status: 'Pending', currentTime: timestampOf(now()), interval: heartbeatS })
}

async function guarded(serve: ServedAction, params: unknown, desk: ChargerDesk): Promise<CallAnswer> {
  try {
    return await serve(params, desk)
  } catch (cause) {
    const { identity } = desk
    const fault = new Fault('charger-faulty', { charger: identity, reason: reasonOf(cause) }, { cause })
    desk.told({ is: 'failed', identity, fault })
    return refuse('desk-failed')
  }
}

function asking(client: RPCClient): ChargerLink['ask'] {
  let waiting = 0
  return async (action, params) => {
    if (waiting >= ORDERS_MAX) return refuse('too-many-orders')
    waiting++
    try {
      return accept(await client.call(action, params))
    } catch (cause) {
      return refuse(refusalOf(cause))
    } finally {
      waiting--
    }
  }
}

function refusalOf(cause: unknown): OrderRefusal {
  if (!(cause instanceof Error)) return 'rejected'
  const code: unknown = Reflect.get(cause, 'rpcErrorCode')
  if (code === 'NotImplemented' || code === 'NotSupported' || code === 'ProtocolError') return 'not-supported'
  if (typeof code === 'string') return 'rejected'
  return cause.message === 'Call timeout' ? 'no-answer' : 'not-connected'
}
