import { get } from 'node:http'

import { HEARTBEAT_MS, STATE_EVERY_MS } from '@tri/contract'
import { accept, present } from '@tri/units'
import { afterEach, describe, expect, it } from 'vitest'

import { EVENTS_KEPT_MAX, STREAMS_MAX, STREAMS_PUBLIC_MAX, type Announcement } from '../src/index.ts'
import { sampleHandlers } from '../src/testing/index.ts'
import { opened, type Opened } from './opened.ts'

interface Heard {
  readonly event: string
  readonly id: string | undefined
  readonly data: Record<string, unknown>
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A page that listens over a real socket. */
async function listening(door: Opened, headers: Record<string, string> = {}) {
  const address = await door.platform.listen({ port: 0 })
  if (!address.ok) throw new Error('no free port')
  return page(address.value.port, headers)
}

async function page(port: number, headers: Record<string, string> = {}) {
  const heard: Heard[] = []
  let waiting: (() => void) | undefined
  let ended = false
  let rest = ''
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const request = get({ host: '127.0.0.1', port, path: '/api/v1/events', headers }, (response) => {
    resolve(response.statusCode ?? 0)
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      heard.push(...parts.filter((part) => part.includes('data: ')).map(heardFrom))
      waiting?.()
    })
    response.on('close', () => {
      ended = true
      waiting?.()
    })
  })
  request.on('error', reject)
  closing.push(() => request.destroy())
  const status = await promise
  return {
    port,
    status,
    heard,
    close: () => request.destroy(),
    /** Waits until as many events of a kind were heard, or the stream ended. */
    async until(event: string, times = 1): Promise<Heard[]> {
      for (;;) {
        const found = heard.filter((one) => one.event === event)
        if (found.length >= times || ended) return found
        await new Promise<void>((wake) => {
          waiting = wake
        })
      }
    },
  }
}

function heardFrom(text: string): Heard {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]
  return {
    event: field('event') ?? '',
    id: field('id'),
    data: JSON.parse(field('data') ?? '{}') as Record<string, unknown>,
  }
}

const settled = (firstSlot: number): Announcement => ({
  event: 'settled',
  data: { firstSlot, untilSlot: firstSlot + 1, version: 1, root: '0'.repeat(64), mark: 'provisional' },
})

