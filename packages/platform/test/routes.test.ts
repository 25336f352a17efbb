import { API_PREFIX, problem, routes, type Route } from '@tri/contract'
import { accept, refuse } from '@tri/units'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { SAMPLE_HOUSEHOLD, sampleHandlers } from '../src/testing/index.ts'
import { bodyOf, goodRequests, opened, type Opened } from './opened.ts'

const all = Object.entries(goodRequests).map(([name, asked]) => {
  const route: Route = routes[name as keyof typeof goodRequests]
  return { name, route, asked }
})
const locked = all.filter(({ route }) => route.access !== 'public')
const owned = locked.filter(({ route }) => route.scope === 'own')

async function send({ platform }: Opened, { route, asked }: (typeof all)[number], cookie = '') {
  const hasBody = asked.body !== undefined
  return platform.inject({
    method: route.method,
    url: API_PREFIX + asked.path,
    headers: {
      ...asked.headers,
      ...(cookie === '' ? {} : { cookie }),
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
    },
    ...(hasBody ? { payload: JSON.stringify(asked.body) } : {}),
  })
}

describe('each route', () => {
  it.each(all)('$name answers in the shape it declares', async (one) => {
    const door = await opened()
    const cookie = await door.signIn(one.route.access === 'coordinator' ? 'coordinator' : 'household')
    if (one.name === 'publishMonth') {
      const filled = all.find(({ name }) => name === 'substituteMonth')
      if (filled !== undefined) await send(door, filled, cookie)
    }
    const answer = await send(door, one, cookie)
    expect(answer.status).toBe(one.route.status)
    if (one.route.answers === 'json')
      expect(one.route.response.safeParse(bodyOf(answer)).error).toBeUndefined()
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['cache-control']).toContain('no-')
  })

  it.each(locked)('$name tells a stranger nothing, not even what it takes', async (one) => {
    const door = await opened()
    const answer = await send(door, one)
    expect(answer.status).toBe(401)
    expect(bodyOf(answer)['code']).toBe('not-signed-in')
  })

  it.each(locked.filter(({ route }) => route.access === 'coordinator'))(
    '$name is refused to a household',
    async (one) => {
      const door = await opened()
      const answer = await send(door, one, await door.signIn('household'))
      expect([answer.status, bodyOf(answer)['code']]).toEqual([403, 'not-allowed'])
    },
  )

  it.each(owned)('$name holds back what a mistaken handler gives of another member', async (one) => {
    const honest = sampleHandlers()
    const mistaken = Object.fromEntries(
      Object.entries(honest).map(([name, handler]) => [
        name,
        (reader: object | undefined, input: never, signal: AbortSignal) =>
          Reflect.apply(handler, undefined, [
            reader && { ...reader, member: 'home-01' },
            input,
            signal,
          ]) as unknown,
      ]),
    )
    const door = await opened({ ...mistaken, pay: () => accept(anyReceipt) })
    const answer = await send(door, one, await door.signIn('household'))
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('home-01')
    expect(answer.body).not.toContain('Casa Ada')
  })

  it.each(locked)('$name asks nobody which member: the session alone says it', ({ route }) => {
    const fields = [route.params, route.query].flatMap((shape) => Object.keys(shape?.shape ?? {}))
    expect(fields.filter((field) => /member|household|account/.test(field))).toEqual([])
  })
})

const anyReceipt = {
  id: 'p-9',
  member: 'home-01',
  at: 0,
  from: { id: 'home-01', name: 'Casa Ada', kind: 'household' as const },
  to: { id: 'home-02', name: null, kind: 'household' as const },
  amountMicroCredit: 1,
  memo: '',
  balanceMicroCredit: 0,
  operationDigest: '0'.repeat(64),
  standing: 'final' as const,
  refusal: null,
  mark: 'live' as const,
}

