import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { bodyOf, opened } from './opened.ts'

const outside = mkdtempSync(join(tmpdir(), 'tri-web-'))
const root = join(outside, 'dist')
beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>TRI</title>')
  writeFileSync(join(root, 'assets', 'main-3f2a.js'), 'export const one = 1\n'.repeat(100))
  writeFileSync(join(outside, 'secret.txt'), 'not for anyone')
})
afterAll(() => {
  rmSync(outside, { recursive: true })
})

describe('the pages', () => {
  it.each(['/', '/home', '/nearby', '/exchange/settle', '/settings', '/open', '/home?kiosk'])(
    '%s is the one document, asked for anew each time',
    async (url) => {
      const { platform } = await opened({}, { webRoot: root })
      const answer = await platform.inject({ method: 'GET', url })
      expect([answer.status, answer.body]).toEqual([200, '<!doctype html><title>TRI</title>'])
      expect(answer.headers['cache-control']).toBe('no-cache')
    },
  )

  it('a file named by its content is kept for a year, and squeezed for whoever takes it so', async () => {
    const { platform } = await opened({}, { webRoot: root })
    const url = '/assets/main-3f2a.js'
    const address = await platform.listen({ port: 0 })
    const origin = address.ok ? `http://127.0.0.1:${address.value.port}` : ''
    const answer = await fetch(origin + url, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await answer.text()).toBe('export const one = 1\n'.repeat(100))
    const plain = await platform.inject({ method: 'GET', url })
    expect(plain.headers['content-encoding']).toBeUndefined()
  })

  it('one that did not change is not sent again', async () => {
    const { platform } = await opened({}, { webRoot: root })
    const first = await platform.inject({ method: 'GET', url: '/' })
    const again = await platform.inject({
      method: 'GET',
      url: '/',
      headers: { 'if-none-match': String(first.headers['etag']) },
    })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//etc/passwd.txt',
    '/none.js',
  ])('%s leads nowhere', async (url) => {
    const { platform } = await opened({}, { webRoot: root })
    const answer = await platform.inject({ method: 'GET', url })
    expect(answer.body).not.toContain('not for anyone')
    expect(answer.status).toBe(404)
  })

  it('an address of the API that is none is a problem, not a page', async () => {
    const { platform } = await opened({}, { webRoot: root })
    const answer = await platform.inject({ method: 'GET', url: '/api/v1/unknown' })
    expect([answer.status, bodyOf(answer)['code']]).toEqual([404, 'not-found'])
  })

  it('a node without built pages still answers its API', async () => {
    const { platform } = await opened({}, { webRoot: join(outside, 'absent') })
    expect((await platform.inject({ method: 'GET', url: '/home' })).status).toBe(404)
    expect((await platform.inject({ method: 'GET', url: '/api/v1/state' })).status).toBe(200)
  })
})
