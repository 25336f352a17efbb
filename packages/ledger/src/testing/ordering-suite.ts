import { randomUUID } from 'node:crypto'

import {
  OPERATION_VERSION,
  signOperation,
  stateDigest,
  sumOfBalances,
  type Act,
  type KeyValue,
  type SignedOperation,
} from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { must, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { sameBytes } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { trustAfter, type Trust } from '../chain/trust.ts'
import type { FinalBlock, Ordering, Standing } from '../ordering.ts'

/** A copy of the book that an engine keeps. */
export interface Copy {
  readonly store: KeyValue
  readonly height: number
  readonly stateRoot: Uint8Array
}

/** An engine that orders for the community Prova (`prova()`), which is founded: its founding is in the book. */
export interface OrderingRig extends AsyncDisposable {
  /** The first steward's. */
  readonly ordering: Ordering
  /** Every steward's copy, the first one's first. */
  readonly copies: readonly Copy[]
  /** What a follower trusts who knows the genesis alone. */
  readonly trust: Trust
  /** Closes the first steward's engine and its copy, and opens them again. */
  reopen(): Promise<void>
}

/** How a suite is run against an engine that takes longer than others. */
export interface OrderingSuiteOptions {
  /** Lone operations with pauses; 30 when left out. */
  readonly loneOperations?: number
  /** Operations of each of the two keys of a burst; 100 when left out. */
  readonly burst?: number
  /** Longest wait for one standing, ms; 20 s when left out. */
  readonly patienceMs?: number
}

/** When operations of the suite are signed: 2 June 2026. */
const SIGNED_AT = 1_780_358_400_000
const VALID_MS = 86_400_000

/** Signs what Prova's members do, each key with nonces of its own. */
function prover(): (by: string, act: Act, nonce?: number) => SignedOperation {
  const nonces = new Map<string, number>()
  return (by, act, nonce = (nonces.get(by) ?? 1) + 1) => {
    nonces.set(by, nonce)
    const key = seededKey(by)
    return signOperation(key, {
      v: OPERATION_VERSION,
      community: 'prova',
      id: randomUUID(),
      by,
      key: key.publicKey,
      at: SIGNED_AT + nonce,
      expiresAt: SIGNED_AT + VALID_MS,
      nonce,
      ...act,
    })
  }
}

function pay(to: string, amount = 1): Act {
  return { kind: 'credit.transfer', to, amount }
}

/** An engine in a test, with what the test says to it. */
interface Scene {
  readonly rig: OrderingRig
  readonly sign: ReturnType<typeof prover>
  readonly patience: () => AbortSignal
  /** Hands in what must be taken. */
  readonly takes: (operation: SignedOperation) => Promise<Standing>
  /** Waits until it is final or refused. */
  readonly ends: (operation: SignedOperation) => Promise<Standing>
}

function sceneOf(rig: OrderingRig, patienceMs: number): Scene {
  const patience = (): AbortSignal => AbortSignal.timeout(patienceMs)
  return {
    rig,
    sign: prover(),
    patience,
    async takes(operation) {
      const taken = await rig.ordering.submit(operation)
      must(taken.ok, 'the engine takes the operation', taken.ok ? {} : { ...taken.refusal })
      return taken.value
    },
    ends: (operation) => rig.ordering.settled(digestOf(operation), patience()),
  }
}

function sequenceOf(standing: Standing): number {
  must(standing.is === 'final', 'the operation is final', { ...standing })
  return standing.sequence
}

/** Waits until every copy has the height of the tallest. */
async function inStep({ rig, patience }: Scene): Promise<void> {
  const enough = patience()
  while (!enough.aborted) {
    const heights = rig.copies.map(({ height }) => height)
    if (new Set(heights).size === 1) return
    await new Promise((resume) => setImmediate(resume))
  }
}

function digestOf({ bytes }: SignedOperation): string {
  return hex(sha256(bytes))
}

async function blocksUntil(ordering: Ordering, sequence: number, signal: AbortSignal): Promise<FinalBlock[]> {
  const blocks: FinalBlock[] = []
  for await (const block of ordering.finalised(1, signal)) {
    blocks.push(block)
    if (block.operations.some((operation) => operation.sequence >= sequence)) break
  }
  return blocks
}

/**
 * What every engine that orders must keep, whoever wrote it.
 *
 * @param name of the engine
 * @param open makes one with a new book; the suite closes it
 */
export function orderingSuite(
  name: string,
  open: () => Promise<OrderingRig>,
  options: OrderingSuiteOptions = {},
): void {
  describe(`the ordering of ${name}`, () => {
    let scene: Scene | undefined
    const current = (): Scene => present(scene, 'each test has an engine of its own')
    beforeEach(async () => {
      scene = sceneOf(await open(), options.patienceMs ?? 20_000)
    })
    afterEach(async () => await scene?.rig[Symbol.asyncDispose]())
    standingLaws(current)
    blockLaws(current)
    burstLaws(current, options)
  })
}

function standingLaws(current: () => Scene): void {
  test('takes an operation, then tells that it is final and where', async () => {
    const scene = current()
    const operation = scene.sign('home-1', pay('home-2', 5))
    expect(scene.rig.ordering.standingOf(digestOf(operation))).toEqual({ is: 'unknown' })
    expect(['accepted', 'final']).toContain((await scene.takes(operation)).is)
    const standing = await scene.ends(operation)
    expect(standing).toMatchObject({ is: 'final', sequence: 2 })
    expect(scene.rig.ordering.standingOf(digestOf(operation))).toEqual(standing)
  })

  test('knows the same bytes again: one operation, however often it comes', async () => {
    const scene = current()
    const operation = scene.sign('home-1', pay('home-2', 5))
    await Promise.all([scene.takes(operation), scene.takes(operation), scene.takes(operation)])
    const standing = await scene.ends(operation)
    expect(await scene.takes(operation)).toEqual(standing)
    const later = scene.sign('home-1', pay('home-2', 6))
    await scene.takes(later)
    expect(sequenceOf(await scene.ends(later))).toBe(sequenceOf(standing) + 1)
  })

  test('refuses with the rule that was broken', async () => {
    const scene = current()
    const operation = scene.sign('home-1', pay('nobody'))
    await scene.takes(operation)
    expect(await scene.ends(operation)).toMatchObject({ is: 'refused', refusal: { is: 'account-unknown' } })
    const forged = { ...scene.sign('home-1', pay('home-2')), signature: new Uint8Array(64) }
    await scene.takes(forged)
    expect(await scene.ends(forged)).toMatchObject({ is: 'refused', refusal: { is: 'signature-wrong' } })
  })

  test('ends what it was waiting for when its signal does', async () => {
    const scene = current()
    const never = scene.sign('home-1', pay('home-2'))
    const stop = new AbortController()
    const waiting = scene.rig.ordering.settled(digestOf(never), stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  test('tells how it is', () => {
    const scene = current()
    const status = scene.rig.ordering.status()
    expect(status.height).toBeGreaterThanOrEqual(1)
    expect(status.stewards).toBe(scene.rig.copies.length)
    expect(status.waiting).toBe(0)
  })
}

function blockLaws(current: () => Scene): void {
  test('gives the same blocks in the same order, from whatever height they are asked', async () => {
    const scene = current()
    for (const amount of [1, 2, 3]) {
      const operation = scene.sign('home-1', pay('home-2', amount))
      await scene.takes(operation)
      await scene.ends(operation)
    }
    const all = await blocksUntil(scene.rig.ordering, 4, scene.patience())
    const heights = all.map(({ height }) => height)
    expect(heights).toEqual(heights.map((_, i) => present(heights[0], 'there is a first') + i))
    expect(all.flatMap(({ operations }) => operations.map(({ sequence }) => sequence))).toEqual([1, 2, 3, 4])
    const [, second] = all
    const from = present(second, 'more than one block is final').height
    const again: FinalBlock[] = []
    for await (const block of scene.rig.ordering.finalised(from, scene.patience())) {
      again.push(block)
      if (block.height === heights.at(-1)) break
    }
    expect(again).toEqual(all.slice(1))
  })

  test('goes on telling new blocks as they come, until it is told to stop', async () => {
    const scene = current()
    const stop = new AbortController()
    const seen: number[] = []
    const listening = (async () => {
      for await (const { operations } of scene.rig.ordering.finalised(1, stop.signal))
        for (const { sequence } of operations) if (seen.push(sequence) === 3) stop.abort()
    })()
    for (const amount of [1, 2]) await scene.takes(scene.sign('home-1', pay('home-2', amount)))
    await listening
    expect(seen).toEqual([1, 2, 3])
  })

  test('certifies the state, so that it can be believed from the genesis', async () => {
    const scene = current()
    const operation = scene.sign('home-1', pay('home-2', 5))
    await scene.takes(operation)
    await scene.ends(operation)
    const block = await scene.rig.ordering.certified()
    const believed = trustAfter(nodePrimitives, scene.rig.trust, block, '')
    expect(believed).toMatchObject({ ok: true })
    const { stateRoot } = present(scene.rig.copies[0], 'the first steward has a copy')
    expect(sameBytes(block.header.appHash, stateRoot)).toBe(true)
    const first = await scene.rig.ordering.certified(block.header.height - 1)
    expect(first).toEqual(block)
  })

  test('does not grow by being asked for proofs', async () => {
    const scene = current()
    const operation = scene.sign('home-1', pay('home-2', 5))
    await scene.takes(operation)
    await scene.ends(operation)
    const { header } = await scene.rig.ordering.certified()
    for (let again = 0; again < 3; again++)
      expect((await scene.rig.ordering.certified()).header.height).toBe(header.height)
    expect(scene.rig.ordering.status().height).toBeLessThanOrEqual(header.height)
  })
}

function burstLaws(current: () => Scene, { loneOperations = 30, burst = 100 }: OrderingSuiteOptions): void {
  test('keeps each key’s order in a burst of several, and loses none of it', async () => {
    const scene = current()
    const operations = Array.from({ length: burst }, () => [
      scene.sign('home-1', pay('home-2')),
      scene.sign('home-2', pay('home-1')),
    ]).flat()
    await Promise.all(operations.map(scene.takes))
    const sequences = (await Promise.all(operations.map(scene.ends))).map(sequenceOf)
    for (const key of [0, 1]) {
      const own = sequences.filter((_, i) => i % 2 === key)
      expect(own).toEqual(own.toSorted((a, b) => a - b))
    }
    expect(new Set(sequences).size).toBe(2 * burst)
  })

  test('makes operations final that come alone, one after another, with pauses', async () => {
    const scene = current()
    for (let turn = 0; turn < loneOperations; turn++) {
      const operation = scene.sign('home-1', pay('home-2'))
      await scene.takes(operation)
      expect(sequenceOf(await scene.ends(operation))).toBe(turn + 2)
      for (let pause = 0; pause < 5; pause++) await new Promise((resume) => setImmediate(resume))
    }
  })

  test('has the same state on every copy, and the sum of its balances is 0', async () => {
    const scene = current()
    const operations = Array.from({ length: 20 }, (_, i) => scene.sign('home-1', pay('home-2', i + 1)))
    await Promise.all(operations.map(scene.takes))
    await Promise.all(operations.map(scene.ends))
    await inStep(scene)
    for (const { store, stateRoot } of scene.rig.copies) {
      expect(sumOfBalances(store)).toBe(0)
      expect(stateDigest(store)).toBe(
        stateDigest(present(scene.rig.copies[0], 'there is a first copy').store),
      )
      expect(hex(stateRoot)).toBe(hex(present(scene.rig.copies[0], 'there is a first copy').stateRoot))
    }
  })

  test('loses nothing that was final when it is closed and opened again, and goes on', async () => {
    const scene = current()
    const operations = Array.from({ length: 10 }, () => scene.sign('home-1', pay('home-2')))
    await Promise.all(operations.map(scene.takes))
    const before = await Promise.all(operations.map(scene.ends))
    await scene.rig.reopen()
    // The engine may have forgotten them: whoever resubmits the same bytes is told that they are final.
    const after = await Promise.all(operations.map(scene.takes))
    expect(after).toEqual(before)
    const later = scene.sign('home-1', pay('home-2'))
    await scene.takes(later)
    expect(sequenceOf(await scene.ends(later))).toBe(12)
  })
}
