import type { Canonical, FaultDetails, Outcome } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'
import type { z } from 'zod'

import type { Rate } from './rate-limit.ts'
import type { Audience, DoorRequest, RequestName } from './requests.ts'
import type { Warrant } from './warrant.ts'

/** Why a door did not answer a request that was well formed. */
export type DoorRefusalName =
  | 'door-unknown-request'
  | 'door-not-for-you'
  | 'door-warrant-unusable'
  | 'door-secret-unusable'
  | 'door-busy'
  | 'door-not-held'
  | 'door-not-taken'
  | 'door-not-your-own'
  | 'door-too-few-meters'
  | 'door-failed'

/** The rule, and what fills its sentence. */
export interface DoorRefusal {
  readonly is: DoorRefusalName
  readonly details: FaultDetails
}

/** What the other end has proved: its TLS key always; a member's warrant or an invitation's secret when it said hello. */
export interface Credentials {
  readonly tls: Uint8Array
  /** Signed, of this chain and in time; whether its key is the member's is looked up at every request. */
  readonly warrant?: Warrant
}

/** Who stands at the door now, and in whose name. */
export interface Visitor {
  readonly is: Audience
  /** In whose name she comes; absent for strangers. */
  readonly member?: string
  readonly tls: Uint8Array
}

/** Decides, at each request anew, who somebody is: a steward voted out is a stranger from the next request on. */
export interface Admission {
  visitorOf(credentials: Credentials): Visitor
  /** Whether a hello's warrant is of this chain, signed and in time. */
  isWarrantUsable(credentials: Credentials, warrant: Warrant): boolean
  /** Takes up an invitation for a TLS key: once, within its time. */
  takeInvitation(tls: Uint8Array, secret: Uint8Array): boolean
}

type Answering<T> = Outcome<T, DoorRefusal> | Promise<Outcome<T, DoorRefusal>>

/** One request with whoever answers it. */
export interface Served {
  readonly for: readonly Audience[]
  /** Undefined when the input has not the form of this request. */
  readonly answer: (visitor: Visitor, input: unknown, gone: AbortSignal) => Answering<Canonical> | undefined
}

/** Who answers each request but the hello, which the door answers itself. */
export type Desk = Readonly<Record<Exclude<RequestName, 'hello'>, Served>>

/** Ties an answer to its request: the input is parsed, the answer is of the declared form and no other. */
export function serving<I extends Canonical, A extends Canonical>(
  request: DoorRequest<I, A>,
  answer: (visitor: Visitor, input: I, gone: AbortSignal) => Answering<A>,
): Served {
  return {
    for: request.for,
    answer: (visitor, input, gone) => {
      const parsed: z.ZodSafeParseResult<I> = request.input.safeParse(input)
      return parsed.success ? answer(visitor, parsed.data, gone) : undefined
    },
  }
}

/** What a door grants a connection. */
export interface DoorLimits {
  /** How long a stranger may stay without saying who she is, in ms. */
  readonly strangerMs: number
  /** How long a connection may be silent, in ms. */
  readonly silentMs: number
}

/** What a door is made of. */
export interface DoorPorts {
  /** The box's own TLS key, which others pin. */
  readonly key: KeyPair
  readonly chain: string
  readonly admission: Admission
  readonly desk: Desk
  /** ms since 1970 UTC. */
  readonly now: () => number
  /** Told of our own mistakes; the other end only learns that there was one. */
  readonly failed: (cause: unknown) => void
  /** How often a member may ask. */
  readonly rate?: Rate
  readonly limits?: Partial<DoorLimits>
}
