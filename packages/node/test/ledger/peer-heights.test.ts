import { describe, expect, test } from 'vitest'

import { peerHeights } from '../../src/ledger/peer-heights.ts'

const turn = () => new Promise((done) => setImmediate(done))
const peer = (node: string, height: string) => ({
  node_address: `${node}@[::1]:26656`,
  peer_state: { round_state: { height, round: 0 }, stats: {} },
})

describe('how far the other stewards are', () => {
  test('is the height before the one they vote on, asked for only when somebody looks', async () => {
    let now = 0
    const asked: number[] = []
    const answers: unknown[] = [
      { peers: [peer('aa', '8'), peer('bb', '5')] },
      { peers: [peer('aa', '9')] },
      { error: 'no such thing' },
    ]
    const heights = peerHeights(
      {
        ask: async (method) => {
          expect(method).toBe('dump_consensus_state')
          asked.push(now)
          return answers.shift()
        },
      },
      () => now,
    )
    expect(heights.of('aa')).toBeUndefined()
    await turn()
    expect([heights.of('aa'), heights.of('bb'), heights.of('cc')]).toEqual([7, 4, undefined])
    now = 1999
    heights.of('aa')
    now = 2000
    heights.of('aa')
    await turn()
    expect([heights.of('aa'), heights.of('bb')]).toEqual([8, undefined])
    now = 4000
    heights.of('aa')
    await turn()
    expect(heights.of('aa')).toBeUndefined()
    expect(asked).toEqual([0, 2000, 4000])
  })
})
