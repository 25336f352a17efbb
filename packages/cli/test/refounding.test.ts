import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, tri } from './listening-terminal.ts'
import { prova } from './prova.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-refounding-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const node = () => ['--data', join(folder, 'node')]
async function does(...words: readonly string[]) {
  const said = await tri([...words, ...node(), '--json'])
  expect([words.slice(0, 2).join(' '), said.exit, said.err]).toEqual([
    words.slice(0, 2).join(' '),
    0,
    expect.any(String),
  ])
  return documentOf(said)
}
async function exitOf(...words: readonly string[]) {
  return (await tri([...words, ...node()])).exit
}

describe('a community whose steward is gone', () => {
  it('is founded anew by its members, and a proof leads from the first genesis through it', async () => {
    const file = join(folder, 'prova.json')
    writeFileSync(file, JSON.stringify({ ...prova, charter: { ...prova.charter, limit: '10' } }))
    await does('community', 'init', file)
    await does('credit', 'pay', 'home-2', '3', '--from', 'home-1', '--yes')
    const before = await does('credit', 'genesis')
    expect(await exitOf('refounding', 'ask')).toBe(1)
    await does('steward', 'init', '--address', '[::1]:24567', '--member', 'home-2')

    const asked = await does('refounding', 'ask')
    expect(asked).toMatchObject({ member: 'home-2', signed: 0, of: 2 })
    const text = String(asked['text'])
    expect(await exitOf('refounding', 'begin')).toBe(4)
    expect(await exitOf('refounding', 'sign', 'tri-refounding:no', '--member', 'home-1')).toBe(2)
    const signatures = []
    for (const member of ['home-1', 'home-2'])
      signatures.push(String((await does('refounding', 'sign', text, '--member', member))['text']))
    expect(await does('refounding', 'add', String(signatures[0]))).toMatchObject({
      signed: 1,
      isEnough: false,
    })
    expect(await does('refounding', 'add', ...signatures)).toMatchObject({ signed: 2, isEnough: true })
    expect(await does('credit', 'genesis')).toEqual(before)

    const begun = await does('refounding', 'begin')
    await does('credit', 'pay', 'home-2', '4', '--from', 'home-1', '--yes')
    const after = await does('credit', 'genesis')
    expect(after).toMatchObject({ text: begun['text'], isRefounded: true })
    expect(await does('credit', 'verify')).toMatchObject({ ok: true })

    const proof = join(folder, 'home-1.tri')
    await does('credit', 'proof', '--member', 'home-1', '--out', proof)
    const checked = async (genesis: unknown) =>
      documentOf(await tri(['credit', 'verify', '--offline', proof, '--genesis', String(genesis), '--json']))
    expect(await checked(before['text'])).toMatchObject({ ok: true, refoundings: 1, stewards: 1 })
    expect(await checked(after['text'])).toMatchObject({ ok: false, place: 'genesis' })
  })

  it('does not found anew what nobody asked for, nor another community', async () => {
    expect(await exitOf('refounding', 'begin')).toBe(3)
    expect(await exitOf('refounding', 'add', 'tri-refounding-signature:AA')).toBe(3)
  })
})
