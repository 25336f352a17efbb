import type { Language } from '@tri/contract'

/** A link that opens one session. Only the digest of its token is kept. */
export interface LinkRecord {
  readonly digest: string
  readonly role: 'household' | 'coordinator'
  readonly member: string
  readonly expiresAt: number
}

/** A session. Only the digest of the cookie's token is kept. */
export interface SessionRecord {
  readonly digest: string
  readonly role: 'household' | 'coordinator'
  readonly member: string
  readonly language: Language | undefined
  readonly expiresAt: number
}

/** Where links and sessions are kept. `sessionStoreSuite` in `@tri/platform/testing` holds for each implementation. */
export interface SessionStore {
  addLink(link: LinkRecord): void
  /** Gives a link and forgets it in one step, so that it opens one session even when two ask at once. */
  takeLink(digest: string): LinkRecord | undefined
  addSession(session: SessionRecord): void
  session(digest: string): SessionRecord | undefined
  setLanguage(digest: string, language: Language): void
  removeSession(digest: string): void
  /** Forgets links and sessions that expired at or before this instant. */
  removeExpired(nowMs: number): void
  close(): void
}

/** Links and sessions in memory: they end with the process. */
export function memorySessions(): SessionStore {
  const links = new Map<string, LinkRecord>()
  const sessions = new Map<string, SessionRecord>()
  return {
    addLink: (link) => void links.set(link.digest, link),
    takeLink(digest) {
      const link = links.get(digest)
      links.delete(digest)
      return link
    },
    addSession: (session) => void sessions.set(session.digest, session),
    session: (digest) => sessions.get(digest),
    setLanguage(digest, language) {
      const session = sessions.get(digest)
      if (session !== undefined) sessions.set(digest, { ...session, language })
    },
    removeSession: (digest) => void sessions.delete(digest),
    removeExpired(nowMs) {
      for (const record of links.values()) if (record.expiresAt <= nowMs) links.delete(record.digest)
      for (const record of sessions.values()) if (record.expiresAt <= nowMs) sessions.delete(record.digest)
    },
    close() {
      links.clear()
      sessions.clear()
    },
  }
}
