import type { Language } from '@tri/contract'
import { accept, must, refuse, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { Clock, Reader } from './ports.ts'
import type { SessionRecord, SessionStore } from './session-store.ts'

/** A link that nobody opened within a day is forgotten. */
export const LINK_VALID_MS = 24 * 3_600_000
/** A session that is not renewed by a new link ends after thirty days. */
export const SESSION_VALID_MS = 30 * 24 * 3_600_000
/** Claims of links from one address within a minute; more are refused until the minute is over. */
export const CLAIMS_PER_MINUTE_MAX = 10
/** Addresses whose claims are counted at a time; beyond it everybody waits for the minute to end. */
const CLAIMANTS_MAX = 10_000
const TOKEN_BYTES = 32

export interface OpenedSession {
  readonly token: string
  readonly reader: Reader
  readonly validMs: number
}

export type ClaimRefusal =
  | { readonly code: 'link-unusable' }
  | { readonly code: 'too-many-requests'; readonly details: { readonly waitS: number } }

/** Who is who: links, sessions, and how often somebody may try. */
export interface Sessions {
  link(of: { readonly role: Reader['role']; readonly member: string }, validMs?: number): string
  claim(token: string, address: string): Outcome<OpenedSession, ClaimRefusal>
  reader(token: string): Reader | undefined
  setLanguage(token: string, language: Language): void
  end(token: string): void
}

/**
 * Sessions over a store.
 *
 * @param ports.random gives that many bytes from the system's randomness
 */
export function openSessions(ports: {
  readonly store: SessionStore
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
}): Sessions {
  const { store, clock } = ports
  const claims = claimCounter(clock)
  const newToken = () => {
    const bytes = ports.random(TOKEN_BYTES)
    must(bytes.length === TOKEN_BYTES, 'a token has all its random bytes')
    return Buffer.from(bytes).toString('base64url')
  }
  const valid = (token: string): SessionRecord | undefined => {
    const record = store.session(digestOf(token))
    return record === undefined || record.expiresAt <= clock.nowMs() ? undefined : record
  }

  return {
    link({ role, member }, validMs = LINK_VALID_MS) {
      store.removeExpired(clock.nowMs())
      const token = newToken()
      store.addLink({ digest: digestOf(token), role, member, expiresAt: clock.nowMs() + validMs })
      return token
    },
    claim(token, address) {
      const waitS = claims.waitS(address)
      if (waitS > 0) return refuse({ code: 'too-many-requests', details: { waitS } })
      const link = store.takeLink(digestOf(token))
      if (link === undefined || link.expiresAt <= clock.nowMs()) return refuse({ code: 'link-unusable' })
      const { role, member } = link
      const opened = newToken()
      const expiresAt = clock.nowMs() + SESSION_VALID_MS
      store.addSession({ digest: digestOf(opened), role, member, language: undefined, expiresAt })
      const reader = { role, member, language: undefined }
      return accept({ token: opened, reader, validMs: SESSION_VALID_MS })
    },
    reader(token) {
      const record = valid(token)
      return record && { role: record.role, member: record.member, language: record.language }
    },
    setLanguage: (token, language) => {
      store.setLanguage(digestOf(token), language)
    },
    end: (token) => {
      store.removeSession(digestOf(token))
    },
  }
}

// Only the digest is kept: whoever reads the file cannot open a session with it.
function digestOf(token: string): string {
  return hex(sha256(new TextEncoder().encode(token)))
}

function claimCounter(clock: Clock): { waitS(address: string): number } {
  const windowMs = 60_000
  let startedAt = clock.nowMs()
  let byAddress = new Map<string, number>()
  return {
    waitS(address) {
      const now = clock.nowMs()
      if (now - startedAt >= windowMs || now < startedAt) {
        startedAt = now
        byAddress = new Map()
      }
      const made = byAddress.get(address) ?? 0
      const full = made >= CLAIMS_PER_MINUTE_MAX || (made === 0 && byAddress.size >= CLAIMANTS_MAX)
      if (full) return Math.ceil((startedAt + windowMs - now) / 1000)
      byAddress.set(address, made + 1)
      return 0
    },
  }
}