describe('what leaves', () => {
  it('a field that the route does not declare stays inside', async () => {
    const state = z.looseObject({}).parse(await sampleState())
    const leaking = {
      ...state,
      secret: 'Via Po 4',
      community: { ...(state['community'] as object), pod: 'IT001E' },
    }
    const door = await opened({ state: () => accept(leaking as never) })
    const answer = await door.platform.inject({ method: 'GET', url: '/api/v1/state' })
    expect(answer.status).toBe(200)
    expect(answer.body).not.toContain('Via Po 4')
    expect(answer.body).not.toContain('IT001E')
    expect(bodyOf(answer)).toEqual(await sampleState())
  })

  it('an answer of the wrong type is a failure that tells nothing', async () => {
    const state = z.looseObject({}).parse(await sampleState())
    const wrong = { ...state, community: { id: 7, name: 'Casa Ada', timezone: 'Europe/Rome' } }
    const door = await opened({ state: () => accept(wrong as never) })
    const answer = await door.platform.inject({ method: 'GET', url: '/api/v1/state' })
    expect([answer.status, bodyOf(answer)['code']]).toEqual([500, 'node-failed'])
    expect(answer.body).not.toContain('Casa Ada')
    expect(door.log.heard.join()).not.toContain('Casa Ada')
    expect(door.log.heard.join()).toContain('a request failed')
  })

  it('a handler that throws is a failure that tells nothing', async () => {
    const door = await opened({
      state: () => {
        throw new Error('home-01 read 312 Wh')
      },
    })
    const answer = await door.platform.inject({ method: 'GET', url: '/api/v1/state' })
    expect(answer.status).toBe(500)
    expect(answer.body + door.log.heard.join()).not.toContain('312')
  })

  it('a refusal is a problem document in the language of the reader', async () => {
    const door = await opened({ state: () => accept({} as never) })
    const cookie = await door.signIn('household')
    const ask = async (headers: Record<string, string>) =>
      door.platform.inject({
        method: 'GET',
        url: '/api/v1/exchange/receipts/p-77',
        headers: { cookie, ...headers },
      })
    const english = await ask({})
    expect(english.headers['content-type']).toContain('application/problem+json')
    expect(problem.parse(bodyOf(english))).toMatchObject({
      status: 404,
      code: 'receipt-unknown',
      detail: 'You have no receipt p-77.',
      next: 'Look it up in your account.',
    })
    const italian = await ask({ 'accept-language': 'it-IT,it;q=0.9,en;q=0.8' })
    expect(bodyOf(italian)['detail']).toBe('Non hai nessuna ricevuta p-77.')
    expect(italian.headers['content-language']).toBe('it')
  })

  it('an amount in a refusal is told in credits, as the reader writes them', async () => {
    const door = await opened({
      pay: () => refuse({ code: 'limit-reached', details: { availableMicroCredit: 1_116_400_000 } }),
    })
    const cookie = await door.signIn('household')
    const pay = async (language: string) =>
      door.platform.inject({
        method: 'POST',
        url: '/api/v1/exchange/payments',
        headers: {
          cookie,
          'content-type': 'application/json',
          'idempotency-key': 'abcdefgh',
          'accept-language': language,
        },
        payload: '{"to":"home-01","amountMicroCredit":1}',
      })
    expect(bodyOf(await pay('en'))['detail']).toBe('This payment passes your limit: CC 1,116.40 are left.')
    expect(bodyOf(await pay('it'))['detail']).toBe(
      'Questo pagamento supera il tuo fido: restano CC 1.116,40.',
    )
  })

  it('a refusal that the contract does not know is our own mistake', async () => {
    const door = await opened({ state: () => refuse({ code: 'moon-too-full' } as never) })
    const answer = await door.platform.inject({ method: 'GET', url: '/api/v1/state' })
    expect(bodyOf(answer)['code']).toBe('node-failed')
  })
})

describe('what comes in', () => {
  const jsonType = { 'content-type': 'application/json' }
  const cases = [
    ['a day that is none', 'GET', '/home/day?date=2026-13-01', undefined, 400, 'request-malformed'],
    ['a query field nobody knows', 'GET', '/home?untill=1', undefined, 400, 'request-malformed'],
    [
      'more lines than one answer has',
      'GET',
      '/exchange/account?limit=501',
      undefined,
      400,
      'request-malformed',
    ],
    ['a slot that is no number', 'GET', '/exchange/why/slot?slot=noon', undefined, 400, 'request-malformed'],
    ['a body that is no JSON', 'PUT', '/session/language', '{', 400, 'request-malformed'],
    ['a language we do not speak', 'PUT', '/session/language', '{"language":"xx"}', 400, 'request-malformed'],
    [
      'a body with a field too many',
      'PUT',
      '/session/language',
      '{"language":"it","role":"coordinator"}',
      400,
      'request-malformed',
    ],
    [
      'a payment without its key',
      'POST',
      '/exchange/payments',
      '{"to":"home-01","amountMicroCredit":1}',
      400,
      'idempotency-key-missing',
    ],
    ['an address that is none', 'GET', '/hme', undefined, 404, 'not-found'],
    ['a body beyond the limit', 'PUT', '/session/language', `"${'x'.repeat(65_536)}"`, 413, 'body-too-large'],
  ] as const

  it.each(cases)('%s is refused', async (_, method, path, payload, status, code) => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const answer = await door.platform.inject({
      method,
      url: API_PREFIX + path,
      headers: { cookie, ...(payload === undefined ? {} : jsonType) },
      ...(payload === undefined ? {} : { payload }),
    })
    expect([answer.status, bodyOf(answer)['code']]).toEqual([status, code])
    expect(problem.safeParse(bodyOf(answer)).error).toBeUndefined()
  })

  it('the last limit that is accepted is 500', async () => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const url = '/api/v1/exchange/account?limit=500'
    expect((await door.platform.inject({ method: 'GET', url, headers: { cookie } })).status).toBe(200)
  })

  it('plain text, which another site can send unasked, is not read', async () => {
    const door = await opened()
    const cookie = await door.signIn('household')
    const answer = await door.platform.inject({
      method: 'PUT',
      url: '/api/v1/session/language',
      headers: { cookie, 'content-type': 'text/plain' },
      payload: '{"language":"it"}',
    })
    expect([answer.status, bodyOf(answer)['code']]).toEqual([415, 'media-type-unknown'])
  })

  it('a handler gets numbers for numbers, and defaults where nothing was said', async () => {
    const inputs: unknown[] = []
    const honest = sampleHandlers()
    const door = await opened({
      account: (reader, input, signal) => {
        inputs.push([reader.member, input])
        return honest.account(reader, input, signal)
      },
    })
    const cookie = await door.signIn('household')
    await door.platform.inject({ method: 'GET', url: '/api/v1/exchange/account', headers: { cookie } })
    await door.platform.inject({
      method: 'GET',
      url: '/api/v1/exchange/account?limit=7',
      headers: { cookie },
    })
    expect(inputs).toEqual([
      [SAMPLE_HOUSEHOLD, { query: { limit: 50, format: 'json' } }],
      [SAMPLE_HOUSEHOLD, { query: { limit: 7, format: 'json' } }],
    ])
  })
})

async function sampleState(): Promise<unknown> {
  const outcome = await sampleHandlers().state(undefined, {}, new AbortController().signal)
  return outcome.ok ? outcome.value : undefined
}
