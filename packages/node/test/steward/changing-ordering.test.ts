import type { FinalBlock, Ordering, SignedBytes, Standing } from '@tri/ledger'
import { accept, epochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { changingOrdering } from '../../src/steward/changing-ordering.ts'

/** An engine that takes everything, and makes a block when it is told to. */
interface Engine extends Ordering {
  readonly handedIn: SignedBytes[]
  block(height: number): void
}

function engine(): Engine {
  const standings = new Map<string, Standing>()
  const blocks: FinalBlock[] = []
  const handedIn: SignedBytes[] = []
  let news = Promise.withResolvers<void>()
  const closing = new AbortController()
  const wake = () => {
    news.resolve()
    news = Promise.withResolvers()
  }
  return {
    handedIn,
    block: (height) => {
      for (const { bytes } of handedIn)
        standings.set(hex(sha256(bytes)), { is: 'final', height, sequence: height })
      blocks.push({ height, time: epochMs(0), operations: [], evidence: [], stateRoot: new Uint8Array(32) })
      wake()
    },
    submit: async (operation) => {
      handedIn.push(operation)
      standings.set(hex(sha256(operation.bytes)), { is: 'accepted' })
      return accept({ is: 'accepted' })
    },
    standingOf: (digest) => standings.get(digest) ?? { is: 'unknown' },
    settled: async (digest, signal) => {
      const stopped = new Promise<never>((_, stop) =>
        signal.addEventListener('abort', () => stop(signal.reason), { once: true }),
      )
      while (standings.get(digest)?.is !== 'final') await Promise.race([news.promise, stopped])
      return standings.get(digest) ?? { is: 'unknown' }
    },
    async *finalised(from, signal) {
      let next = from
      while (!closing.signal.aborted && !signal.aborted) {
        const block = blocks.find(({ height }) => height === next)
        if (block === undefined) await news.promise
        else {
          next++
          yield block
        }
      }
    },
    status: () => ({
      engine: 'model',
      height: blocks.at(-1)?.height ?? 0,
      time: undefined,
      stateRoot: new Uint8Array(32),
      stewards: 1,
      connected: 1,
      waiting: 0,
      state: closing.signal.aborted ? 'stopped' : 'running',
      details: {},
    }),
    certified: () => Promise.reject(new Error('not asked here')),
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      wake()
    },
  }
}

const operation = (byte: number): SignedBytes => ({
  bytes: Uint8Array.of(byte),
  signature: new Uint8Array(64),
})
const digestOf = ({ bytes }: SignedBytes): string => hex(sha256(bytes))
const patient = () => AbortSignal.timeout(10_000)

describe('an ordering whose engine is exchanged', () => {
  it('hands in again what was accepted, tells it final, and gives every block once', async () => {
    const [first, second] = [engine(), engine()]
    const ordering = changingOrdering(first)
    const heights: number[] = []
    const two = (async () => {
      for await (const { height } of ordering.finalised(1, patient())) if (heights.push(height) === 2) return
    })()
    const [early, late] = [operation(1), operation(2)]
    await ordering.submit(early)
    first.block(1)
    expect(await ordering.settled(digestOf(early), patient())).toMatchObject({ is: 'final', height: 1 })
    await ordering.submit(late)
    const waiting = ordering.settled(digestOf(late), patient())
    let during: Promise<unknown> | undefined
    await ordering.change(async () => {
      expect(ordering.standingOf(digestOf(late))).toEqual({ is: 'accepted' })
      during = ordering.submit(operation(3))
      return second
    })
    expect(first.status().state).toBe('stopped')
    await during
    expect(second.handedIn).toEqual([late, operation(3)])
    second.block(2)
    expect(await waiting).toMatchObject({ is: 'final', height: 2 })
    await two
    expect(heights).toEqual([1, 2])
    await ordering[Symbol.asyncDispose]()
    expect(second.status().state).toBe('stopped')
  })

  it('is stopped, and says so, when the next engine does not open', async () => {
    const ordering = changingOrdering(engine())
    await expect(ordering.change(() => Promise.reject(new Error('no such program')))).rejects.toThrow(
      'no such',
    )
    expect(ordering.status().state).toBe('stopped')
  })
})
