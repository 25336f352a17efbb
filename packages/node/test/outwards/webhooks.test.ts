import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createHmac } from 'node:crypto'

import { memoryStore } from '@tri/community'
import { until } from '@tri/meters/testing'
import { epochMs, slot } from '@tri/units'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { openOutwards, type Outwards } from '../../src/outwards/open-outwards.ts'
import { outwardsShape, WEBHOOK_KINDS } from '../../src/outwards/outwards-shape.ts'
import type { OutwardsEvent } from '../../src/outwards/outwards-sources.ts'
import { WEBHOOK_WAITING_MAX, webhookQueue } from '../../src/outwards/webhook-queue.ts'
import { webhookMessage, webhookSignature } from '../../src/outwards/webhook-message.ts'
import { WEBHOOK_WAIT_MS } from '../../src/outwards/webhooks.ts'
import {
  handPorts,
  handSources,
  reportOf,
  settingsOf,
  type HandPorts,
  type HandSources,
} from './outwards-rig.ts'

const SECRET = '0123456789abcdef0123456789abcdef'

/** The body's shape, version 1. */
const bodyShape = z.strictObject({
  schema: z.literal('tri/webhook/1'),
  id: z.string(),
  kind: z.enum(WEBHOOK_KINDS),
  at: z.iso.datetime(),
  community: z.literal('viottolo'),
  member: z.literal('home-1'),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  lost: z.int().min(0),
})

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver that answers with a status of the test's choosing; `hang` never answers. */
interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  status: number | 'hang'
}

async function openReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => void (body += piece))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body })
      if (receiver.status === 'hang') return
      response.writeHead(receiver.status, receiver.status === 302 ? { location: '/elsewhere' } : {})
      response.end('an answer that nobody reads')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    status: 204,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

const gap: OutwardsEvent = { kind: 'gap', meter: 'm1', firstSlot: slot(1_994_000), slots: 5, why: 'silence' }
const incident: OutwardsEvent = {
  kind: 'incident',
  is: 'wrong-direction',
  meter: undefined,
  at: epochMs(1_795_000_000_000),
}
const refused: OutwardsEvent = {
  kind: 'statement-refused',
  meter: 'm1',
  slot: slot(1_994_000),
  refusal: 'slot-in-future',
}

function telling(
  url: string,
  ports: HandPorts,
  sources: HandSources = handSources(undefined, []),
  more: object = {},
): Outwards {
  const webhooks = [{ id: 'house', url, secret: SECRET, ...more }]
  return openOutwards(settingsOf({ webhooks }), sources, ports)
}

async function reached(
  outwards: Outwards,
  holds: (report: ReturnType<Outwards['report']>['webhooks'][0] & {}) => boolean,
) {
  await until(
    () => outwards.report().webhooks.some((one) => holds(one)),
    () => JSON.stringify(outwards.report()),
  )
}

test('events arrive in order, once, in their shape, signed, with an id of their own', async () => {
  await using receiver = await openReceiver()
  const [ports, sources] = [handPorts(), handSources(undefined, [])]
  await using outwards = telling(receiver.url, ports, sources)
  for (const event of [gap, incident, refused]) sources.tell(event)
  await reached(outwards, ({ sent }) => sent === 3)
  const bodies = receiver.received.map(({ body }) => bodyShape.parse(JSON.parse(body)))
  expect(bodies.map(({ kind, details }) => ({ kind, details }))).toEqual([
    {
      kind: 'gap',
      details: {
        meter: 'm1',
        from: '2026-11-13T20:00:00Z',
        until: '2026-11-13T21:15:00Z',
        slots: 5,
        why: 'silence',
      },
    },
    { kind: 'incident', details: { is: 'wrong-direction', meter: null, since: '2026-11-18T11:06:40Z' } },
    {
      kind: 'statement-refused',
      details: { meter: 'm1', from: '2026-11-13T20:00:00Z', refusal: 'slot-in-future' },
    },
  ])
  for (const [at, { headers, body }] of receiver.received.entries()) {
    const [, seconds, code] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['tri-signature'])) ?? []
    expect(code).toBe(createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'))
    expect(Number(seconds) * 1000).toBe(ports.now())
    expect(headers['idempotency-key']).toBe(bodies[at]?.id)
    expect(headers['content-type']).toBe('application/json')
  }
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(3)
})

