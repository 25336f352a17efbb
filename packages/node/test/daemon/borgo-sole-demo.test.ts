import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { API_PREFIX, PLACE_BLUR_M, paths, routes, type RouteName } from '@tri/contract'
import { Fault, faultSentence } from '@tri/units'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { dataFolderAt, readRunning } from '../../src/daemon/data-folder.ts'
import { openNode } from '../../src/daemon/open-node.ts'
import { runDemo } from '../../src/daemon/run-demo.ts'
import type { RunningNode } from '../../src/daemon/run-node.ts'
import { BORGO_SOLE } from '../../src/demo/pack.ts'
import { faultTexts } from '../../src/fault-texts.ts'
import { connectToOwner } from '../../src/owner/connect.ts'
import { homesBetweenShownLines, type Document } from './shown-lines.ts'

type Answer = Readonly<Record<string, unknown>>

const quiet = () => undefined
/** Lets everything else of this process have its turn. */
const nextTurn = () => new Promise((done) => setImmediate(done))
let root = ''
let folder = ''
let demo: RunningNode
let document: Document
let digest = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tri-borgo-'))
  folder = join(root, 'borgo')
  demo = await runDemo({ speed: 1, seed: 7, port: 0, lan: false, folder })
  digest = await digestOf(folder)
  document = JSON.parse(await readFile(join(BORGO_SOLE, 'community.json'), 'utf8')) as Document
})
afterAll(async () => {
  await demo[Symbol.asyncDispose]()
  await rm(root, { recursive: true })
})

/** A household of the neighbourhood, in the order of its file. */
function household(at: number): string {
  return document.members.filter(({ kind }) => kind === 'household')[at]?.id ?? ''
}

async function get(url: string, cookie = ''): Promise<{ readonly status: number; readonly body: string }> {
  return demo.platform.inject({ method: 'GET', url: `${API_PREFIX}${url}`, headers: { cookie } })
}
async function json(url: string, cookie = ''): Promise<Answer> {
  const { status, body } = await get(url, cookie)
  expect([url, status]).toEqual([url, 200])
  return JSON.parse(body) as Answer
}
const cookies = new Map<string, string>()
/** A household's session, by a link used once, as a person opens it. */
async function signIn(member: string): Promise<string> {
  const known = cookies.get(member)
  if (known !== undefined) return known
  const token = demo.platform.oneTimePath({ role: 'household', member }).split('#')[1] ?? ''
  const opened = await demo.platform.inject({
    method: 'POST',
    url: `${API_PREFIX}/session`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ token }),
  })
  expect(opened.status).toBe(201)
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? ''
  cookies.set(member, cookie)
  return cookie
}

describe('Borgo Sole', () => {
  it('opens with a past that is settled, and tells its state over the socket', async () => {
    const answer = await fetch(`${demo.url}/api/v1/state`)
    expect(answer.status).toBe(200)
    const state = (await answer.json()) as {
      readonly ledger: { sumMicroCredit: number; lastSettledSlot: number; settlementRoot: string }
      readonly checks: readonly { ok: boolean }[]
      readonly meters: { total: number; reporting: number }
      readonly clock: { slot: number; speed: number }
      readonly energy: { today: unknown }
    }
    expect(state.ledger.sumMicroCredit).toBe(0)
    expect(state.ledger.settlementRoot).toMatch(/^[0-9a-f]{64}$/)
    expect(state.ledger.lastSettledSlot).toBe(state.clock.slot - 1)
    expect(state.checks.every(({ ok }) => ok)).toBe(true)
    expect(state.meters.reporting).toBe(state.meters.total)
    expect(state.energy.today).not.toBeNull()
    expect(demo.community).toContain('Borgo Sole')
  })

  it('gives a link to a household and one to the coordinator, each good for one reader', async () => {
    expect(demo.links).toHaveLength(2)
    const token = (demo.links[0]?.url ?? '').split('#')[1] ?? ''
    const claim = {
      method: 'POST',
      url: `${API_PREFIX}/session`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ token }),
    } as const
    expect((await demo.platform.inject(claim)).status).toBe(201)
    expect((await demo.platform.inject(claim)).body).toContain('link-unusable')
  })

  it('verifies every settled month of its past', async () => {
    await using owner = await connectToOwner(folder)
    const months = await owner.run('verify-months', {}, quiet)
    expect(months.map(({ month, ok, residualWh }) => [month, ok, residualWh])).toEqual([
      ['2016-03', true, 0],
      ['2016-04', true, 0],
      ['2016-05', true, 0],
      ['2016-06', true, 0],
    ])
  })
})

