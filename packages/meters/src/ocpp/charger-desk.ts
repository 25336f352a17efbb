import type { EpochMs, Fault, Outcome } from '@tri/units'

import type { Frame } from '../frame.ts'
import type { OcppVersion } from './ocpp-actions.ts'
import type { ChargingTransaction, Transactions } from './transactions.ts'

/** What the community or the household says of a token that wants to charge. */
export interface Authorization {
  readonly is: 'accepted' | 'blocked' | 'expired' | 'unknown' | 'charging-elsewhere'
  readonly until?: EpochMs
  /** The group that may stop what one of it started: a household. */
  readonly group?: string
}

/** Whether somebody may charge. */
export type AuthorizePolicy = (asked: {
  readonly identity: string
  readonly token: string
}) => Authorization | Promise<Authorization>

/** What a charger says of itself when it starts. */
export interface ChargerFacts {
  readonly vendor: string
  readonly model: string
  readonly serial?: string
  readonly firmware?: string
}

/** What happened at a charger. */
export type ChargerEvent = { readonly identity: string } & (
  | { readonly is: 'connected'; readonly version: OcppVersion }
  | { readonly is: 'disconnected' }
  | { readonly is: 'seen' }
  | { readonly is: 'status'; readonly connector: number; readonly status: string }
  | { readonly is: 'transaction-started'; readonly transaction: ChargingTransaction }
  | {
      readonly is: 'transaction-ended'
      readonly transaction: ChargingTransaction
      /** What flowed into the car, where both registers are there and did not run backwards. */
      readonly deliveredWh?: number
    }
  | { readonly is: 'events-missing'; readonly transaction: string; readonly count: number }
  | { readonly is: 'failed'; readonly fault: Fault }
)

/** Why a charger's call is not served; each has its error of OCPP-J. */
export type CallRefusal =
  | 'charger-not-accepted'
  | 'value-out-of-range'
  | 'vendor-unknown'
  | 'action-not-served'
  | 'desk-failed'

/** What a charger's call is answered with. */
export type CallAnswer = Outcome<Readonly<Record<string, unknown>>, CallRefusal>

/** What serves the calls of one charger. */
export interface ChargerDesk {
  readonly identity: string
  readonly now: () => EpochMs
  /** Seconds between heartbeats. */
  readonly heartbeatS: number
  readonly transactions: Transactions
  readonly authorize: (token: string) => Promise<Authorization>
  /** The message that is being served, as it came. */
  readonly bytes: () => Uint8Array
  booted(facts: ChargerFacts): void
  framed(connector: number | undefined, frames: readonly Frame[]): void
  told(event: ChargerEvent): void
}

/** Serves one action: its parameters passed the published schema. */
export type ServedAction = (params: unknown, desk: ChargerDesk) => CallAnswer | Promise<CallAnswer>
