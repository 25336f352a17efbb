import { canonicalBytes, fromCanonicalBytes } from '@tri/units'
import { hex, isSignedBy, sha256, sign, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

import { addressFrom } from '../channel/address.ts'
import { bytesOf, keyShape } from '../channel/warrant.ts'

const BEACON_DOMAIN = 'tri/beacon/1'
const SALT_BYTES = 8
const TAG_BYTES = 8
const SIGNATURE_BYTES = 64
const PORT_MAX = 65_535
/** Bytes of a beacon: it fits into one packet of any network that carries IPv6. */
export const BEACON_BYTES_MAX = 1_024
/** How long a beacon may stand, in ms: whoever falls silent is forgotten soon. */
export const BEACON_MS_MAX = 300_000
/** How far two clocks on an island without internet may be apart, in ms. */
export const CLOCK_SKEW_MS_MAX = 600_000

const beaconShape = z.strictObject({
  v: z.literal(1),
  salt: bytesOf(SALT_BYTES),
  tag: bytesOf(TAG_BYTES),
  role: z.enum(['steward', 'candidate']),
  tls: keyShape,
  port: z.int().min(1).max(PORT_MAX),
  addresses: z.array(z.string().refine((text) => addressFrom(text) !== undefined)).max(4),
  at: z.int().min(0),
  until: z.int().min(0),
  signature: bytesOf(SIGNATURE_BYTES),
})

/** What a box calls out on its network: that the door of a steward is here. */
export type Beacon = Omit<z.infer<typeof beaconShape>, 'v' | 'salt' | 'tag' | 'signature'>

/** Why a beacon does not count. On a shared network most of them are somebody else's, which is no fault. */
export type BeaconFlaw = 'malformed' | 'other-community' | 'not-signed' | 'out-of-time'

/**
 * Signs a beacon with the TLS key it names. It says which community it is for only to those who know: the chain's name
 * goes in as a short digest, salted anew each time.
 *
 * @param salt 8 random bytes
 */
export function beaconBytes(
  key: KeyPair,
  of: Omit<Beacon, 'tls'> & { readonly chain: string; readonly salt: Uint8Array },
): Uint8Array {
  const { chain, salt, role, port, addresses, at, until } = of
  const terms = { v: 1, salt, tag: tagOf(chain, salt), role, tls: key.publicKey, port, addresses, at, until }
  return canonicalBytes({ ...terms, signature: sign(key, BEACON_DOMAIN, canonicalBytes(terms)) })
}

/** Reads a beacon that came from the network, as somebody who knows the chain, at a moment in ms since 1970 UTC. */
export function beaconFrom(bytes: Uint8Array, chain: string, now: number): Beacon | BeaconFlaw {
  const read = bytes.length > BEACON_BYTES_MAX ? undefined : parsed(bytes)
  if (read === undefined) return 'malformed'
  const { signature, ...terms } = read
  if (hex(terms.tag) !== hex(tagOf(chain, terms.salt))) return 'other-community'
  if (!isSignedBy(terms.tls, BEACON_DOMAIN, canonicalBytes(terms), signature)) return 'not-signed'
  const { role, tls, port, addresses, at, until } = terms
  const isTimely = until > at && until - at <= BEACON_MS_MAX
  if (!isTimely || at > now + CLOCK_SKEW_MS_MAX || until <= now - CLOCK_SKEW_MS_MAX) return 'out-of-time'
  return { role, tls, port, addresses, at, until }
}

function parsed(bytes: Uint8Array): z.infer<typeof beaconShape> | undefined {
  try {
    return beaconShape.safeParse(fromCanonicalBytes(bytes)).data
  } catch {
    // Anybody may send anything to a multicast group.
    return undefined
  }
}

function tagOf(chain: string, salt: Uint8Array): Uint8Array {
  const text = new TextEncoder()
  return sha256(text.encode('tri/beacon-tag/1\0'), salt, text.encode(chain)).subarray(0, TAG_BYTES)
}
