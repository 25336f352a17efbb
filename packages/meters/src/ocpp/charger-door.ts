import { createHash, timingSafeEqual } from 'node:crypto'

import { accept, refuse, type Outcome } from '@tri/units'

import { OCPP_VERSIONS, type OcppVersion } from './ocpp-actions.ts'

/** A charger that may come in. */
export interface KnownCharger {
  /** The end of the address that it dials. */
  readonly identity: string
  /** Basic authentication of security profiles 1 and 2; without one the identity alone opens the door. */
  readonly password?: string
}

/** What a charger shows at the door. */
export interface Knock {
  readonly identity: string
  readonly password: Uint8Array | undefined
  readonly protocols: ReadonlySet<string>
}

/** Why a charger does not come in. */
export type DoorRefusal = 'identity-unusable' | 'ocpp-version-unknown' | 'password-wrong' | 'door-full'

/** Status of HTTP that a refusal is answered with. */
export const DOOR_STATUS: Readonly<Record<DoorRefusal, number>> = {
  'identity-unusable': 404,
  'ocpp-version-unknown': 400,
  'password-wrong': 401,
  'door-full': 503,
}

/** Chargers of one central system at most. */
export const CHARGERS_MAX = 256
/** Chargers that nobody named and that are connected at one time: enough to find one's own. */
export const STRANGERS_MAX = 8

/** Letters that both versions allow in an identity, and at most as many as 2.0.1 does. */
export const IDENTITY = /^[A-Za-z0-9*_=:+|@.-]{1,48}$/

/** Lets in those that are known, and a few strangers to be found. */
export function chargerDoor(chargers: readonly KnownCharger[]) {
  const known = new Map(chargers.map((charger) => [charger.identity, charger]))
  return (
    { identity, password, protocols }: Knock,
    strangers: number,
  ): Outcome<{ readonly isKnown: boolean; readonly version: OcppVersion }, DoorRefusal> => {
    if (!IDENTITY.test(identity)) return refuse('identity-unusable')
    const version = OCPP_VERSIONS.find((one) => protocols.has(one))
    if (version === undefined) return refuse('ocpp-version-unknown')
    const charger = known.get(identity)
    if (charger === undefined)
      return strangers < STRANGERS_MAX ? accept({ isKnown: false, version }) : refuse('door-full')
    if (charger.password !== undefined && !isSame(charger.password, password)) return refuse('password-wrong')
    return accept({ isKnown: true, version })
  }
}

// Digests have one length, and comparing them tells nothing of where the first wrong letter is.
function isSame(expected: string, given: Uint8Array | undefined): boolean {
  return given !== undefined && timingSafeEqual(digest(expected), digest(given))
}

const digest = (secret: string | Uint8Array) => createHash('sha256').update(secret).digest()