test('a receiver that fails is told again, later each time, the same event under the same id', async () => {
  await using receiver = await openReceiver()
  receiver.status = 503
  const [ports, sources] = [handPorts(), handSources(undefined, [])]
  await using outwards = telling(receiver.url, ports, sources)
  sources.tell(gap)
  for (let tries = 1; tries <= 9; tries++) {
    await reached(outwards, ({ failedTries }) => failedTries === tries)
    expect(outwards.report().webhooks[0]?.problem).toMatchObject({ code: 'webhook-answered' })
    const pauses = ports.pauses.filter((ms) => ms !== WEBHOOK_WAIT_MS)
    await until(
      () => ports.rests(pauses.at(-1) ?? 0),
      () => 'a pause',
    )
    if (tries === 9) receiver.status = 200
    ports.advance(60_000)
  }
  await reached(outwards, ({ sent }) => sent === 1)
  expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
  const pauses = ports.pauses.filter((ms) => ms !== WEBHOOK_WAIT_MS)
  expect(pauses).toEqual([750, 1500, 3000, 6000, 12_000, 24_000, 45_000, 45_000, 45_000])
  expect(outwards.report().webhooks[0]).toMatchObject({ waiting: 0, problem: undefined })
})

test('a receiver that hangs is let go after ten seconds and tried again', async () => {
  await using receiver = await openReceiver()
  receiver.status = 'hang'
  const [ports, sources] = [handPorts(), handSources(undefined, [])]
  await using outwards = telling(receiver.url, ports, sources)
  sources.tell(gap)
  await until(
    () => receiver.received.length === 1,
    () => 'the first try',
  )
  ports.advance(WEBHOOK_WAIT_MS)
  await reached(outwards, ({ problem }) => problem?.code === 'webhook-late')
  receiver.status = 200
  await until(
    () => ports.rests(750),
    () => 'the pause after it',
  )
  ports.advance(1000)
  await reached(outwards, ({ sent }) => sent === 1)
})

test('a redirection is not followed', async () => {
  await using receiver = await openReceiver()
  receiver.status = 302
  const [ports, sources] = [handPorts(), handSources(undefined, [])]
  await using outwards = telling(receiver.url, ports, sources)
  sources.tell(gap)
  await reached(outwards, ({ problem }) => problem?.code === 'webhook-redirected')
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
  expect(outwards.report().webhooks[0]?.waiting).toBe(1)
})

test('an event that was not taken is told after a restart, under the id it had', async () => {
  await using receiver = await openReceiver()
  receiver.status = 500
  const store = memoryStore()
  const sources = handSources(undefined, [])
  const first = telling(receiver.url, handPorts(store), sources)
  sources.tell(gap)
  await reached(first, ({ failedTries }) => failedTries === 1)
  await first[Symbol.asyncDispose]()
  receiver.status = 200
  await using again = telling(receiver.url, handPorts(store))
  await reached(again, ({ sent }) => sent === 1)
  const ids = receiver.received.map(({ headers }) => headers['idempotency-key'])
  expect(ids).toEqual([ids[0], ids[0]])
})

test('beyond the limit the oldest go, and the next body says how many', async () => {
  const [store, home] = [memoryStore(), handSources().home]
  const queue = webhookQueue(store, 'house')
  for (let n = 0; n < WEBHOOK_WAITING_MAX + 3; n++)
    queue.put(webhookMessage(gap, { id: `event-${n}`, at: epochMs(n), home }))
  expect([queue.waiting, queue.lost]).toEqual([WEBHOOK_WAITING_MAX, 3])
  await using receiver = await openReceiver()
  await using outwards = telling(receiver.url, handPorts(store))
  await reached(outwards, ({ waiting }) => waiting === 0)
  const bodies = receiver.received.map(({ body }) => bodyShape.parse(JSON.parse(body)))
  expect(bodies.length).toBe(WEBHOOK_WAITING_MAX)
  expect(bodies.slice(0, 2).map(({ id, lost }) => [id, lost])).toEqual([
    ['event-3', 3],
    ['event-4', 0],
  ])
  expect(webhookQueue(store, 'house').lost).toBe(0)
})

test('a webhook hears the kinds it asked for, and one that is away keeps no other waiting', async () => {
  await using receiver = await openReceiver()
  const [ports, sources] = [handPorts(), handSources(undefined, [])]
  const closed = await openReceiver()
  await closed[Symbol.asyncDispose]()
  const webhooks = [
    { id: 'away', url: closed.url, secret: SECRET },
    { id: 'here', url: receiver.url, secret: SECRET, kinds: ['incident'] },
  ]
  await using outwards = openOutwards(settingsOf({ webhooks }), sources, ports)
  sources.tell(gap)
  sources.tell(incident)
  await reached(outwards, ({ id, sent }) => id === 'here' && sent === 1)
  await reached(outwards, ({ id, problem }) => id === 'away' && problem?.code === 'webhook-unreachable')
  expect(outwards.report().webhooks.map(({ waiting }) => waiting)).toEqual([2, 0])
})