describe('the owner’s door', () => {
  it('leads a command to the node that runs on the folder', async () => {
    await using owner = await connectToOwner(folder)
    const status = await owner.run('status', {}, quiet)
    expect(status.url).toBe(demo.url)
    expect(await readRunning(dataFolderAt(folder))).toMatchObject({ pid: process.pid, url: demo.url })
    const link = await owner.run('session-link', {}, quiet)
    expect(link.url).toContain(`${demo.url}/open#`)
  })

  it('is for the folder’s owner alone, and so is what lies in it', () => {
    for (const name of ['owner.sock', 'keys.json', 'running.json', 'community.json', 'sessions.sqlite'])
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
    expect(statSync(folder).mode & 0o077).toBe(0)
  })

  it('carries refusals by their name, and tasks it does not know', async () => {
    await using owner = await connectToOwner(folder)
    await expect(owner.run('check-month', { month: '1999-01' }, quiet)).rejects.toMatchObject({
      code: 'month-unknown',
    })
    await expect(owner.run('account', { member: 'nobody', limit: 5 }, quiet)).rejects.toMatchObject({
      code: 'member-unknown',
    })
    await expect(owner.run('check-month', { month: 'May' }, quiet)).rejects.toMatchObject({
      code: 'task-input-unusable',
    })
  })

  it('tells how far a long task has come', async () => {
    await using owner = await connectToOwner(folder)
    const steps: string[] = []
    const replay = await owner.run('verify-book', {}, (title) => void steps.push(title))
    expect(replay).toMatchObject({ ok: true, differsAt: null, sumMicroCredit: 0 })
    expect(new Set(steps)).toEqual(new Set(['replaying']))
  })
})

describe('a data folder that a node has open', () => {
  it('is refused to a second one, with a sentence that names it', async () => {
    const second = openNode(folder)
    await expect(second).rejects.toMatchObject({ code: 'data-folder-in-use' })
    const fault = await second.catch((cause: unknown) => cause)
    if (!(fault instanceof Fault)) throw new TypeError('no fault')
    for (const language of ['en', 'it'] as const)
      expect(faultSentence(faultTexts, fault.code, fault.details, language)).toContain(folder)
  })

  it('is left as it is by a running.json of a node that was killed', async () => {
    const left = dataFolderAt(root)
    await writeFile(
      left.running,
      JSON.stringify({ pid: 4_190_000, url: 'http://localhost:1', door: '/none' }),
    )
    expect(await readRunning(left)).toBeUndefined()
    await writeFile(left.running, '{"pid": ')
    expect(await readRunning(left)).toBeUndefined()
    await rm(left.running)
    expect(await readRunning(left)).toBeUndefined()
  })
})

/** The words that stand in a text as whole words: `m1` does not stand in `m12`. */
function wordsIn(text: string, words: readonly string[]): string[] {
  const found = new Set(text.split(/[^\p{L}\p{N}_-]+/u))
  return words.filter((word) => (/[^\p{L}\p{N}_-]/u.test(word) ? text.includes(word) : found.has(word)))
}

/** Ids, names and meters of everybody but one member. */
function wordsOfOthers(of: string): string[] {
  return [
    ...document.members
      .filter(({ id }) => id !== of)
      .flatMap(({ id, name }) => [id, ...(name === undefined ? [] : [name])]),
    ...document.meters.filter(({ member }) => member !== of).map(({ id }) => id),
  ]
}

async function importOf(session: string): Promise<number[]> {
  const day = (await json('/home/day?date=2016-06-13', session)) as never as { slots: { importWh: number }[] }
  return day.slots.map(({ importWh }) => importWh)
}

