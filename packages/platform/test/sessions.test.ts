import { describe, expect, it } from 'vitest'

import { CLAIMS_PER_MINUTE_MAX, LINK_VALID_MS, SESSION_VALID_MS, memorySessions } from '../src/index.ts'
import { SAMPLE_HOUSEHOLD, sessionStoreSuite } from '../src/testing/index.ts'
import { bodyOf, claim, cookieOf, opened, tokenOf } from './opened.ts'

sessionStoreSuite('in memory', memorySessions)

const household = { role: 'household', member: SAMPLE_HOUSEHOLD } as const

describe('a one-time link', () => {
  it('opens one session, once', async () => {
    const { platform } = await opened()
    const token = tokenOf(platform.oneTimePath(household))
    const first = await claim(platform, token)
    expect(first.status).toBe(201)
    expect(bodyOf(first)).toEqual({
      role: 'household',
      member: { id: SAMPLE_HOUSEHOLD, name: 'Casa Sole', kind: 'household' },
      language: null,
    })
    const second = await claim(platform, token)
    expect([second.status, bodyOf(second)['code']]).toEqual([401, 'link-unusable'])
    expect(second.headers['set-cookie']).toBeUndefined()
  })

  it('keeps its token behind the #, where no log and no other site sees it', async () => {
    const { platform } = await opened()
    expect(platform.oneTimePath(household)).toMatch(/^\/open#[\w-]{43}$/)
  })

  it('is good until the last millisecond of its time', async () => {
    const { platform, clock } = await opened()
    const early = tokenOf(platform.oneTimePath(household))
    clock.move(LINK_VALID_MS - 1)
    expect((await claim(platform, early)).status).toBe(201)
    const late = tokenOf(platform.oneTimePath(household))
    clock.move(LINK_VALID_MS)
    expect((await claim(platform, late)).status).toBe(401)
  })

  it('cannot be guessed for long: the eleventh try within a minute waits', async () => {
    const { platform, clock } = await opened()
    for (let i = 0; i < CLAIMS_PER_MINUTE_MAX; i += 1)
      expect((await claim(platform, `guess-number-${i}-of-many`)).status).toBe(401)
    const token = tokenOf(platform.oneTimePath(household))
    clock.move(20_000)
    const tooMany = await claim(platform, token)
    expect([tooMany.status, bodyOf(tooMany)['code']]).toEqual([429, 'too-many-requests'])
    expect(tooMany.headers['retry-after']).toBe('40')
    clock.move(40_000)
    expect((await claim(platform, token)).status).toBe(201)
  })
})

describe('a session', () => {
  it('lives in a cookie out of reach of scripts and other sites, named after the port', async () => {
    const { platform } = await opened()
    const answer = await platform.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: { 'content-type': 'application/json', host: 'localhost:8081' },
      payload: JSON.stringify({ token: tokenOf(platform.oneTimePath(household)) }),
    })
    expect(answer.headers['set-cookie']).toMatch(
      /^tri_session_8081=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    )
  })

  it('is nobody’s without a cookie, with a false one, and after it ended', async () => {
    const { platform, signIn } = await opened()
    const cookie = await signIn('household')
    const who = async (header: string) =>
      bodyOf(await platform.inject({ method: 'GET', url: '/api/v1/session', headers: { cookie: header } }))[
        'role'
      ]
    expect(await who(cookie)).toBe('household')
    expect(await who('')).toBeNull()
    expect(await who('tri_session_80=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).toBeNull()
    const ended = await platform.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } })
    expect(ended.headers['set-cookie']).toContain('Max-Age=0')
    expect(await who(cookie)).toBeNull()
  })

  it('ends after its time', async () => {
    const { platform, signIn, clock } = await opened()
    const cookie = await signIn('household')
    const home = async () =>
      (await platform.inject({ method: 'GET', url: '/api/v1/home', headers: { cookie } })).status
    clock.move(SESSION_VALID_MS - 1)
    expect(await home()).toBe(200)
    clock.move(1)
    expect(await home()).toBe(401)
  })

  it('remembers the language, and speaks it in refusals', async () => {
    const { platform, signIn } = await opened()
    const cookie = await signIn('household')
    const chosen = await platform.inject({
      method: 'PUT',
      url: '/api/v1/session/language',
      headers: { cookie, 'content-type': 'application/json' },
      payload: '{"language":"it"}',
    })
    expect(bodyOf(chosen)['language']).toBe('it')
    const refused = await platform.inject({
      method: 'GET',
      url: '/api/v1/settle/months',
      headers: { cookie },
    })
    expect(bodyOf(refused)['detail']).toBe('Questo può farlo solo il coordinatore.')
  })

  it('is kept as a digest only: the store never sees a token', async () => {
    const store = memorySessions()
    const seen: string[] = []
    const { platform } = await opened(
      {},
      {
        sessions: {
          ...store,
          addLink: (link) => {
            seen.push(JSON.stringify(link))
            store.addLink(link)
          },
          addSession: (session) => {
            seen.push(JSON.stringify(session))
            store.addSession(session)
          },
        },
      },
    )
    const token = tokenOf(platform.oneTimePath(household))
    const cookie = cookieOf(await claim(platform, token)).split('=')[1] ?? ''
    expect(seen).toHaveLength(2)
    expect(seen.join()).not.toContain(token)
    expect(seen.join()).not.toContain(cookie)
  })
})
