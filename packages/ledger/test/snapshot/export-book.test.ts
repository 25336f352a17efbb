import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { stateDigest } from '@tri/community'
import { prova, stageFor } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { law } from '@tri/units/testing'
import { must, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { openReplica } from '../../src/replica/open-replica.ts'
import { exportBook } from '../../src/snapshot/export-book.ts'
import { sealed, FIRST_SEAL } from '../../src/snapshot/book-line.ts'
import { restoreBook } from '../../src/snapshot/restore-book.ts'
import { openBook } from '../../src/store/book-file.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'
import { signed, singleRig, type SingleRig } from '../single/single-rig.ts'

const kernel = typescriptKernel
let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-export-'))
  path = join(folder, 'book.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A steward's book of a few blocks, all of them certified. */
async function steward(): Promise<SingleRig> {
  const rig = await singleRig()
  for (const nonce of [1, 2, 3]) {
    const operation = signed('home-1', nonce, { kind: 'credit.transfer', to: 'home-2', amount: nonce })
    const taken = await rig.ordering.submit(operation)
    must(taken.ok, 'the operation is taken')
    await rig.ordering.settled(hex(sha256(operation.bytes)), AbortSignal.timeout(20_000))
  }
  await rig.ordering.certified()
  return rig
}

describe('an exported book', () => {
  test('is rebuilt on an empty machine, with the same state, root and certificates', async () => {
    await using rig = await steward()
    const lines = [...exportBook(rig.replica)]
    const restored = await restoreBook(lines, path, { kernel, genesis: rig.genesis })
    expect(restored).toEqual({ height: 5, sequence: 4 })
    expect(readdirSync(folder)).toEqual(['book.sqlite'])
    using replica = openReplica(path, { kernel })
    expect(stateDigest(replica.store)).toBe(stateDigest(rig.replica.store))
    expect(hex(replica.stateRoot)).toBe(hex(rig.replica.stateRoot))
    expect([...exportBook(replica)]).toEqual(lines)
  })

  test('holds the operations from before the chain began', async () => {
    const digest = ((): string => {
      using book = openBook(path, { kernel })
      stageFor(prova(), { book }).does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
      return stateDigest(book.store)
    })()
    const lines = ((): string[] => {
      using replica = openReplica(path, { kernel })
      expect(stateDigest(replica.store)).toBe(digest)
      const stage = stageFor(prova(), { book: replicaBook(replica) })
      stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 6 }, { id: 'later' })
      return [...exportBook(replica)]
    })()
    const again = join(folder, 'again.sqlite')
    expect(await restoreBook(lines, again, { kernel })).toEqual({ height: 1, sequence: 3 })
    rmSync(path)
    using replica = openReplica(again, { kernel })
    expect([...exportBook(replica)]).toEqual(lines)
  })

  test('is not restored over a book that is there', async () => {
    openBook(path, { kernel }).close()
    await expect(restoreBook([], path, { kernel })).rejects.toThrow(
      expect.objectContaining({ code: 'restore-not-empty' }),
    )
  })

  test('is refused with the line when it is cut short, or when a line is missing', async () => {
    await using rig = await steward()
    const lines = [...exportBook(rig.replica)]
    for (const [damaged, line] of [
      [lines.slice(0, -1), 1],
      [[], 1],
      [lines.toSpliced(2, 1), 3],
      [[present(lines[0], 'there is a first line'), ...lines], 2],
    ] as const)
      await expect(restoreBook(damaged, path, { kernel })).rejects.toThrow(
        expect.objectContaining({ code: 'export-altered', details: expect.objectContaining({ line }) }),
      )
    expect(existsSync(path)).toBe(false)
  })

  test('is refused when somebody sealed it anew around an operation of his own', async () => {
    await using rig = await steward()
    const contents = [...exportBook(rig.replica)].map((line): object =>
      JSON.parse(line.replace(/,"seal":"\w+"/, '')),
    )
    const resealed = (change: (content: object, i: number) => object): string[] => {
      let seal = FIRST_SEAL
      return contents.map((content, i) => {
        const line = sealed(change(content, i), seal)
        seal = line.seal
        return line.text
      })
    }
    const refused = async (lines: readonly string[], line: number): Promise<void> =>
      await expect(restoreBook(lines, path, { kernel, genesis: rig.genesis })).rejects.toThrow(
        expect.objectContaining({ code: 'export-altered', details: expect.objectContaining({ line }) }),
      )
    await refused(
      resealed((content, i) => (i === 3 ? { ...content, operations: [] } : content)),
      4,
    )
    await refused(
      resealed((content, i) => (i === 3 ? { ...content, time: 7 } : content)),
      4,
    )
    await refused(
      resealed((content, i) => (i === 6 ? { ...content, sequence: 9 } : content)),
      7,
    )
    await refused(
      resealed((content, i) => (i === 0 ? { ...content, note: 'x' } : content)),
      1,
    )
  })
})

describe('any flipped bit of an exported book', () => {
  let lines: readonly string[] = []
  beforeEach(async () => {
    await using rig = await steward()
    lines = [...exportBook(rig.replica)]
  })

  law(
    'is refused, and its line named',
    fc.record({ line: fc.nat(6), at: fc.nat(), bit: fc.nat(6) }),
    async ({ line, at, bit }) => {
      const text = lines[line] ?? ''
      const place = at % text.length
      const flipped = String.fromCharCode(text.charCodeAt(place) ^ (1 << bit))
      const altered = lines.with(line, text.slice(0, place) + flipped + text.slice(place + 1))
      await expect(restoreBook(altered, path, { kernel })).rejects.toThrow(
        expect.objectContaining({
          code: 'export-altered',
          details: expect.objectContaining({ line: line + 1 }),
        }),
      )
    },
    { runs: 60 },
  )
})
