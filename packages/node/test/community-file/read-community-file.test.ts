import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { stringify } from 'smol-toml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  communityFromDocument,
  communityFromText,
  readCommunityFile,
} from '../../src/community-file/read-community-file.ts'
import { problemSentence, type Problem } from '../../src/problem.ts'
import { smallestCommunity } from './smallest.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tri-community-'))
})
afterAll(async () => rm(folder, { recursive: true }))

/** The smallest community with some of its fields replaced, as JSON with a line for every field. */
const changed = (change: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...smallestCommunity, ...change }, null, 1)

function problemsOf(text: string, format: 'json' | 'toml' = 'json'): readonly Problem[] {
  const read = communityFromText(text, format)
  return read.ok ? [] : read.refusal
}
const codesOf = (change: Readonly<Record<string, unknown>>): string[] =>
  problemsOf(changed(change)).map(({ code }) => code)

const first = (network: readonly object[]): string =>
  problemSentence(problemsOf(changed({ network }))[0]!).replace(/^line \d+: /, '')
const isMeterId = (id: string): boolean =>
  communityFromDocument({ ...smallestCommunity, meters: [{ id, member: 'home-1', site: 'casa-1' }] }).ok

describe('a community file', () => {
  test('of the smallest size is read as it stands, as JSON and as TOML', () => {
    const json = communityFromText(JSON.stringify(smallestCommunity), 'json')
    const toml = communityFromText(stringify(smallestCommunity), 'toml')
    expect(json).toEqual({ ok: true, value: smallestCommunity })
    expect(toml).toEqual(json)
  })

  test('may begin with a byte order mark and needs no extension when it is JSON', async () => {
    const file = path.join(folder, 'prova')
    await writeFile(file, `\uFEFF${JSON.stringify(smallestCommunity)}`)
    expect((await readCommunityFile(file)).ok).toBe(true)
  })

  test('that is not there is refused with its name', async () => {
    const read = await readCommunityFile(path.join(folder, 'no-such.json'))
    expect(read.ok ? '' : problemSentence(read.refusal[0]!)).toContain(
      'no-such.json: The file cannot be read (ENOENT)',
    )
  })

  test('in Latin-1 is refused rather than read with wrong letters', async () => {
    const file = path.join(folder, 'latin.json')
    await writeFile(file, Buffer.from(JSON.stringify({ ...smallestCommunity, name: 'Città' }), 'latin1'))
    const read = await readCommunityFile(file)
    expect(read.ok ? '' : problemSentence(read.refusal[0]!, 'it')).toContain(
      'latin.json: Il file non è testo UTF-8',
    )
  })

  test('with an error of JSON or TOML names line and column', () => {
    const [json] = problemsOf('{\n  "format": "tri/community/1",\n  oops\n}')
    expect(json).toMatchObject({ code: 'community-file-not-json', line: 3, column: 3 })
    const [toml] = problemsOf('format = "tri/community/1"\nid = \n', 'toml')
    expect(toml).toMatchObject({ code: 'community-file-not-toml', line: 2 })
    expect(problemSentence(toml!)).toMatch(/^line 2, column \d+: This is not valid TOML: /)
  })

  test('with several mistakes lists every one of them, each on its line', () => {
    const problems = problemsOf(
      changed({
        timezone: 'Europe/Roma',
        network: [
          { id: 'cabina', kind: 'transformer' },
          { id: 'via-po', kind: 'street', parent: 'cabina', ohm: -0.021 },
          { id: 'casa-1', kind: 'site', parent: 'via-nessuna', ohm: 0.004 },
        ],
      }),
    )
    expect(problems.map(({ code, line }) => `${line} ${code}`)).toEqual([
      '5 community-zone-unknown',
      '15 network-resistance-negative',
      '20 network-orphan',
      '43 meter-site-unknown',
    ])
    expect(problemSentence(problems[1]!)).toBe(
      'line 15: Node "via-po" has -0.021 ohm. A resistance is 0 or more: check the sign.',
    )
  })

  test('in TOML names the line of the field too', () => {
    const text = stringify({ ...smallestCommunity, meters: [{ id: 'm1', member: 'nobody', site: 'casa-1' }] })
    const [problem] = problemsOf(text, 'toml')
    expect(problem?.code).toBe('meter-member-unknown')
    expect(text.split('\n')[(problem?.line ?? 0) - 1]).toBe('member = "nobody"')
  })

  test('with a field that is missing, wrong, unknown or not one of the words says what is expected', () => {
    const { name: _, ...nameless } = smallestCommunity
    expect(problemsOf(JSON.stringify(nameless))).toMatchObject([
      { code: 'community-field-missing', details: { path: 'name', expected: 'string' } },
    ])
    expect(problemsOf(changed({ members: 'two' }))).toMatchObject([
      { code: 'community-field-wrong', details: { path: 'members', expected: 'array', got: '"two"' } },
    ])
    expect(problemsOf(changed({ colour: 'blue' }))).toMatchObject([
      { code: 'community-field-unknown', details: { field: 'colour' } },
    ])
    expect(problemsOf(changed({ members: [{ id: 'home-1', kind: 'house' }] }))[0]?.details).toMatchObject({
      path: 'members[0].kind',
      expected: '"household" | "business" | "municipality" | "cooperative"',
    })
  })
})

