import { describe, expect, it } from 'vitest'

import type { SessionStore } from '../session-store.ts'

/**
 * What every session store keeps to.
 *
 * @param name what is tested
 * @param open gives an empty store
 */
export function sessionStoreSuite(name: string, open: () => SessionStore): void {
  const link = { digest: 'a', role: 'household', member: 'home-1', expiresAt: 1000 } as const
  const session = { ...link, digest: 's', language: undefined } as const

  describe(`the session store: ${name}`, () => {
    it('gives a link once', () => {
      const store = open()
      store.addLink(link)
      expect(store.takeLink('a')).toEqual(link)
      expect(store.takeLink('a')).toBeUndefined()
      expect(store.takeLink('never given')).toBeUndefined()
      store.close()
    })

    it('keeps a session with its language until it is removed', () => {
      const store = open()
      store.addSession(session)
      expect(store.session('s')).toEqual(session)
      store.setLanguage('s', 'it')
      store.setLanguage('unknown', 'en')
      expect(store.session('s')).toEqual({ ...session, language: 'it' })
      store.removeSession('s')
      expect(store.session('s')).toBeUndefined()
      store.close()
    })

    it('a link is no session, and a session no link', () => {
      const store = open()
      store.addLink(link)
      store.addSession(session)
      expect(store.session('a')).toBeUndefined()
      expect(store.takeLink('s')).toBeUndefined()
      store.close()
    })

    it('forgets what expired at or before an instant, and nothing else', () => {
      const store = open()
      store.addLink(link)
      store.addLink({ ...link, digest: 'b', expiresAt: 1001 })
      store.addSession(session)
      store.addSession({ ...session, digest: 't', expiresAt: 1001 })
      store.removeExpired(1000)
      expect(store.takeLink('a')).toBeUndefined()
      expect(store.takeLink('b')?.expiresAt).toBe(1001)
      expect(store.session('s')).toBeUndefined()
      expect(store.session('t')?.expiresAt).toBe(1001)
      store.close()
    })
  })
}
