import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import {
  apply,
  communityHead,
  memoryStore,
  operationSequence,
  stateDigest,
  sumOfBalances,
  type Book,
} from '@tri/community'
import { JUNE_MS, MAY, prova, stageFor, states } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { openBook } from '../../src/store/book-file.ts'
import { lockFolder } from '../../src/store/folder-lock.ts'

const kernel = typescriptKernel
const payer = join(import.meta.dirname, 'steady-payer.ts')
let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-book-'))
  path = join(folder, 'book.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A day of May for one meter, each with numbers of its own. */
function day(meter: string, at: number): ReturnType<typeof states> {
  const wh = Array.from({ length: 96 }, (_, t) => [t * 37, (at * t) % 900] as const)
  return states([{ meter, firstSlot: MAY + 96 * at, wh }])
}

function replayed(book: Book): string {
  const store = memoryStore()
  for (const operation of book.operations(1)) expect(apply(store, operation, { kernel }).ok).toBe(true)
  return stateDigest(store)
}

/** Lets a process pay, and kills it with no warning once it has acknowledged so many payments. */
async function killedAfter(payments: number): Promise<number> {
  const child = spawn(process.execPath, [payer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let acknowledged = 0
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line)
    if (++seen === payments) child.kill('SIGKILL')
  }
  await gone
  return acknowledged
}

describe('a book on a file', () => {
  test('opens again with everything it had', () => {
    const digest = ((): string => {
      using book = openBook(path, { kernel })
      const stage = stageFor(prova(), { book })
      stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 500]] }]))
      stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY, wh: [[300, 0]] }]))
      expect(stage.settles(MAY, 1).ok).toBe(true)
      return stateDigest(book.store)
    })()
    using again = openBook(path, { kernel })
    expect(stateDigest(again.store)).toBe(digest)
    expect(replayed(again)).toBe(digest)
    expect([...again.operations(3)].map(({ sequence }) => sequence)).toEqual([3, 4])
  })

  test('is the same book as in memory after the same operations, one by one or together', () => {
    const inMemory = stageFor(prova())
    inMemory.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
    inMemory.does('home-2', { kind: 'credit.transfer', to: 'coop', amount: 3 })
    using book = openBook(path, { kernel })
    const outcomes = book.applyAll([...inMemory.book.operations(1)])
    expect(outcomes.every(({ ok }) => ok)).toBe(true)
    expect(stateDigest(book.store)).toBe(stateDigest(inMemory.book.store))
  })

  test('does not log what it refuses, nor an operation that comes a second time', () => {
    using book = openBook(path, { kernel })
    const stage = stageFor(prova(), { book })
    expect(stage.refusalOf('home-1', { kind: 'credit.transfer', to: 'nobody', amount: 5 })).toBe(
      'account-unknown',
    )
    const transfer = stage.signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
    expect(book.apply(transfer).ok).toBe(true)
    expect(book.apply(transfer)).toMatchObject({
      ok: true,
      value: [{ is: 'operation-repeated', sequence: 2 }],
    })
    expect([...book.operations(1)]).toHaveLength(2)
  })

  test('loses nothing it acknowledged when its process is killed between any two operations', async () => {
    for (const payments of [1, 40, 7]) {
      const acknowledged = await killedAfter(payments)
      using book = openBook(path, { kernel })
      expect(communityHead(book.store)?.sequence).toBeGreaterThanOrEqual(acknowledged)
      expect(sumOfBalances(book.store)).toBe(0)
      expect(replayed(book)).toBe(stateDigest(book.store))
    }
  })

  test('says that the disk is full, leaves nothing half-done, and goes on once there is room', () => {
    const digest = ((): string => {
      using book = openBook(path, { kernel }, { bytesMax: 81_920 })
      const stage = stageFor(prova(), { book })
      let before = stateDigest(book.store)
      const fill = (): void => {
        for (let at = 0; at < 31; at++) {
          before = stateDigest(book.store)
          stage.does('home-1', day('m1', at))
        }
      }
      expect(fill).toThrow(expect.objectContaining({ code: 'disk-full' }))
      expect(stateDigest(book.store)).toBe(before)
      expect(replayed(book)).toBe(before)
      return before
    })()
    using book = openBook(path, { kernel })
    expect(stateDigest(book.store)).toBe(digest)
    const stage = stageFor(prova(), { book, at: JUNE_MS + 1 })
    expect(stage.act('home-2', day('m2', 30), { id: 'with-room' }).ok).toBe(true)
    expect(operationSequence(book.store, 'with-room')).toBe(communityHead(book.store)?.sequence)
  })
})

describe('a data folder', () => {
  test('is refused to a second one who wants to work in it, until the first has gone', () => {
    const first = openBook(path, { kernel })
    expect(() => openBook(path, { kernel })).toThrow(expect.objectContaining({ code: 'data-folder-in-use' }))
    first.close()
    openBook(path, { kernel }).close()
  })

  test('that is not there is named, not made', () => {
    const missing = join(folder, 'nowhere')
    expect(() => lockFolder(missing)).toThrow(expect.objectContaining({ code: 'book-unwritable' }))
  })

  test('is refused to a second process, and free once the first is killed', async () => {
    const child = spawn(process.execPath, [payer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(child, 'exit')
    await once(child.stdout, 'data')
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'data-folder-in-use' }))
    child.kill('SIGKILL')
    await gone
    lockFolder(folder).release()
  })
})
