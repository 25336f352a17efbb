import { canonicalBytes } from '@tri/units'
import { isSignedBy, sign, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

const WARRANT_DOMAIN = 'tri/door-warrant/1'
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** A year and a day: a box in a cupboard is not forgotten for ever. */
export const WARRANT_MS_MAX = 366 * 86_400_000

export const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)
export const keyShape = bytesOf(KEY_BYTES)

export const warrantShape = z.strictObject({
  chain: z.string().max(64),
  member: z.string().max(64),
  tls: keyShape,
  at: z.int().min(0),
  until: z.int().min(0),
  key: keyShape,
  signature: bytesOf(SIGNATURE_BYTES),
})

/** A member's word that a box is hers: the box's own key opens doors in her name until a day. */
export type Warrant = z.infer<typeof warrantShape>

/** What a warrant says; times in ms since 1970 UTC. */
export type WarrantTerms = Pick<Warrant, 'chain' | 'member' | 'tls' | 'at' | 'until'>

/** Signs a warrant with one of the member's keys. */
export function signWarrant(key: KeyPair, { chain, member, tls, at, until }: WarrantTerms): Warrant {
  const terms = { chain, member, tls, at, until }
  const signature = sign(key, WARRANT_DOMAIN, canonicalBytes({ ...terms, key: key.publicKey }))
  return { ...terms, key: key.publicKey, signature }
}

/**
 * Whether a warrant is signed by the key it names, lasts no longer than a warrant may, and stands at a moment. Whether
 * that key is the member's is in the book.
 */
export function isWarrantSigned({ signature, ...terms }: Warrant, now: number): boolean {
  if (terms.until < terms.at || terms.until - terms.at > WARRANT_MS_MAX || now >= terms.until) return false
  return isSignedBy(terms.key, WARRANT_DOMAIN, canonicalBytes(terms), signature)
}
