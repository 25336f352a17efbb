import { createServer } from 'node:net'

import { describe, expect, it } from 'vitest'

import { opened } from './opened.ts'

describe('beginning to listen', () => {
  it('answers on this machine only unless told', async () => {
    const { platform } = await opened()
    const address = await platform.listen({ port: 0 })
    expect(address).toMatchObject({ ok: true, value: { host: '127.0.0.1' } })
    const origin = address.ok ? address.value.origin : ''
    expect(origin).toMatch(/^http:\/\/localhost:\d+$/)
    const answer = await fetch(`${origin.replace('localhost', '127.0.0.1')}/api/v1/state`)
    expect(answer.status).toBe(200)
  })

  it('a busy port is refused with the next one that is free', async () => {
    const other = createServer()
    await new Promise<void>((ready) => {
      other.listen({ host: '127.0.0.1', port: 0 }, ready)
    })
    const bound = other.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    const { platform } = await opened()
    const refused = await platform.listen({ port })
    expect(refused).toMatchObject({ ok: false, refusal: { is: 'port-in-use', port } })
    const free = refused.ok ? undefined : refused.refusal.free
    expect(free).toBeGreaterThan(port)
    expect((await platform.listen({ port: free ?? 0 })).ok).toBe(true)
    await new Promise((done) => other.close(done))
  })
})
