import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'

import { apply, memoryStore, operationSequence, stateDigest, sumOfBalances } from '@tri/community'
import { JUNE_MS, MAY, prova, stageFor, states } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { openBook } from '../../src/store/book-file.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

const kernel = typescriptKernel
const steward = join(import.meta.dirname, 'steady-steward.ts')
let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-replica-'))
  path = join(folder, 'book.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A day of May for one meter, each with numbers of its own. */
function day(meter: string, at: number): ReturnType<typeof states> {
  const wh = Array.from({ length: 96 }, (_, t) => [t * 37, (at * t) % 900] as const)
  return states([{ meter, firstSlot: MAY + 96 * at, wh }])
}

function replayed(replica: Replica): string {
  const store = memoryStore()
  for (const operation of replica.operations(1)) expect(apply(store, operation, { kernel }).ok).toBe(true)
  return stateDigest(store)
}

/** Lets a process keep the book, and kills it with no warning once it has told so many heights. */
async function killedAfter(told: number): Promise<number> {
  const child = spawn(process.execPath, [steward, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let final = 0
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    final = Number(line)
    if (++seen === told) child.kill('SIGKILL')
  }
  await gone
  return final
}

describe('a replica on a file', () => {
  test('opens again at its height, with the same root, whether or not its state was flushed', () => {
    for (const isFlushed of [false, true]) {
      const root = ((): string => {
        using replica = openReplica(path, { kernel })
        const stage = stageFor(prova(), { book: replicaBook(replica), isFounded: replica.height === 0 })
        stage.does('home-1', day('m1', isFlushed ? 1 : 0), { id: `day-${isFlushed}` })
        if (isFlushed) replica.flush()
        stage.does('home-2', { kind: 'credit.transfer', to: 'coop', amount: 3 }, { id: `pay-${isFlushed}` })
        expect(replayed(replica)).toBe(stateDigest(replica.store))
        return hex(replica.stateRoot)
      })()
      using again = openReplica(path, { kernel })
      expect(hex(again.stateRoot)).toBe(root)
      expect(replayed(again)).toBe(stateDigest(again.store))
    }
  })

  test('has the roots of a replica in memory that executes its blocks', () => {
    using replica = openReplica(path, { kernel })
    const stage = stageFor(prova(), { book: replicaBook(replica) })
    stage.does('home-1', states([{ meter: 'm1', firstSlot: MAY, wh: [[0, 500]] }]))
    stage.does('home-2', states([{ meter: 'm2', firstSlot: MAY, wh: [[300, 0]] }]))
    replica.flush()
    expect(stage.settles(MAY, 1)).toMatchObject({ ok: true })
    stage.does('home-2', { kind: 'credit.transfer', to: 'coop', amount: 3 })
    const other = memoryReplica({ kernel })
    for (const block of replica.blocks(1)) {
      const execution = other.execute(block)
      expect(hex(execution.stateRoot)).toBe(hex(block.stateRoot))
      expect(other.commit(execution)).toEqual(block)
    }
    expect(stateDigest(other.store)).toBe(stateDigest(replica.store))
  })

  test('takes over a book that one machine kept without blocks, and goes on from there', () => {
    const digest = ((): string => {
      using book = openBook(path, { kernel })
      stageFor(prova(), { book }).does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 5 })
      return stateDigest(book.store)
    })()
    using replica = openReplica(path, { kernel })
    expect([replica.height, replica.sequence]).toEqual([0, 2])
    expect(stateDigest(replica.store)).toBe(digest)
    const stage = stageFor(prova(), { book: replicaBook(replica) })
    stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 6 }, { id: 'later' })
    expect([replica.height, replica.heightOf(2), replica.heightOf(3)]).toEqual([1, undefined, 1])
    expect([...replica.operations(2)].map(({ sequence }) => sequence)).toEqual([2, 3])
    expect(replayed(replica)).toBe(stateDigest(replica.store))
  })

  test('loses nothing that was final when its process is killed between any two steps', async () => {
    for (const told of [1, 40, 7]) {
      const final = await killedAfter(told)
      using replica = openReplica(path, { kernel })
      expect(replica.sequence).toBeGreaterThanOrEqual(final)
      expect(sumOfBalances(replica.store)).toBe(0)
      expect(replayed(replica)).toBe(stateDigest(replica.store))
    }
  })

  test('says that the disk is full, leaves nothing half-done, and goes on once there is room', () => {
    const [digest, root] = ((): [string, string] => {
      using replica = openReplica(path, { kernel }, { bytesMax: 122_880 })
      const stage = stageFor(prova(), { book: replicaBook(replica) })
      const fill = (): void => {
        for (let at = 0; at < 31; at++) {
          stage.does('home-1', day('m1', at))
          replica.flush()
        }
      }
      expect(fill).toThrow(expect.objectContaining({ code: 'disk-full' }))
      const now = stateDigest(replica.store)
      expect(replayed(replica)).toBe(now)
      expect(sumOfBalances(replica.store)).toBe(0)
      return [now, hex(replica.stateRoot)]
    })()
    using replica = openReplica(path, { kernel })
    expect([stateDigest(replica.store), hex(replica.stateRoot)]).toEqual([digest, root])
    const stage = stageFor(prova(), { book: replicaBook(replica), at: JUNE_MS + 1 })
    expect(stage.act('home-2', day('m2', 30), { id: 'with-room' }).ok).toBe(true)
    expect(operationSequence(replica.store, 'with-room')).toBe(replica.sequence)
  })

  test('refuses to open when a block that must be applied again was altered', () => {
    const cut = join(folder, 'cut')
    mkdirSync(cut)
    const copy = join(cut, 'book.sqlite')
    using replica = openReplica(path, { kernel })
    const stage = stageFor(prova(), { book: replicaBook(replica) })
    replica.flush()
    for (const amount of [1, 2]) stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount })
    // As a power cut leaves it: two blocks are written, and the state is that of the founding.
    for (const end of ['', '-wal']) copyFileSync(`${path}${end}`, `${copy}${end}`)
    const file = new DatabaseSync(copy)
    file.exec('UPDATE blocks SET body = (SELECT body FROM blocks WHERE height = 3) WHERE height = 2')
    file.close()
    expect(() => openReplica(copy, { kernel })).toThrow(expect.objectContaining({ code: 'book-altered' }))
  })

  test('keeps the certificate of each height', () => {
    using replica = openReplica(path, { kernel })
    stageFor(prova(), { book: replicaBook(replica) })
    replica.keepCertificate(1, Uint8Array.of(7))
    const execution = replica.execute({ height: 2, time: epochMs(JUNE_MS), operations: [], evidence: [] })
    replica.commit(execution, Uint8Array.of(8))
    expect(present(replica.blockRecord(1), 'block 1 is kept').certificate).toEqual(Uint8Array.of(8))
    expect(replica.blockRecord(2)).not.toHaveProperty('certificate')
    expect(replica.blockRecord(3)).toBeUndefined()
  })
})
