import { memoryStore } from '@tri/community'
import type { Evidence, LightBlock } from '@tri/ledger'
import { epochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { keepCheckpoints } from '../../src/ledger/checkpoints.ts'
import { followFinalBlocks } from '../../src/ledger/final-blocks.ts'
import { followIncidents } from '../../src/ledger/incidents.ts'
import { slowOrdering } from './slow-ordering.ts'

const operation = (text: string) => ({ bytes: new TextEncoder().encode(text), signature: new Uint8Array(64) })
const ordering = (height = 1) => Object.assign(slowOrdering(height), { certified: never, ...disposable })
const never = async (): Promise<LightBlock> => new Promise(() => undefined)
const disposable = { [Symbol.asyncDispose]: async () => undefined }
const evidence = (height: number): Evidence => ({
  kind: 'duplicate-vote',
  address: new Uint8Array(20).fill(height),
  height,
  at: epochMs(height),
})

describe('whoever follows the final blocks', () => {
  test('learns what came of an operation it expected, and of every block whoever handed it in', async () => {
    const stewards = ordering()
    await using blocks = followFinalBlocks(stewards)
    const heights: number[] = []
    const stop = blocks.listen(({ height }) => void heights.push(height))
    const one = operation('one')
    using expected = blocks.expect(hex(sha256(one.bytes)))
    await stewards.submit(operation('another'))
    stewards.finalise()
    await stewards.submit(one)
    stewards.finalise([{ is: 'site-added', site: 'casa' }])
    expect(await expected.operation).toMatchObject({ bytes: one.bytes, events: [{ is: 'site-added' }] })
    expect(heights).toEqual([1, 2])
    stop()
  })

  test('is told when the node stops before that', async () => {
    const blocks = followFinalBlocks(ordering())
    using expected = blocks.expect('never')
    const told = expect(expected.operation).rejects.toMatchObject({ code: 'ledger-closed' })
    await blocks[Symbol.asyncDispose]()
    await told
  })
})

describe('incidents', () => {
  test('are remembered when the blocks have scrolled away, and are looked for where the search stopped', async () => {
    const [store, stewards] = [memoryStore(), ordering()]
    const first = followIncidents(store, stewards)
    stewards.finalise([], [evidence(1)])
    while (first.list().length === 0) await Promise.resolve()
    await first[Symbol.asyncDispose]()
    stewards.finalise()
    stewards.finalise([], [evidence(3)])
    const again = followIncidents(store, stewards)
    while (again.list().length < 2) await Promise.resolve()
    expect(again.list()).toEqual([evidence(3), evidence(1)])
    await again[Symbol.asyncDispose]()
  })
})

describe('the last checkpoint', () => {
  test('is the one of the newest block, asked for once for blocks that came together', async () => {
    const asked: number[] = []
    const waiting: PromiseWithResolvers<LightBlock>[] = []
    const stewards = Object.assign(slowOrdering(), {
      ...disposable,
      certified: async (height: number) => {
        asked.push(height)
        const one = Promise.withResolvers<LightBlock>()
        waiting.push(one)
        return one.promise
      },
    })
    await using blocks = followFinalBlocks(stewards)
    await using checkpoints = keepCheckpoints({
      ordering: stewards,
      blocks,
      failed: (cause) => {
        throw cause
      },
    })
    expect(checkpoints.last()).toBeUndefined()
    stewards.finalise()
    while (asked.length < 1) await Promise.resolve()
    stewards.finalise()
    stewards.finalise()
    expect(asked).toEqual([0])
    const light = { header: { height: 1 } } as LightBlock
    waiting[0]?.resolve(light)
    while (asked.length < 2) await Promise.resolve()
    expect(checkpoints.last()).toBe(light)
    expect(asked).toEqual([0, 2])
  })
})
