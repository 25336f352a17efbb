import { describe, expect, it } from 'vitest'

import { PAGE_POLICY } from '../src/index.ts'
import { API_PREFIX, openApiDocument, routes } from '@tri/contract'
import { bodyOf, goodRequests, opened } from './opened.ts'

const writes = Object.entries(routes).filter(([, { method }]) => method !== 'GET')

describe('the name a request uses', () => {
  it.each([
    'localhost',
    'localhost:8080',
    '127.0.0.1:8080',
    '[::1]:8080',
    '192.168.1.20',
    'Mulino.local:8080',
  ])('%s is ours', async (host) => {
    const { platform } = await opened({}, { names: ['mulino.local'] })
    expect((await platform.inject({ method: 'GET', url: '/api/v1/state', headers: { host } })).status).toBe(
      200,
    )
  })

  it.each(['evil.example', 'localhost.evil.example:8080', '127.0.0.1.nip.io', 'a b', 'user@localhost'])(
    '%s is not: another site may have pointed it here',
    async (host) => {
      const { platform } = await opened({}, { names: ['mulino.local'] })
      const answer = await platform.inject({ method: 'GET', url: '/api/v1/state', headers: { host } })
      expect([answer.status, bodyOf(answer)['code']]).toEqual([421, 'host-unknown'])
    },
  )
})

describe('a write', () => {
  it.each(writes)(
    '%s from another site’s page is refused, whoever is signed in',
    async (name, { method }) => {
      const { platform, signIn } = await opened()
      const cookie = await signIn('coordinator')
      const asked = name === 'openSession' ? { path: '/session' } : goodRequests[name as 'pay']
      const send = async (headers: Record<string, string>) =>
        platform.inject({
          method,
          url: API_PREFIX + asked.path,
          headers: { cookie, host: 'localhost:8080', ...headers },
        })
      for (const origin of [
        'http://evil.example',
        'null',
        'http://localhost:8081',
        'https://localhost:8080.evil.example',
      ]) {
        const answer = await send({ origin })
        expect([origin, answer.status, bodyOf(answer)['code']]).toEqual([origin, 403, 'origin-foreign'])
      }
      expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      expect((await send({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    },
  )

  it('from the node’s own page, and from a program, is taken', async () => {
    const { platform, signIn } = await opened()
    const cookie = await signIn('household')
    const write = async (headers: Record<string, string>) =>
      platform.inject({
        method: 'PUT',
        url: '/api/v1/session/language',
        headers: {
          cookie: cookie.replace('_80=', '_8080='),
          'content-type': 'application/json',
          host: 'localhost:8080',
          ...headers,
        },
        payload: '{"language":"en"}',
      })
    expect((await write({ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })).status).toBe(
      200,
    )
    expect((await write({})).status).toBe(200)
  })
})

describe('what every answer carries', () => {
  it('lets no page take anything from elsewhere, nor be framed', async () => {
    const { platform } = await opened()
    for (const url of ['/api/v1/state', '/nothing.js', '/api/v1/home']) {
      const { headers } = await platform.inject({ method: 'GET', url })
      expect(headers['content-security-policy']).toBe(PAGE_POLICY)
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['referrer-policy']).toBe('no-referrer')
    }
    expect(PAGE_POLICY).not.toMatch(/https?:|\*|unsafe/)
  })

  it('leaves no address, member or token in the log', async () => {
    const { platform, signIn, log } = await opened()
    const cookie = await signIn('household')
    for (const url of ['/api/v1/exchange/receipts/p-0001', '/api/v1/home/day?date=2026-06-11'])
      await platform.inject({ method: 'GET', url, headers: { cookie } })
    const heard = log.heard.join('\n')
    expect(heard).toContain('/api/v1/exchange/receipts/:id')
    for (const hidden of ['p-0001', '2026-06-11', 'home-03', cookie.split('=')[1] ?? '', '127.0.0.1'])
      expect(heard).not.toContain(hidden)
  })
})

describe('the documents', () => {
  it('the node serves the OpenAPI document of the contract', async () => {
    const { platform } = await opened()
    const answer = await platform.inject({ method: 'GET', url: '/api/openapi.json' })
    expect(JSON.parse(answer.body)).toEqual(openApiDocument())
  })

  it.each([
    ['en', 'Every address of this node'],
    ['it', 'Ogni indirizzo di questo nodo'],
  ])('the page for people needs nothing but itself (%s)', async (language, says) => {
    const { platform } = await opened()
    const answer = await platform.inject({
      method: 'GET',
      url: '/api/docs',
      headers: { 'accept-language': language },
    })
    expect(answer.body).toContain(says)
    expect(answer.body).toContain(`<html lang="${language}">`)
    expect(answer.body).not.toMatch(/<script|<link|<img|src=/)
    expect(answer.headers['content-security-policy']).toMatch(/style-src 'sha256-[\w+/=]{44}'/)
    for (const { path } of Object.values(routes)) expect(answer.body).toContain(`/api/v1${path}</code>`)
  })
})