describe('the live stream', () => {
  it('greets with a heartbeat and the state, and repeats each in its time', async () => {
    const door = await opened()
    const live = await listening(door)
    expect(live.status).toBe(200)
    expect((await live.until('state')).at(0)?.data['community']).toMatchObject({ id: 'borgo-sole' })
    expect(await live.until('heartbeat')).toHaveLength(1)
    door.clock.move(STATE_EVERY_MS)
    expect(await live.until('state', 2)).toHaveLength(2)
    door.clock.move(HEARTBEAT_MS - STATE_EVERY_MS)
    expect(await live.until('heartbeat', 2)).toHaveLength(2)
  })

  it('tells a home to its own member only, and nothing of it to a stranger', async () => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const other = await door.signIn('household', 'home-01')
    const stranger = await listening(door)
    const port = stranger.port
    const mine = await page(port, { cookie: portCookie(cookie, port) })
    const theirs = await page(port, { cookie: portCookie(other, port) })
    expect((await mine.until('home')).map(({ data }) => data['member'])).toEqual(['home-03'])
    expect((await theirs.until('home')).map(({ data }) => data['member'])).toEqual(['home-01'])
    door.clock.move(STATE_EVERY_MS)
    await Promise.all([mine.until('home', 2), theirs.until('home', 2), stranger.until('state', 2)])
    expect(new Set(mine.heard.flatMap(({ data }) => data['member'] ?? []))).toEqual(new Set(['home-03']))
    expect(stranger.heard.filter(({ event }) => event === 'home')).toEqual([])
  })

  it('holds back the home of another member that a mistaken handler gives', async () => {
    const honest = sampleHandlers()
    const door = await opened({
      home: (reader, input, signal) => honest.home({ ...reader, member: 'home-01' }, input, signal),
    })
    const cookie = await door.signIn('household')
    const stranger = await listening(door)
    const mine = await page(stranger.port, { cookie: portCookie(cookie, stranger.port) })
    await mine.until('state')
    door.clock.move(STATE_EVERY_MS)
    await mine.until('state', 2)
    expect(JSON.stringify(mine.heard)).not.toContain('home-01')
  })

  it('tells no home after its session ended', async () => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const stranger = await listening(door)
    const mine = await page(stranger.port, { cookie: portCookie(cookie, stranger.port) })
    await mine.until('home')
    await door.platform.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } })
    door.clock.move(STATE_EVERY_MS)
    await mine.until('state', 2)
    door.clock.move(STATE_EVERY_MS)
    await mine.until('state', 3)
    expect(await mine.until('home')).toHaveLength(1)
  })

  it('gives a page that comes back what was settled meanwhile, once', async () => {
    const door = await opened()
    const first = await listening(door)
    await first.until('state')
    door.platform.announce(settled(1))
    door.platform.announce(settled(2))
    const [one] = await first.until('settled', 2)
    first.close()
    const again = await page(first.port, {
      'last-event-id': present(one?.id, 'a settled event has its number'),
    })
    door.platform.announce(settled(3))
    const heard = await again.until('settled', 2)
    expect(heard.map(({ data }) => data['firstSlot'])).toEqual([2, 3])
  })

  it('knows no number of another start, and keeps the newest events only', async () => {
    const door = await opened()
    for (let i = 0; i <= EVENTS_KEPT_MAX; i += 1) door.platform.announce(settled(i))
    const foreign = await listening(door, { 'last-event-id': 'zzz-0' })
    await foreign.until('state')
    expect(foreign.heard.filter(({ event }) => event === 'settled')).toEqual([])
    const start = door.clock.nowMs().toString(36)
    const old = await page(foreign.port, { 'last-event-id': `${start}-0` })
    const heard = await old.until('settled', EVENTS_KEPT_MAX)
    expect(heard.map(({ data }) => data['firstSlot'])).toEqual(
      Array.from({ length: EVENTS_KEPT_MAX }, (_, i) => i + 1),
    )
  })

  it('computes nothing while nobody listens', async () => {
    const honest = sampleHandlers()
    let asked = 0
    const door = await opened({
      state: (reader, input, signal) => {
        asked += 1
        return honest.state(reader, input, signal)
      },
    })
    door.clock.move(10 * STATE_EVERY_MS)
    expect(asked).toBe(0)
    const live = await listening(door)
    await live.until('state')
    expect(asked).toBe(1)
  })

  it('an undeclared field does not leave here either', async () => {
    const door = await opened({
      home: async (reader, input, signal) => {
        const outcome = await sampleHandlers().home(reader, input, signal)
        return outcome.ok ? accept({ ...outcome.value, street: 'Via Po 4' }) : outcome
      },
    })
    const cookie = await door.signIn('household')
    const address = await door.platform.listen({ port: 0 })
    const port = address.ok ? address.value.port : 0
    const mine = await page(port, { cookie: portCookie(cookie, port) })
    const [home] = await mine.until('home')
    expect(home?.data['member']).toBe('home-03')
    expect(JSON.stringify(mine.heard)).not.toContain('Via Po 4')
  })

  it('strangers cannot take the places of members', async () => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const first = await listening(door)
    for (let i = 1; i < STREAMS_PUBLIC_MAX; i += 1) expect((await page(first.port)).status).toBe(200)
    expect((await page(first.port)).status).toBe(503)
    const member = await page(first.port, { cookie: portCookie(cookie, first.port) })
    expect(member.status).toBe(200)
    expect(STREAMS_MAX).toBeGreaterThan(STREAMS_PUBLIC_MAX)
  })

  it('tells a payer where her payment stands, and nobody else, not even one who comes back later', async () => {
    const door = await opened()
    const stranger = await listening(door)
    const { port } = stranger
    const mine = await page(port, { cookie: portCookie(await door.signIn('household'), port) })
    const theirs = await page(port, { cookie: portCookie(await door.signIn('household', 'home-01'), port) })
    const standing = { member: 'home-03', id: 'p-9', standing: 'final', height: 7, mark: 'final' } as const
    door.platform.announce({ event: 'standing', data: standing })
    door.platform.announce(settled(5))
    expect((await mine.until('standing')).map(({ data }) => data)).toEqual([standing])
    const [last] = await theirs.until('settled')
    await stranger.until('settled')
    const back = await page(port, { 'last-event-id': (last?.id ?? '').replace(/-\d+$/, '-0') })
    await back.until('settled')
    for (const other of [stranger, theirs, back])
      expect(other.heard.filter(({ event }) => event === 'standing')).toEqual([])
  })

  it('ends with the platform', async () => {
    const door = await opened()
    const live = await listening(door)
    await live.until('state')
    await door.platform.close()
    expect(await live.until('never')).toEqual([])
  })
})

// The name of the cookie ends in the port that the page used.
function portCookie(cookie: string, port: number): string {
  return cookie.replace('tri_session_80=', `tri_session_${port}=`)
}
