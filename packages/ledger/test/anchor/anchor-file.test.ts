import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sha256 } from '@tri/units/crypto'
import { law } from '@tri/units/testing'
import { array, nat } from 'fast-check'
import { afterAll, expect, test } from 'vitest'

import { fileAnchor } from '../../src/anchor/anchor-file.ts'
import { noAnchor } from '../../src/anchor/anchor.ts'
import { checkpointAt, GENESIS } from './anchored-town.ts'

const folder = mkdtempSync(join(tmpdir(), 'tri-anchor-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const freshPath = (): string => join(folder, `anchor-${++files}.jsonl`)
const signal = new AbortController().signal
const open = (path: string) => fileAnchor({ path, certifies: () => true })
const other = sha256(GENESIS)

test('a checkpoint written to a stick is found there by its genesis, among those of other communities', async () => {
  const anchor = open(freshPath())
  expect(await anchor.find(GENESIS, signal)).toBeUndefined()
  await anchor.place({ checkpoint: checkpointAt(1), votes: [], certificate: Uint8Array.of(1, 2) }, signal)
  await anchor.place({ checkpoint: { ...checkpointAt(7), genesis: other }, votes: [] }, signal)
  expect(await anchor.find(GENESIS, signal)).toMatchObject({
    checkpoint: checkpointAt(1),
    place: { line: 1 },
  })
  expect(await anchor.find(other, signal)).toMatchObject({ place: { is: 'line', line: 2 } })
})

test('the same checkpoint is one line, a lower one is refused, another block at its height is told apart', async () => {
  const anchor = open(freshPath())
  const first = await anchor.place({ checkpoint: checkpointAt(5), votes: [] }, signal)
  expect(await anchor.place({ checkpoint: checkpointAt(5), votes: [] }, signal)).toEqual(first)
  expect(await anchor.place({ checkpoint: checkpointAt(4), votes: [] }, signal)).toEqual({
    ok: false,
    refusal: 'height-not-above',
  })
  expect(await anchor.place({ checkpoint: checkpointAt(5, 'other'), votes: [] }, signal)).toEqual({
    ok: false,
    refusal: 'checkpoint-differs',
  })
})

test('what the stewards did not certify is not written', async () => {
  const anchor = fileAnchor({ path: freshPath(), certifies: (_, certificate) => certificate !== undefined })
  expect(await anchor.place({ checkpoint: checkpointAt(1), votes: [] }, signal)).toEqual({
    ok: false,
    refusal: 'not-certified',
  })
  expect(
    await anchor.place({ checkpoint: checkpointAt(1), votes: [], certificate: Uint8Array.of(1) }, signal),
  ).toMatchObject({ ok: true })
})

test('a line that a power cut left half is cut off before the next', async () => {
  const path = freshPath()
  const anchor = open(path)
  await anchor.place({ checkpoint: checkpointAt(1), votes: [] }, signal)
  appendFileSync(path, '{"format":"tri/anc')
  expect(await anchor.find(GENESIS, signal)).toMatchObject({ checkpoint: checkpointAt(1) })
  await anchor.place({ checkpoint: checkpointAt(2), votes: [] }, signal)
  expect(await anchor.find(GENESIS, signal)).toMatchObject({
    checkpoint: checkpointAt(2),
    place: { line: 2 },
  })
})

test('a line taken out, turned round or changed is noticed and named', async () => {
  const path = freshPath()
  const anchor = open(path)
  for (const height of [1, 2, 3]) await anchor.place({ checkpoint: checkpointAt(height), votes: [] }, signal)
  const [a = '', b = '', c = ''] = readFileSync(path, 'utf8').split('\n')
  const wrong = [
    { lines: [a, c], line: 2 },
    { lines: [b, a, c], line: 1 },
    { lines: [a, b.replace('"height":2', '"height":4'), c], line: 3 },
    { lines: [a, 'nonsense', c], line: 2 },
    { lines: [a, b, c.replace('tri/anchor/1', 'tri/anchor/9')], line: 3 },
  ]
  for (const { lines, line } of wrong) {
    writeFileSync(path, `${lines.join('\n')}\n`)
    await expect(anchor.find(GENESIS, signal)).rejects.toMatchObject({
      code: 'anchor-file-damaged',
      details: { line },
    })
  }
})

test('a receipt is held as long as its line is the same', async () => {
  const path = freshPath()
  const anchor = open(path)
  const first = await anchor.place({ checkpoint: checkpointAt(1), votes: [] }, signal)
  await anchor.place({ checkpoint: checkpointAt(2), votes: [] }, signal)
  if (!first.ok) throw new Error(first.refusal)
  expect(await anchor.verify(first.value, signal)).toEqual({ is: 'held', depth: 2 })
  const forged = { ...first.value, checkpoint: checkpointAt(1, 'other') }
  expect(await anchor.verify(forged, signal)).toEqual({ is: 'differs' })
  rmSync(path)
  expect(await anchor.verify(first.value, signal)).toEqual({ is: 'gone' })
})

test('a stick that is not there is unreachable, not lost', async () => {
  const anchor = open(join(folder, 'absent', 'anchor.jsonl'))
  await expect(anchor.place({ checkpoint: checkpointAt(1), votes: [] }, signal)).rejects.toMatchObject({
    code: 'anchor-unreachable',
  })
})

law(
  'a file with one byte changed is either read as before or refused',
  array(nat(), { minLength: 2, maxLength: 2 }),
  async ([at = 0, by = 0]) => {
    const path = freshPath()
    const anchor = open(path)
    for (const height of [1, 2]) await anchor.place({ checkpoint: checkpointAt(height), votes: [] }, signal)
    // Only the digest of the newest line in its own receipt protects its text; here it is the line before.
    const bytes = readFileSync(path)
    const end = bytes.indexOf(10)
    const spot = at % (end + 1)
    bytes[spot] = (bytes[spot] ?? 0) ^ (1 + (by % 255))
    writeFileSync(path, bytes)
    await expect(anchor.find(GENESIS, signal)).rejects.toMatchObject({ code: 'anchor-file-damaged' })
  },
)

test('a community without an anchor refuses by name', async () => {
  expect(await noAnchor.place({ checkpoint: checkpointAt(1), votes: [] }, signal)).toEqual({
    ok: false,
    refusal: 'anchor-is-none',
  })
  expect(await noAnchor.find(GENESIS, signal)).toBeUndefined()
})
