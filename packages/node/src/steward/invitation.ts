import { addressFrom, type PinnedDoor } from '@tri/ledger'
import { Fault } from '@tri/units'
import { z } from 'zod'

import { bytesOf, fieldsOfInvitation, textOfInvitation } from './invitation-text.ts'

const PREFIX = 'tri-steward:'

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
  return textOfInvitation(PREFIX, { genesis, member, address, tls, secret })
}

/** Reads an invitation. @throws Fault `invitation-unusable` */
export function invitationFrom(text: string): Invitation {
  const { v: _, ...invitation } = fieldsOfInvitation(PREFIX, shape, text)
  return invitation
}

/** The door that an invitation names. */
export function doorOf({ address, tls }: Pick<Invitation, 'address' | 'tls'>): PinnedDoor {
  const at = addressFrom(address)
  if (at === undefined) throw new Fault('invitation-unusable')
  return { ...at, tls }
}