/** What a member reads on every route that answers her alone. */
async function ownAnswers(cookie: string): Promise<Map<RouteName, string>> {
  const { ledger } = (await json('/state')) as never as { ledger: { lastSettledSlot: number } }
  const url: Partial<Record<RouteName, string>> = {
    home: '/home',
    homeDay: '/home/day?date=2016-06-13',
    account: '/exchange/account?limit=500',
    whyDay: '/exchange/why/day?date=2016-06-13&ring=street',
    whySlot: `/exchange/why/slot?slot=${ledger.lastSettledSlot}`,
    devices: '/devices',
  }
  const answers = new Map<RouteName, string>()
  for (const [name, route] of Object.entries(routes)) {
    if (!('scope' in route) || route.scope !== 'own' || route.method !== 'GET') continue
    // A receipt is of two; a search for devices is refused to all, as the demo reads none of a household's own.
    if (name === 'receipt' || name === 'scan') continue
    const found = url[name as RouteName]
    expect([name, found]).toEqual([name, expect.any(String)])
    const answer = await get(found ?? '', cookie)
    expect([name, answer.status]).toEqual([name, 200])
    answers.set(name as RouteName, answer.body)
  }
  return answers
}

describe('what one member reads of another', () => {
  it('her own routes name nobody else, no other meter, and differ from the other’s', async () => {
    const [mine, theirs] = [
      await ownAnswers(await signIn(household(0))),
      await ownAnswers(await signIn(household(1))),
    ]
    for (const [name, body] of mine) {
      expect((JSON.parse(body) as Answer)['member']).toBe(household(0))
      // The coordinator is named where she signed; a payment names who was paid.
      expect([
        name,
        wordsIn(
          body,
          wordsOfOthers(household(0)).filter((word) => word !== 'cooperativa'),
        ),
      ]).toEqual([name, []])
      expect(body).not.toBe(theirs.get(name))
    }
  })

  it('no energy of the other’s day stands in her answers', async () => {
    const cookie = await signIn(household(0))
    const [mine, theirs] = [await importOf(cookie), await importOf(await signIn(household(1)))]
    expect(mine).toHaveLength(96)
    expect(mine).not.toEqual(theirs)
  })

  it('no query opens another’s answer: a member named in the address changes nothing or is refused', async () => {
    const cookie = await signIn(household(0))
    for (const url of [`/home?member=${household(1)}`, `/exchange/account?member=${household(1)}`]) {
      const { status, body } = await get(url, cookie)
      if (status === 200) expect((JSON.parse(body) as Answer)['member']).toBe(household(0))
      else expect(status).toBe(400)
    }
  })

  it('a receipt is read by its payer and its payee only', async () => {
    const [payer, payee, stranger] = [
      await signIn(household(0)),
      await signIn(household(1)),
      await signIn(household(2)),
    ]
    const paid = await demo.platform.inject({
      method: 'POST',
      url: `${API_PREFIX}${paths.pay.path}`,
      headers: { cookie: payer, 'content-type': 'application/json', 'idempotency-key': 'bread-0001' },
      payload: JSON.stringify({ to: household(1), amountMicroCredit: 1000, memo: 'pane' }),
    })
    expect([paid.status, paid.body]).toEqual([202, expect.any(String)])
    const { id } = JSON.parse(paid.body) as { id: string }
    // The payee learns of it when it is final, a block later.
    while ((await json(`/exchange/receipts/${id}`, payer))['standing'] === 'accepted') await nextTurn()
    for (const cookie of [payer, payee])
      expect((await get(`/exchange/receipts/${id}`, cookie)).status).toBe(200)
    expect((await get(`/exchange/receipts/${id}`, stranger)).status).toBe(404)
  })

  it('a household is let into no coordinator’s route, and nobody without a session into any but the public ones', async () => {
    const cookie = await signIn(household(0))
    for (const [name, { access, method, path }] of Object.entries(routes)) {
      if (method !== 'GET' || access === 'public') continue
      const url = path.replace('{month}', '2016-04').replace('{id}', 'any')
      expect([name, (await get(url)).status]).toEqual([name, 401])
      if (access === 'coordinator') expect([name, (await get(url, cookie)).status]).toEqual([name, 403])
    }
  })

  it('the public state has no name, meter, address or place of anybody', async () => {
    const { body } = await get('/state')
    const words = [
      ...wordsOfOthers(''),
      ...document.meters.map(({ site }) => site),
      ...document.network.flatMap(({ name }) => (name === undefined ? [] : [name])),
    ].filter((word) => !/^(borgo|sole|borgo sole)$/i.test(word))
    expect(wordsIn(body, words)).toEqual([])
    expect(body).not.toMatch(/\bIT\d{3}E\d{8}/)
    expect(body).not.toMatch(/"[xy]":/)
  })
})

