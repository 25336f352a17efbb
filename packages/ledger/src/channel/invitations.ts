import { keysUnder, type KeyValue } from '@tri/community'
import { canonicalBytes, fromOwnBytes } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

/** How long an invitation stands: a day, to carry a box across the village. */
export const INVITATION_MS = 86_400_000
/** Invitations open at once. */
export const INVITATIONS_MAX = 16

const kept = z.strictObject({ member: z.string(), until: z.int(), tls: z.string().optional() })

/** Invitations of this steward: each a secret that one box can take up for one member, once, within its time. */
export interface Invitations {
  /** Keeps the digest of a secret; the secret itself is only on the paper. False when too many are open. */
  invite(member: string, secret: Uint8Array): boolean
  take(tls: Uint8Array, secret: Uint8Array): boolean
  /** The member whose invitation a box took up. */
  takenBy(tls: Uint8Array): string | undefined
}

/** Keeps invitations in a store of the steward's own, which is no part of the book. */
export function invitationsIn(store: KeyValue, now: () => number): Invitations {
  const open = () =>
    [...store.entries(keysUnder('invitation'))]
      .map(([key, bytes]) => ({ key, ...kept.parse(fromOwnBytes(bytes)) }))
      .filter(({ key, until }) => {
        if (until > now()) return true
        store.delete(key)
        return false
      })
  return {
    invite(member, secret) {
      if (open().length >= INVITATIONS_MAX) return false
      store.set(keyOf(secret), canonicalBytes({ member, until: now() + INVITATION_MS }))
      return true
    },
    take(tls, secret) {
      const found = open().find(({ key }) => key === keyOf(secret))
      if (found === undefined || (found.tls !== undefined && found.tls !== hex(tls))) return false
      store.set(found.key, canonicalBytes({ member: found.member, until: found.until, tls: hex(tls) }))
      return true
    },
    takenBy: (tls) => open().find((one) => one.tls === hex(tls))?.member,
  }
}

function keyOf(secret: Uint8Array): string {
  return `invitation/${hex(sha256(new TextEncoder().encode('tri/invitation/1\0'), secret))}`
}
