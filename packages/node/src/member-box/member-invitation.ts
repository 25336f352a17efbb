import { addressFrom } from '@tri/ledger'
import { z } from 'zod'

import { bytesOf, fieldsOfInvitation, textOfInvitation } from '../steward/invitation-text.ts'

const PREFIX = 'tri-member:'
/** Doors in one invitation: the text stays a QR code that a phone reads; the box learns of the other stewards from the book. */
export const INVITED_DOORS_MAX = 4

const bytes32 = bytesOf(32)
const shape = z.strictObject({
  v: z.literal(1),
  genesis: z.string().max(120),
  member: z.string().min(1).max(64),
  seed: bytes32,
  doors: z
    .array(
      z.strictObject({
        address: z.string().refine((text) => addressFrom(text) !== undefined),
        tls: bytes32,
      }),
    )
    .max(INVITED_DOORS_MAX),
})

/** A steward's door as it is written down: where it is, and the key it must show. */
export interface ListedDoor {
  readonly address: string
  readonly tls: Uint8Array
}

/** What a household's box needs to follow the community as one of its members. */
export interface MemberInvitation {
  /** The text of the genesis: `tri:<community>:<digest>`. */
  readonly genesis: string
  readonly member: string
  /** Of a key that the book knows as hers. The box puts one of its own in its place and is then the only one to have it. */
  readonly seed: Uint8Array
  /** None where the stewards are found on the local network. */
  readonly doors: readonly ListedDoor[]
}

/** An invitation as text, short enough for a QR code. Whoever reads it first can take it up: it goes from hand to hand. */
export function memberInvitationText({ genesis, member, seed, doors }: MemberInvitation): string {
  return textOfInvitation(PREFIX, { genesis, member, seed, doors: doors.map((door) => ({ ...door })) })
}

/** Reads an invitation. @throws Fault `invitation-unusable` */
export function memberInvitationFrom(text: string): MemberInvitation {
  const { v: _, ...invitation } = fieldsOfInvitation(PREFIX, shape, text)
  return invitation
}
