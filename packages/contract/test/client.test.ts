import { describe, expect, it } from 'vitest'

import { addressOf, apiClient, type FetchLike, type RequestOf, type ResponseOf } from '../src/index.ts'

interface Seen {
  url: string
  method: string
  headers: Record<string, string>
  body: string | undefined
}

function fetching(answer: unknown, status = 200): { seen: Seen[]; fetchLike: FetchLike } {
  const seen: Seen[] = []
  return {
    seen,
    fetchLike: async (url, { method, headers, body }) => {
      seen.push({ url, method, headers, body })
      return { ok: status < 400, status, headers: { get: () => null }, json: async () => answer }
    },
  }
}

const problem = {
  type: '/api/docs#limit-reached',
  title: 'limit-reached',
  status: 409,
  code: 'limit-reached',
  detail: 'This payment passes your limit.',
  next: 'Pay less.',
}

describe('the typed client', () => {
  it('puts parameters into the path, the query and the body of the route', async () => {
    const { seen, fetchLike } = fetching({})
    const api = apiClient(fetchLike, 'http://localhost:8080')
    await api.homeDay({ query: { date: '2026-05-01' } })
    await api.previewMonth({ params: { month: '2026-05' }, query: { rule: 'pro-rata' } })
    await api.pay({
      headers: { 'idempotency-key': 'abcdefgh' },
      body: { to: 'home-2', amountMicroCredit: 12, memo: 'pane' },
    })
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET http://localhost:8080/api/v1/home/day?date=2026-05-01',
      'GET http://localhost:8080/api/v1/settle/months/2026-05/preview?rule=pro-rata',
      'POST http://localhost:8080/api/v1/exchange/payments',
    ])
    expect(seen[2]?.body).toBe('{"to":"home-2","amountMicroCredit":12,"memo":"pane"}')
    expect(seen[2]?.headers['idempotency-key']).toBe('abcdefgh')
  })

  it('a name that would leave its place in the path is encoded', () => {
    expect(addressOf('receipt', { params: { id: '../state?x' } })).toBe(
      '/api/v1/exchange/receipts/..%2Fstate%3Fx',
    )
  })

  it('gives the problem that the node sent as a refusal', async () => {
    const { fetchLike } = fetching(problem, 409)
    expect(await apiClient(fetchLike).home()).toEqual({ ok: false, refusal: problem })
  })

  it('a node that does not answer is a refusal, not an exception', async () => {
    const outcome = await apiClient(async () => {
      throw new TypeError('fetch failed')
    }).state()
    expect(outcome.ok ? '' : outcome.refusal.code).toBe('node-unreachable')
  })

  it('an error page of something in between is told apart from a problem of the node', async () => {
    const { fetchLike } = fetching('<html>', 502)
    const outcome = await apiClient(fetchLike).state()
    expect(outcome.ok ? '' : outcome.refusal.code).toBe('node-unreachable')
  })

  it('a call that is aborted rejects', async () => {
    const stop = new AbortController()
    const call = apiClient(async () => {
      stop.abort()
      throw stop.signal.reason
    }).state({}, stop.signal)
    await expect(call).rejects.toThrow('aborted')
  })

  it('the types carry what the shapes say', () => {
    const request: RequestOf<'account'> = { query: { limit: 10, from: '2026-05-01' } }
    const mark: ResponseOf<'home'>['credit']['mark'] = 'live'
    expect([request.query?.limit, mark]).toEqual([10, 'live'])
  })
})
