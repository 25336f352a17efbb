import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runNode, type RunningNode } from '@tri/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, everythingSaid, tri, type Said } from './listening-terminal.ts'
import { prova } from './prova.ts'

let folder = ''
let text = ''
let steward: RunningNode | undefined
const at = (name: string): string => join(folder, name)
const home = (...words: string[]): Promise<Said> => tri([...words, '--data', at('home')])

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '::1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const running = (): Promise<RunningNode> => runNode({ folder: at('node'), port: 0, lan: false })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tri-follow-'))
  writeFileSync(at('prova.json'), JSON.stringify({ ...prova, charter: { ...prova.charter, limit: '5' } }))
  await tri(['community', 'init', at('prova.json'), '--data', at('node')])
  await tri(['steward', 'init', '--address', `[::1]:${await freePort()}`, '--data', at('node')])
  steward = await running()
})
afterAll(async () => {
  await steward?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

describe('tri follow', { timeout: 30_000 }, () => {
  it('makes a member’s own box of the text that the coordinator gives', async () => {
    const invited = await tri(['community', 'invite', 'home-2', '--json', '--data', at('node')])
    text = String(documentOf(invited)['text'])
    expect(text).toMatch(/^tri-member:/)
    expect((await home('follow', '--once')).exit).toBe(3)
    expect((await home('follow', text.slice(0, 60), '--once')).exit).toBe(2)
    const followed = await home('follow', text, '--once')
    expect(followed.err).toBe('')
    expect(followed.exit).toBe(0)
    expect(followed.out).toContain('home-2 in Prova: CC 0.00, may spend CC 5.00')
    expect(followed.out).toMatch(/proved by block \d+ of .*Z, signed by 1 of 1 steward\n/)
  })

  it('pays from it, and tells final and refused', async () => {
    const paid = await home('credit', 'pay', 'home-1', '1.5', '--from', 'home-2', '--for', 'eggs', '--yes')
    expect(paid.err).toBe('')
    expect(paid.out).toContain('paid  CC 1.50 to home-1')
    expect(paid.exit).toBe(0)
    expect((await home('credit', 'pay', 'home-1', '9', '--from', 'home-2', '--yes')).exit).toBe(4)
    expect((await home('credit', 'pay', 'home-2', '1', '--from', 'home-1', '--yes')).exit).toBe(3)
  })

  it('answers from what is proved when every steward is gone, and promises', async () => {
    await steward?.[Symbol.asyncDispose]()
    steward = undefined
    const followed = await home('follow', '--once', '--json')
    expect(followed.exit).toBe(6)
    expect(documentOf(followed)).toMatchObject({
      member: 'home-2',
      balanceMicroCredit: -1_500_000,
      lines: 1,
      lastLook: 'no-steward-answers',
    })
    expect((await home('follow', '--once')).out).toMatch(
      /NO steward answers since .*Z\. What is above stays proved/,
    )
    const balance = await home('credit', 'balance')
    expect(balance.out).toContain('CC -1.50')
    expect(balance.out).toContain('proved by block')
    expect((await home('credit', 'ledger', 'home-2')).out).toContain('payment-sent')
    const proof = at('mine.tri')
    expect((await home('credit', 'proof', '--member', 'home-2', '-o', proof)).exit).toBe(0)
    const genesis = String(documentOf(await home('credit', 'genesis', '--json'))['text'])
    expect((await tri(['credit', 'verify', '--offline', proof, '--genesis', genesis])).out).toContain(
      'home-2 has CC -1.50',
    )
    // What only the book has is said in one sentence, with where to ask.
    const status = await home('steward', 'status')
    expect(status.exit).toBe(3)
    expect(status.err).toContain('Ask for steward-status at a steward’s node')
  })

  it('goes on where it was when a steward is back, and another box cannot use the text again', async () => {
    steward = await running()
    const followed = await tri(['follow', '--json', '--data', at('home')], { stopsAtAnswer: true })
    expect(followed.exit).toBe(130)
    expect((await home('follow', '--once')).exit).toBe(0)
    const thief = await tri(['follow', text, '--once', '--data', at('thief')])
    expect(thief.exit).toBe(4)
    expect(thief.err).toContain('another box has taken it up')
    const { seed } = JSON.parse(readFileSync(at('home/member-box.json'), 'utf8')) as { seed: string }
    expect(everythingSaid.join('\n')).not.toContain(seed)
  })
})
