import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { accept, Fault, refuse } from '@tri/units'
import { afterAll, expect, test } from 'vitest'

import { openAnchorQueue } from '../../src/anchor/anchor-queue.ts'
import type {
  Anchor,
  AnchorReceipt,
  AnchorRefusal,
  AnchorStanding,
  Placement,
} from '../../src/anchor/anchor.ts'
import { checkpointAt } from './anchored-town.ts'

const folder = mkdtempSync(join(tmpdir(), 'tri-anchor-queue-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const freshPath = (): string => join(folder, `queue-${++files}.json`)
const signal = new AbortController().signal
const placementAt = (height: number): Placement => ({
  checkpoint: checkpointAt(height),
  votes: [{ key: `0x${'ab'.repeat(20)}`, signature: new Uint8Array(64).fill(7) }],
  certificate: Uint8Array.of(1, 2, 3),
})

const receiptFor = ({ checkpoint }: Placement): AnchorReceipt => ({
  checkpoint,
  place: {
    is: 'transaction',
    chain: 1,
    contract: `0x${'cd'.repeat(20)}`,
    transaction: `0x${'11'.repeat(32)}`,
    block: 5,
    blockHash: `0x${'22'.repeat(32)}`,
  },
})

/** An anchor whose link, answers and standing the test chooses. */
function steeredAnchor() {
  const steered = {
    isUp: true,
    refusal: undefined as AnchorRefusal | undefined,
    standing: { is: 'shallow', depth: 1 } as AnchorStanding,
    placed: [] as number[],
  }
  const needLink = (): void => {
    if (!steered.isUp) throw new Fault('anchor-unreachable', { anchor: 'test', reason: 'down' })
  }
  const anchor: Anchor = {
    kind: 'evm',
    place: async (placement) => {
      needLink()
      if (steered.refusal !== undefined) return refuse(steered.refusal)
      steered.placed.push(placement.checkpoint.height)
      return accept(receiptFor(placement))
    },
    find: async () => undefined,
    verify: async () => {
      needLink()
      return steered.standing
    },
  }
  return { steered, anchor }
}

test('a checkpoint that could not be placed waits through a restart and is placed when the link is back', async () => {
  const path = freshPath()
  const { steered, anchor } = steeredAnchor()
  steered.isUp = false
  const queue = openAnchorQueue({ path, anchor })
  queue.add(placementAt(10))
  expect(await queue.step(signal)).toMatchObject({ is: 'unreachable' })

  const reopened = openAnchorQueue({ path, anchor })
  expect(reopened.status().waiting).toEqual(placementAt(10))
  steered.isUp = true
  expect(await reopened.step(signal)).toMatchObject({ is: 'placed', receipt: { checkpoint: { height: 10 } } })
  expect(openAnchorQueue({ path, anchor }).status()).toMatchObject({ waiting: undefined, isDeep: false })
})

test('a newer checkpoint takes the place of one that waits: it vouches for it', async () => {
  const { steered, anchor } = steeredAnchor()
  steered.isUp = false
  const queue = openAnchorQueue({ path: freshPath(), anchor })
  queue.add(placementAt(10))
  await queue.step(signal)
  queue.add(placementAt(20))
  steered.isUp = true
  await queue.step(signal)
  expect(steered.placed).toEqual([20])
})

test('a checkpoint that a reorganised chain dropped is placed again, and forgotten once it lies deep', async () => {
  const { steered, anchor } = steeredAnchor()
  const queue = openAnchorQueue({ path: freshPath(), anchor })
  queue.add(placementAt(10))
  await queue.step(signal)
  expect(await queue.step(signal)).toEqual({ is: 'watching', standing: { is: 'shallow', depth: 1 } })
  steered.standing = { is: 'gone' }
  await queue.step(signal)
  expect(queue.status()).toMatchObject({ waiting: { checkpoint: { height: 10 } }, placed: undefined })
  await queue.step(signal)
  steered.standing = { is: 'held', depth: 12 }
  await queue.step(signal)
  expect(steered.placed).toEqual([10, 10])
  expect(queue.status()).toMatchObject({ waiting: undefined, isDeep: true })
  expect(await queue.step(signal)).toEqual({ is: 'idle' })
})

test('what the anchor refuses is told and not tried for ever', async () => {
  const { steered, anchor } = steeredAnchor()
  steered.refusal = 'height-not-above'
  const queue = openAnchorQueue({ path: freshPath(), anchor })
  queue.add(placementAt(10))
  expect(await queue.step(signal)).toEqual({ is: 'refused', refusal: 'height-not-above' })
  expect(await queue.step(signal)).toEqual({ is: 'idle' })
})

test('a damaged queue is named, and nothing else is harmed', () => {
  const path = freshPath()
  for (const text of ['', '{}', '{"format":"tri/anchor-queue/1","waiting":{"height":-1}}']) {
    writeFileSync(path, text)
    expect(() => openAnchorQueue({ path, anchor: steeredAnchor().anchor })).toThrow(
      expect.objectContaining({ code: 'anchor-queue-unreadable' }),
    )
  }
})