test('a device that falls silent is told once, over a restart too, and told when it is back', async () => {
  await using receiver = await openReceiver()
  const store = memoryStore()
  const sources = handSources(undefined, [reportOf({ id: 'p1' }, { powerW: 1 }), reportOf({ id: 'attic' })])
  const ports = handPorts(store)
  const first = telling(receiver.url, ports, sources)
  await until(
    () => ports.rests(10_000),
    () => 'a look',
  )
  ports.advance(300_000)
  await reached(first, ({ sent }) => sent === 2)
  await until(
    () => ports.rests(10_000),
    () => 'a look',
  )
  ports.advance(10_000)
  await first[Symbol.asyncDispose]()
  const later = handPorts(store)
  later.advance(400_000)
  await using again = telling(receiver.url, later, sources)
  await until(
    () => later.rests(10_000),
    () => 'a look',
  )
  sources.reports = [reportOf({ id: 'p1' }, { takenAt: later.now() }), reportOf({ id: 'attic' })]
  later.advance(10_000)
  await reached(again, ({ sent }) => sent === 1)
  expect(
    receiver.received
      .map(({ body }) => bodyShape.parse(JSON.parse(body)))
      .map(({ kind, details }) => [kind, details]),
  ).toEqual([
    ['device-silent', { device: 'p1', lastAt: '2026-11-22T10:00:00Z' }],
    ['device-silent', { device: 'attic', lastAt: null }],
    ['device-back', { device: 'p1', lastAt: '2026-11-22T10:00:00Z' }],
  ])
})

test('a name is looked up at each try, and one that leads elsewhere is not called', async () => {
  await using receiver = await openReceiver()
  const { port } = new URL(receiver.url)
  const [plain, sources] = [handPorts(), handSources(undefined, [])]
  let found = ['127.0.0.1', '169.254.169.254']
  const ports = { ...plain, lookup: async () => found }
  await using outwards = telling(`http://box.example:${port}/hook`, ports, sources)
  sources.tell(gap)
  await reached(outwards, ({ problem }) => problem?.code === 'outwards-address-refused')
  expect(JSON.stringify(outwards.report())).not.toContain('/hook')
  found = ['127.0.0.1']
  await until(
    () => plain.rests(750),
    () => 'the pause',
  )
  plain.advance(1000)
  await reached(outwards, ({ sent }) => sent === 1)
  expect(receiver.received[0]?.headers.host).toBe(`box.example:${port}`)
})

test('settings take addresses of the house in plain text, others encrypted, and some never', () => {
  const takes = (url: string) =>
    outwardsShape.safeParse({ version: 1, webhooks: [{ id: 'a', url, secret: SECRET }] }).success
  const yes = [
    'http://127.0.0.1:1880/x',
    'http://192.168.1.5/x',
    'http://[fd00::5]/x',
    'http://[::ffff:10.0.0.1]/x',
    'http://homeassistant.local:8123/api/webhook/1',
    'https://example.org/x',
    'https://10.0.0.1/x',
  ]
  const no = [
    'http://93.184.216.34/x',
    'http://[2606:4700::1111]/x',
    'http://169.254.169.254/latest/meta-data',
    'https://169.254.169.254/x',
    'https://0.0.0.0/x',
    'https://[fe80::1]/x',
    'https://[::ffff:169.254.169.254]/x',
    'https://[64:ff9b::a9fe:a9fe]/x',
    'http://0x5db8d822/x',
    'https://user:secret@example.org/x',
    'ftp://10.0.0.1/x',
    'file:///etc/passwd',
  ]
  expect(yes.filter((url) => !takes(url))).toEqual([])
  expect(no.filter((url) => takes(url))).toEqual([])
  const short = { id: 'a', url: 'https://example.org', secret: SECRET.slice(1) }
  expect(outwardsShape.safeParse({ version: 1, webhooks: [short] }).success).toBe(false)
})

test('a signature is of its time, its secret and every byte', () => {
  const at = epochMs(1_795_000_000_999)
  expect(webhookSignature('{}', SECRET, at)).toMatch(/^t=1795000000,v1=/)
  const others = [
    webhookSignature('{ }', SECRET, at),
    webhookSignature('{}', SECRET.toUpperCase(), at),
    webhookSignature('{}', SECRET, epochMs(at + 1)),
  ]
  expect(others).not.toContain(webhookSignature('{}', SECRET, at))
})

test('a full disk disturbs nobody who tells an event, and later events go on', async () => {
  await using receiver = await openReceiver()
  const store = memoryStore()
  let isFull = true
  const full = {
    ...store,
    set: (key: string, value: Uint8Array) => {
      if (isFull) throw new Error('ENOSPC')
      store.set(key, value)
    },
  }
  const [ports, sources] = [handPorts(full), handSources(undefined, [])]
  await using outwards = telling(receiver.url, ports, sources)
  sources.tell(gap)
  expect(ports.failures).toMatchObject([{ message: 'ENOSPC' }])
  isFull = false
  sources.tell(incident)
  await reached(outwards, ({ sent }) => sent === 1)
  expect(receiver.received.map(({ body }) => bodyShape.parse(JSON.parse(body)).kind)).toEqual(['incident'])
})