describe('the neighbourhood’s map', () => {
  it('blurs strangers’ homes to the middle of a square of 200 m, and names none of them', async () => {
    const cookie = await signIn(household(0))
    const nearby = (await json('/nearby', cookie)) as never as {
      nodes: {
        id: string
        kind: string
        name: string | null
        x: number | null
        y: number | null
        mine: boolean
        blurred: boolean
      }[]
    }
    const member = household(0)
    const own = new Set(document.meters.filter((meter) => meter.member === member).map(({ site }) => site))
    const kinds = new Map(document.members.map(({ id, kind }) => [id, kind]))
    const publicSites = new Set(
      document.meters
        .filter((meter) => ['cooperative', 'municipality'].includes(kinds.get(meter.member) ?? ''))
        .map(({ site }) => site),
    )
    const homes = nearby.nodes.filter(({ kind }) => kind === 'site' || kind === 'building')
    expect(homes.filter(({ mine }) => mine).map(({ id }) => id)).toEqual([...own])
    const strangers = homes.filter(({ id }) => !own.has(id) && !publicSites.has(id))
    expect(strangers.length).toBeGreaterThan(20)
    for (const { blurred, name, x, y } of strangers) {
      expect([blurred, name]).toEqual([true, null])
      for (const place of [x, y]) expect(Math.abs((place ?? 0) % PLACE_BLUR_M)).toBe(PLACE_BLUR_M / 2)
    }
  })

  it('hides a line’s flow where fewer than five homes lie below', async () => {
    const cookie = await signIn(household(0))
    const { edges } = (await json('/nearby', cookie)) as never as {
      edges: { node: string; flowWh: number | null; hidden: boolean }[]
    }
    const kinds = new Map(document.members.map(({ id, kind }) => [id, kind]))
    const privateAt = new Set(
      document.meters
        .filter(
          ({ member, role }) =>
            role === undefined && !['cooperative', 'municipality'].includes(kinds.get(member) ?? ''),
        )
        .map(({ site }) => site),
    )
    const leaves = edges.filter(({ node }) => privateAt.has(node))
    expect(leaves.length).toBeGreaterThan(20)
    for (const { node, flowWh, hidden } of leaves) expect([node, flowWh, hidden]).toEqual([node, null, true])
    expect(edges.some(({ hidden, flowWh }) => !hidden && flowWh !== null)).toBe(true)
    const shown = edges.filter(({ hidden }) => !hidden).map(({ node }) => node)
    expect(homesBetweenShownLines(document, shown, privateAt)).toEqual([])
  })
})

describe('a second opening', () => {
  it('with the same seed gives the same book, on the next free port, and leaves nothing running behind', async () => {
    const busy = createServer()
    await new Promise<void>((ready) => busy.listen(0, '127.0.0.1', ready))
    const address = busy.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const path = join(root, 'again')
    const again = await runDemo({ speed: 1, seed: 7, port, lan: false, folder: path })
    expect(again).toMatchObject({ portWanted: port, url: `http://localhost:${again.port}` })
    expect(again.port).toBeGreaterThan(port)
    expect(await digestOf(path)).toBe(digest)
    await again[Symbol.asyncDispose]()
    for (const name of ['owner.sock', 'running.json']) expect(existsSync(join(path, name))).toBe(false)
    await new Promise<void>((closed) => void busy.close(() => closed()))
  })

  it('is refused for a speed that the clock does not know', async () => {
    await expect(runDemo({ speed: 7, seed: 7, port: 0, lan: false })).rejects.toMatchObject({
      code: 'speed-unusable',
    })
  })
})

/** The digest of the whole book, asked for as its owner asks. */
async function digestOf(path: string): Promise<string> {
  await using owner = await connectToOwner(path)
  return (await owner.run('balances', {}, quiet)).digest ?? ''
}
