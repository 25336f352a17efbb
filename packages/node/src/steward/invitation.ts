import { addressFrom, type PinnedDoor } from '@tri/ledger'
import { Fault, canonicalBytes, fromCanonicalBytes } from '@tri/units'
import { z } from 'zod'

const PREFIX = 'tri-steward:'
const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length)

const shape = z.strictObject({
  v: z.literal(1),
  genesis: z.string().max(120),
  member: z.string().min(1).max(64),
  address: z.string().refine((text) => addressFrom(text) !== undefined),
  tls: bytesOf(32),
  secret: bytesOf(16),
})

/** What a new steward's box needs to find the community and to be let in, once. */
export interface Invitation {
  /** The text of the genesis: `tri:<community>:<digest>`. */
  readonly genesis: string
  readonly member: string
  readonly address: string
  readonly tls: Uint8Array
  readonly secret: Uint8Array
}

/** An invitation as text, short enough for a QR code. Whoever reads it can take it up: it goes from hand to hand. */
export function invitationText({ genesis, member, address, tls, secret }: Invitation): string {
  const bytes = canonicalBytes({ v: 1, genesis, member, address, tls, secret })
  return PREFIX + Buffer.from(bytes).toString('base64url')
}

/** Reads an invitation. @throws Fault `invitation-unusable` */
export function invitationFrom(text: string): Invitation {
  const trimmed = text.trim()
  try {
    if (!trimmed.startsWith(PREFIX)) throw new Fault('invitation-unusable')
    const { v: _, ...invitation } = shape.parse(
      fromCanonicalBytes(Buffer.from(trimmed.slice(PREFIX.length), 'base64url')),
    )
    return invitation
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'must') throw cause
    throw new Fault('invitation-unusable', {}, { cause })
  }
}

/** The door that an invitation names. */
export function doorOf({ address, tls }: Pick<Invitation, 'address' | 'tls'>): PinnedDoor {
  const at = addressFrom(address)
  if (at === undefined) throw new Fault('invitation-unusable')
  return { ...at, tls }
}
