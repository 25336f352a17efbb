import type { Socket } from 'node:net'

import { refuse, type EpochMs, type Outcome } from '@tri/units'
import type { RPCClient } from 'ocpp-rpc'

import type { Frame } from '../frame.ts'
import type { AuthorizePolicy, ChargerDesk, ChargerEvent, ChargerFacts } from './charger-desk.ts'
import {
  chargerDoor,
  STRANGERS_MAX,
  type DoorRefusal,
  type Knock,
  type KnownCharger,
} from './charger-door.ts'
import { openChargerLink, type ChargerLink, type OrderRefusal } from './charger-link.ts'
import { OCPP_VERSIONS, type OcppVersion } from './ocpp-actions.ts'
import { openTransactions, type TransactionStore, type Transactions } from './transactions.ts'

/** What a central system needs of the world around it. */
export interface YardPorts {
  readonly now: () => EpochMs
  readonly authorizes: AuthorizePolicy
  readonly transactions: TransactionStore
  /** A charger said what its meter shows; `connector` is undefined where it did not say at which. Must not throw. */
  readonly framed?: (
    from: { readonly identity: string; readonly connector: number | undefined },
    frame: Frame,
  ) => void
  /** Must not throw. */
  readonly told?: (event: ChargerEvent) => void
}

/** A charger that knocked, as the household sees it. */
export interface ChargerReport {
  readonly identity: string
  /** False for one that nobody named: it may be added. */
  readonly isKnown: boolean
  readonly isConnected: boolean
  readonly version: OcppVersion | undefined
  readonly facts: ChargerFacts | undefined
  /** What it said of each connector last, by its number. */
  readonly statuses: ReadonlyMap<number, string>
  readonly heardAt: EpochMs | undefined
}

/** Strangers that are remembered; beyond them the one that knocked first is forgotten. */
export const STRANGERS_SEEN_MAX = 64

interface Charger {
  readonly identity: string
  readonly isKnown: boolean
  link: ChargerLink | undefined
  facts: ChargerFacts | undefined
  readonly statuses: Map<number, string>
  heardAt: EpochMs | undefined
}

/** A connection that was let in, as the library gives it. */
export type ServedClient = RPCClient & {
  readonly handshake: { readonly identity: string; readonly request: { readonly socket: Socket } }
  readonly session: Record<string, unknown>
}

/** The chargers of a central system: those that are there, and those that were. */
export interface ChargerYard {
  readonly transactions: Transactions
  admits(knock: Knock): Outcome<{ readonly isKnown: boolean; readonly version: OcppVersion }, DoorRefusal>
  serve(client: ServedClient): void
  reports(): readonly ChargerReport[]
  /** Undefined while it is not connected. */
  versionOf(identity: string): OcppVersion | undefined
  ask(
    identity: string,
    action: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Outcome<unknown, OrderRefusal>>
  /** Cuts every connection. */
  close(): Promise<void>
}

/** Opens the yard for chargers that are known. */
export function openChargerYard(
  chargers: readonly KnownCharger[],
  ports: YardPorts & { readonly heartbeatS: number },
): ChargerYard {
  const admits = chargerDoor(chargers)
  const transactions = openTransactions(ports.transactions)
  const yard = new Map(chargers.map(({ identity }) => [identity, newCharger(identity, true)]))
  const links = new Set<ChargerLink>()
  const linkOf = (identity: string) => {
    const charger = yard.get(identity)
    return charger?.isKnown === true ? charger.link : undefined
  }
  return {
    transactions,
    admits: (knock) => admits(knock, [...yard.values()].filter(isStranger).length),
    serve: (client) => {
      const { identity } = client.handshake
      const charger = yard.get(identity) ?? newCharger(identity, false)
      yard.set(identity, charger)
      forgetStrangers(yard)
      link(charger, client, { links, transactions, ports })
    },
    reports: () => [...yard.values()].map(reportOf),
    versionOf: (identity) => linkOf(identity)?.version,
    ask: async (identity, action, params) =>
      (await linkOf(identity)?.ask(action, params)) ?? refuse('not-connected'),
    close: async () => {
      await Promise.all([...links].map((one) => one.cut()))
    },
  }
}

interface YardParts {
  readonly links: Set<ChargerLink>
  readonly transactions: Transactions
  readonly ports: YardPorts & { readonly heartbeatS: number }
}

function link(charger: Charger, client: ServedClient, parts: YardParts): void {
  const { identity, isKnown } = charger
  const { now, told = () => undefined } = parts.ports
  const version = OCPP_VERSIONS.find((one) => one === client.protocol) ?? 'ocpp1.6'
  const { socket } = client.handshake.request
  const desk = deskOf(charger, parts)
  const opened = openChargerLink({ client, socket, version, isKnown, now, desk })
  parts.links.add(opened)
  client.on('message', () => (charger.heardAt = now()))
  client.once('close', () => {
    parts.links.delete(opened)
    if (charger.link !== opened) return
    charger.link = undefined
    told({ is: 'disconnected', identity })
  })
  // A charger that restarted dials anew while its old connection still looks alive: the new one counts.
  void charger.link?.cut()
  charger.link = opened
  charger.heardAt = now()
  told(isKnown ? { is: 'connected', identity, version } : { is: 'seen', identity })
}

function deskOf(charger: Charger, { transactions, ports }: YardParts) {
  const { identity } = charger
  return (bytes: () => Uint8Array): ChargerDesk => ({
    identity,
    now: ports.now,
    heartbeatS: ports.heartbeatS,
    transactions,
    authorize: async (token) => await ports.authorizes({ identity, token }),
    bytes,
    booted: (facts) => {
      charger.facts = facts
    },
    framed: (connector, frames) => {
      for (const frame of frames) ports.framed?.({ identity, connector }, frame)
    },
    told: (event) => {
      if (event.is === 'status') charger.statuses.set(event.connector, event.status)
      ports.told?.(event)
    },
  })
}

const isStranger = ({ isKnown, link }: Charger) => !isKnown && link !== undefined

function newCharger(identity: string, isKnown: boolean): Charger {
  return { identity, isKnown, link: undefined, facts: undefined, statuses: new Map(), heardAt: undefined }
}

function forgetStrangers(yard: Map<string, Charger>): void {
  const gone = [...yard.values()].filter(({ isKnown, link }) => !isKnown && link === undefined)
  for (const { identity } of gone.slice(0, Math.max(0, gone.length - STRANGERS_SEEN_MAX + STRANGERS_MAX)))
    yard.delete(identity)
}

function reportOf({ link, ...charger }: Charger): ChargerReport {
  return {
    ...charger,
    statuses: new Map(charger.statuses),
    isConnected: link !== undefined,
    version: link?.version,
  }
}
