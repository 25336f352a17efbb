import { contractRefusals, routes, type ResponseOf, type RouteName } from '@tri/contract'
import { present } from '@tri/units'
import { describe, expect, it } from 'vitest'

import { inviteMember } from '../../src/member-box/invite-member.ts'
import { beginMemberBox } from '../../src/member-box/join-member-box.ts'
import { runMemberBox, type RunningBox } from '../../src/member-box/run-member-box.ts'
import { soleBox } from '../steward/growing-boxes.ts'
import { boxesFolder } from '../steward/steward-boxes.ts'

const SILENT = { info: () => undefined, error: () => undefined }

/** The pages of a box, as the browser of its member reads them. */
async function visitorOf(box: RunningBox) {
  const link = new URL(present(box.link, 'its pages are served').url)
  const api = `${link.origin}/api/v1`
  const opened = await fetch(`${api}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: link.origin },
    body: JSON.stringify({ token: link.hash.slice(1) }),
  })
  const cookie = present(opened.headers.get('set-cookie'), 'a session was opened').split(';')[0] ?? ''
  const headers = { cookie, origin: link.origin }
  const ask = (path: string) => fetch(api + path, { headers })
  return {
    ask,
    pay: (key: string, of: object) =>
      fetch(`${api}/exchange/payments`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(of),
      }),
    get: async <Name extends RouteName>(path: string): Promise<ResponseOf<Name>> =>
      (await (await ask(path)).json()) as ResponseOf<Name>,
  }
}

describe('the pages of a member’s own box', { timeout: 30_000 }, () => {
  it('show Home and account, pay with promised and final, and say of the rest where it is', async () => {
    using boxes = boxesFolder()
    const folder = boxes.at('home')
    const running = { folder, ways: [], everyMs: 50, pages: { port: 0, lan: false }, log: SILENT } as const
    const signal = new AbortController().signal
    {
      await using steward = await soleBox(boxes.at('coop'))
      await steward.node.writer.mustAct('home-2', { kind: 'credit.transfer', to: 'home-1', amount: 900 })
      const { text } = await inviteMember({ node: steward.node, steward: steward.seat }, { member: 'home-1' })
      await beginMemberBox({ invitation: text, folder })
      await using box = await runMemberBox({ ...running, signal })
      const page = await visitorOf(box)
      await expect.poll(async () => (await page.get<'state'>('/state')).ledger.state).toBe('running')
      expect(await page.get<'state'>('/state')).toMatchObject({
        community: { id: 'prova', name: 'Prova', timezone: 'Europe/Rome' },
        node: { mode: 'member-box' },
        meters: null,
      })
      expect(await page.get<'home'>('/home')).toMatchObject({
        member: 'home-1',
        triangle: null,
        today: null,
        credit: { balanceMicroCredit: 900, availableMicroCredit: 5_000_900, mark: 'final' },
      })
      expect((await page.get<'members'>('/members')).members.map(({ id }) => id)).toContain('home-3')
      const paid = await page.pay('breakfast-eggs', { to: 'home-3', amountMicroCredit: 400, memo: 'eggs' })
      expect(paid.status).toBe(202)
      const { id, mark } = (await paid.json()) as ResponseOf<'pay'>
      expect(mark).toBe('promised')
      await expect
        .poll(async () => (await page.get<'receipt'>(`/exchange/receipts/${id}`)).mark, { timeout: 20_000 })
        .toBe('final')
      expect(await page.get<'account'>('/exchange/account')).toMatchObject({
        balanceMicroCredit: 500,
        promisedMicroCredit: 0,
        lines: [{ amountMicroCredit: -400, memo: 'eggs', mark: 'final' }, { amountMicroCredit: 900 }],
      })
      expect((await page.get<'genesis'>('/ledger/genesis')).text).toBe(steward.seat.genesis)
    }
    // Every steward is gone, and the box was started again.
    await using box = await runMemberBox({ ...running, signal })
    const page = await visitorOf(box)
    await expect.poll(async () => (await page.get<'state'>('/state')).ledger.state).toBe('no-quorum')
    expect((await page.get<'account'>('/exchange/account')).balanceMicroCredit).toBe(500)
    // Nobody tells names: whom she knows from her own account can still be promised something.
    expect((await page.get<'members'>('/members')).members.map(({ id }) => id)).toEqual([
      'home-1',
      'home-3',
      'home-2',
    ])
    const proof = await page.ask('/exchange/proof')
    expect((await proof.arrayBuffer()).byteLength).toBeGreaterThan(200)
  })

  it('refuse what the book alone has with one sentence, in every route that is not the member’s own', async () => {
    using boxes = boxesFolder()
    await using steward = await soleBox(boxes.at('coop'))
    const { text } = await inviteMember({ node: steward.node, steward: steward.seat }, { member: 'home-1' })
    const folder = boxes.at('home')
    await beginMemberBox({ invitation: text, folder })
    await using box = await runMemberBox({
      folder,
      signal: new AbortController().signal,
      ways: [],
      pages: { port: 0, lan: false },
      log: SILENT,
    })
    const page = await visitorOf(box)
    const { en, next } = contractRefusals['not-on-this-box']
    for (const path of ['/home/day?date=2026-06-01', '/nearby', '/exchange/why/slot?slot=1', '/ledger']) {
      const answer = await page.ask(path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.json()).toMatchObject({ code: 'not-on-this-box', detail: en, next: next.en })
    }
    expect(
      Object.values(routes).filter(({ refusals }) => refusals.some((one) => one === 'not-on-this-box')),
    ).toHaveLength(15)
  })
})
