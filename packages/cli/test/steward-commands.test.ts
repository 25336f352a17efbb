import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { documentOf, everythingSaid, tri, type Said } from './listening-terminal.ts'
import { prova } from './prova.ts'

let folder = ''
let nodeFolder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tri-steward-'))
  nodeFolder = join(folder, 'node')
  const file = join(folder, 'prova.json')
  writeFileSync(file, JSON.stringify(prova))
  await tri(['community', 'init', file, '--data', nodeFolder])
})
afterAll(() => rmSync(folder, { recursive: true }))

const on = (...words: string[]): Promise<Said> => tri(['steward', ...words, '--data', nodeFolder])
async function exitOf(...words: string[]): Promise<number> {
  return (await on(...words)).exit
}

describe('tri steward', () => {
  it('makes a seat, whose keys only their owner reads and no command ever says', async () => {
    expect(await exitOf('init', '--address', 'nowhere')).toBe(2)
    const made = await on('init', '--address', '[fd00::12]:4610')
    expect(made.out).toContain('home-1 has a seat at [fd00::12]:4610')
    const path = join(nodeFolder, 'steward.json')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(nodeFolder, 'engine')).mode & 0o777).toBe(0o700)
    const { tlsSeed } = JSON.parse(readFileSync(path, 'utf8')) as { tlsSeed: string }
    const again = await on('init', '--address', '[fd00::12]:4610')
    expect(again.out).toContain(made.out.split('\n')[1])
    expect(everythingSaid.join('\n')).not.toContain(tlsSeed)
  })

  it('says who keeps the book, and asks for the running node where the door is needed', async () => {
    await on('init', '--address', '[fd00::12]:4610')
    const status = await on('status', '--json')
    expect(documentOf(status)).toMatchObject({
      engine: 'single',
      mayFail: 0,
      stewards: [{ member: 'home-1', address: '[fd00::12]:4610', isThisBox: true }],
      proposals: [],
      ready: [],
    })
    expect((await on('status')).out).toContain('home-1 (this box)')
    for (const words of [
      ['invite', 'home-2'],
      ['add'],
      ['approve'],
      ['rotate'],
      ['remove', 'home-2'],
      ['replace', 'a', 'b'],
    ])
      expect([words, await exitOf(...words)]).toEqual([words, 6])
  })

  it('refuses an invitation that is none, and keeps the folder it was to fill empty', async () => {
    const empty = join(folder, 'new-box')
    const joined = await tri([
      'steward',
      'join',
      'tri-steward:o2F2AQ',
      '--address',
      '[::1]:4610',
      '--data',
      empty,
    ])
    expect(joined.exit).toBe(2)
    expect(joined.err).toContain('no invitation')
    expect(readdirSync(folder)).not.toContain('new-box')
  })

  it('copies a folder without the keys that sign blocks, and puts the copy back whole', async () => {
    await on('init', '--address', '[fd00::12]:4610')
    const [copy, restored] = [join(folder, 'copy'), join(folder, 'restored')]
    expect((await on('backup', copy)).exit).toBe(0)
    expect(readdirSync(copy)).toEqual(expect.arrayContaining(['book.sqlite', 'community.json', 'keys.json']))
    for (const kept of ['engine', 'steward.json', 'lock.sqlite'])
      expect(readdirSync(copy)).not.toContain(kept)
    expect((await on('backup', copy)).exit).toBe(1)
    const back = await tri(['steward', 'restore', copy, '--json', '--data', restored])
    expect(documentOf(back)).toMatchObject({ goesOn: true, height: expect.any(Number) })
    const verified = await tri(['credit', 'verify', '--data', restored])
    expect(verified.exit).toBe(0)
  })
})
