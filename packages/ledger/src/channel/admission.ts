import { memberById, memberOfKey, type KeyValue, type Member } from '@tri/community'
import { hex } from '@tri/units/crypto'

import type { Admission, Credentials } from './desk.ts'
import type { Invitations } from './invitations.ts'
import { isWarrantSigned } from './warrant.ts'

/** What admission looks at: the book as it stands, and who keeps it. */
export interface AdmissionPorts {
  readonly store: KeyValue
  readonly chain: string
  readonly now: () => number
  /** The stewards of now, by the TLS keys of their doors. */
  readonly stewards: () => readonly { readonly member: string; readonly tls: Uint8Array }[]
  readonly invitations: Pick<Invitations, 'take' | 'takenBy'>
}

/**
 * Tells who stands at the door. A steward is whoever holds a TLS key of the set; a candidate took up an invitation; a
 * member shows a key of hers, or a box she vouched for. Who left the community, and everybody else, is a stranger.
 */
export function admissionOf({ store, chain, now, stewards, invitations }: AdmissionPorts): Admission {
  const memberOf = ({ tls, warrant }: Credentials): Member | undefined => {
    if (warrant === undefined) return memberOfKey(store, tls)
    if (now() >= warrant.until) return undefined
    const member = memberById(store, warrant.member)
    return member?.keys.includes(hex(warrant.key)) === true ? member : undefined
  }
  return {
    visitorOf(credentials) {
      const { tls } = credentials
      const digits = hex(tls)
      const steward = stewards().find((one) => hex(one.tls) === digits)
      if (steward !== undefined) return { is: 'steward', member: steward.member, tls }
      const invited = invitations.takenBy(tls)
      if (invited !== undefined) return { is: 'candidate', member: invited, tls }
      const member = memberOf(credentials)
      if (member === undefined || member.leftAt !== undefined) return { is: 'stranger', tls }
      return { is: 'member', member: member.id, tls }
    },
    isWarrantUsable: ({ tls }, warrant) =>
      warrant.chain === chain && hex(warrant.tls) === hex(tls) && isWarrantSigned(warrant, now()),
    takeInvitation: (tls, secret) => invitations.take(tls, secret),
  }
}