describe('a network', () => {
  const site = { id: 'casa-1', kind: 'site', parent: 'via-po' }
  const other = { id: 'casa-2', kind: 'site', parent: 'via-po' }
  const street = { id: 'via-po', kind: 'street', parent: 'cabina' }
  const root = { id: 'cabina', kind: 'transformer' }

  test('with a loop is refused with the nodes of the loop', () => {
    const nodes = [
      root,
      { ...street, parent: 'via-adda' },
      { ...street, id: 'via-adda', parent: 'via-po' },
      site,
      other,
    ]
    expect(first(nodes)).toMatch(/^The nodes "via-po", "via-adda" lead back to themselves/)
  })

  test('where a node is its own parent is a loop of one', () => {
    expect(first([root, { ...street, parent: 'via-po' }, site, other])).toMatch(
      /^The nodes "via-po" lead back/,
    )
  })

  test('with two roots is refused with both', () => {
    expect(first([root, { id: 'via-po', kind: 'street' }, site, other])).toMatch(
      /^The nodes "cabina", "via-po" have no parent/,
    )
  })

  test('without a root, with an orphan, or with a node given twice is refused', () => {
    expect(codesOf({ network: [] })).toContain('network-without-root')
    expect(codesOf({ network: [root, site, other] })).toEqual(['network-orphan', 'network-orphan'])
    expect(codesOf({ network: [root, street, street, site, other] })).toEqual(['network-node-twice'])
  })

  test('whose kind falls towards the root is refused, and one that stays the same is not', () => {
    expect(first([{ ...root, kind: 'building' }, street, site, other])).toContain(
      'Node "cabina" is a building but stands above "via-po", a street',
    )
    expect(codesOf({ network: [{ ...root, kind: 'street' }, street, site, other] })).toEqual([])
  })

  test('may have a resistance of 0 but not below', () => {
    expect(codesOf({ network: [root, { ...street, ohm: 0 }, site, other] })).toEqual([])
    expect(codesOf({ network: [root, { ...street, ohm: -1e-9 }, site, other] })).toEqual([
      'network-resistance-negative',
    ])
  })
})

describe('members and meters', () => {
  test('given twice, or naming what is not there, are refused', () => {
    const { members, meters } = smallestCommunity
    expect(codesOf({ members: [...members, members[0]] })).toEqual(['member-twice'])
    expect(codesOf({ meters: [...meters, meters[0]] })).toEqual(['meter-twice'])
    expect(codesOf({ meters: [{ id: 'm1', member: 'home-9', site: 'casa-1' }] })).toEqual([
      'meter-member-unknown',
    ])
    expect(codesOf({ meters: [{ id: 'm1', member: 'home-1', site: 'casa-9' }] })).toEqual([
      'meter-site-unknown',
    ])
  })

  test('do not take the name of the commons, which is the community’s own account', () => {
    const commons = { id: 'commons', kind: 'household' }
    expect(codesOf({ members: [...smallestCommunity.members, commons] })).toEqual(['member-id-reserved'])
  })

  test('of number 0, or only inside a household, leave nothing to settle', () => {
    expect(codesOf({ meters: [] })).toEqual(['community-without-meters'])
    const inside = { id: 'm1', member: 'home-1', site: 'casa-1', role: 'production' }
    expect(codesOf({ meters: [inside] })).toEqual(['community-without-meters'])
  })

  test('have ids of 1 to 64 plain characters', () => {
    expect(isMeterId('m'.repeat(64))).toBe(true)
    expect(isMeterId('m'.repeat(65))).toBe(false)
    for (const id of ['', ' m', 'm,1', 'm;1', 'm"1', 'mè', '-m']) expect(isMeterId(id), id).toBe(false)
  })

  test('live in a zone of the IANA list: an offset or a misspelt name is refused', () => {
    expect(codesOf({ timezone: 'UTC' })).toEqual([])
    for (const timezone of ['+01:00', 'Rome', 'Europe/Romme']) {
      expect(codesOf({ timezone })).toEqual(['community-zone-unknown'])
    }
  })
})

const charter = (change: Readonly<Record<string, unknown>>): string =>
  changed({ charter: { ...smallestCommunity.charter, ...change } })
const keyed = (keys: object): string[] =>
  problemsOf(charter({ rule: 'static', keys })).map(({ code }) => code)

describe('a charter', () => {
  test('with prices that fall with distance is refused on its line', () => {
    const text = charter({ creditPerKwh: { home: '0.09', street: '0.12', transformer: '0.11' } })
    const [problem, ...others] = problemsOf(text)
    expect(others).toEqual([])
    expect(problem?.code).toBe('ring-price-falls')
    expect(text.split('\n')[(problem?.line ?? 0) - 1]).toContain('"creditPerKwh"')
    expect(problemSentence(problem!)).toContain('0.11 for "transformer" is below 0.12 for "street"')
  })

  test('with keys that do not sum to 1, or of a meter that is not there, is refused', () => {
    expect(keyed({ m1: '0.4', m2: '0.6' })).toEqual([])
    expect(keyed({ m1: '0.4', m2: '0.59' })).toEqual(['keys-sum'])
    expect(keyed({ m1: '0.4', m9: '0.6' })).toEqual(['charter-meter-unknown'])
  })

  test('without a price for a ring in which meters can match is refused, in both languages', () => {
    const [problem] = problemsOf(charter({ creditPerKwh: { home: '0.09' } }))
    expect(problemSentence(problem!)).toContain('No price for the ring "street"')
    expect(problemSentence(problem!, 'it')).toContain('riga')
  })
})
