import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { columnsOf, csvOf } from '../src/table.ts'
import { bodyOf, opened } from './opened.ts'

describe('a table', () => {
  const row = z.object({
    slot: z.int(),
    text: z.string().nullable(),
    who: z.object({ id: z.string() }).nullable(),
  })

  it('has a column for each field, the instant beside the slot, and nothing for nothing', () => {
    const csv = csvOf(columnsOf(row), [
      { slot: 0, text: null, who: null },
      { slot: 1, text: 'sì', who: { id: 'home-1' } },
    ])
    expect(csv).toBe(
      'slot,from,text,who_id\r\n0,1970-01-01T00:00:00.000Z,,\r\n1,1970-01-01T00:15:00.000Z,sì,home-1\r\n',
    )
  })

  it.each([
    ['a, b', '"a, b"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', "'-2"],
  ])('writes %j so that no program reads more into it', (text, cell) => {
    expect(csvOf([{ name: 'text', read: (of) => of['text'] }], [{ text }])).toBe(`text\r\n${cell}\r\n`)
  })

  it('a negative number stays a number', () => {
    expect(csvOf([{ name: 'n', read: (of) => of['n'] }], [{ n: -2 }])).toBe('n\r\n-2\r\n')
  })

  it('has its head when there is no row', () => {
    expect(csvOf(columnsOf(row), [])).toBe('slot,from,text,who_id\r\n')
  })
})

describe('an account as a table', () => {
  it('has every line of every page, with the figures of the JSON', async () => {
    const { platform, signIn } = await opened()
    const cookie = await signIn('household')
    const get = async (query: string) =>
      platform.inject({ method: 'GET', url: `/api/v1/exchange/account?${query}`, headers: { cookie } })
    const lines: Record<string, unknown>[] = []
    for (let cursor = ''; ;) {
      const page = bodyOf(await get(`limit=17${cursor}`))
      lines.push(...(page['lines'] as Record<string, unknown>[]))
      if (page['nextCursor'] === null) break
      cursor = `&cursor=${encodeURIComponent(page['nextCursor'] as string)}`
    }
    const csv = await get('format=csv&limit=3')
    expect(csv.headers['content-type']).toContain('text/csv')
    const rows = csv.body.trimEnd().split('\r\n').slice(1)
    expect(rows).toHaveLength(lines.length)
    expect(lines.length).toBeGreaterThan(150)
    rows.forEach((text, i) => {
      expect(text).toContain(`,${String(lines[i]?.['amountMicroCredit'])},`)
      expect(text.startsWith(`${String(lines[i]?.['id'])},`)).toBe(true)
    })
  })

  it('one that never ends is refused, not sent in part', async () => {
    const line = {
      id: 'x',
      at: 0,
      kind: 'fee',
      text: 'fee-paid',
      ring: null,
      day: null,
      givenWh: null,
      receivedWh: null,
      amountMicroCredit: 0,
      feeMicroCredit: 0,
      balanceMicroCredit: 0,
      counterpart: null,
      memo: null,
      receipt: null,
      mark: 'live',
    } as const
    const lines = Array.from({ length: 500 }, () => line)
    const { platform, signIn } = await opened({
      account: ({ member }) => ({
        ok: true,
        value: {
          member,
          balanceMicroCredit: 0,
          availableMicroCredit: 0,
          promisedMicroCredit: 0,
          promised: [],
          lines,
          nextCursor: 'more',
          mark: 'live',
        },
      }),
    })
    const answer = await platform.inject({
      method: 'GET',
      url: '/api/v1/exchange/account?format=csv',
      headers: { cookie: await signIn('household') },
    })
    expect([answer.status, bodyOf(answer)['code']]).toEqual([413, 'table-too-long'])
  })
})
