import { expect, test } from 'vitest'

import { seededKey } from '@tri/community/testing'
import { Fault } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { EngineRpc } from '../../src/cometbft/engine-rpc.ts'
import { isLater, memoryOfAll, memoryOfEngine, type PeerMemory } from '../../src/cometbft/peer-memory.ts'
import { addressOf } from '../../src/cometbft/steward-keys.ts'
import { engineTest, inTown } from './town.ts'

const { publicKey: key } = seededKey('remembered')
const address = hex(addressOf(key)).toUpperCase()

interface Seen {
  readonly votes?: readonly string[]
  /** Heights under whose block the key's signature stands; the newest block is 30. */
  readonly signed?: readonly number[]
  readonly peers?: readonly string[]
}

/** An engine that saw what a test says. */
function engineThatSaw({ votes = [], signed = [], peers = [] }: Seen): EngineRpc {
  const answers: Record<string, (params: Readonly<Record<string, unknown>>) => unknown> = {
    consensus_state: () => ({
      round_state: { height_vote_set: [{ prevotes: ['nil-Vote', ...votes], precommits: ['nil-Vote'] }] },
    }),
    status: () => ({
      sync_info: {
        latest_block_height: '30',
        earliest_block_height: '1',
        latest_block_time: '2026-06-01T12:00:00.5Z',
        catching_up: false,
      },
    }),
    commit: ({ height }) => ({
      signed_header: {
        commit: {
          round: 1,
          signatures: [
            { block_id_flag: 2, validator_address: '00'.repeat(20) },
            signed.includes(Number(height))
              ? { block_id_flag: 2, validator_address: address }
              : { block_id_flag: 1, validator_address: '' },
          ],
        },
      },
    }),
    net_info: () => ({ peers: peers.map((id) => ({ node_info: { id } })) }),
    num_unconfirmed_txs: () => ({ n_txs: '0' }),
  }
  return {
    ask: async (method, params = {}) => answers[method]?.(params),
    askMany: async () => [],
    [Symbol.dispose]: () => undefined,
  }
}

const memoryThatSaw = (seen: Seen): PeerMemory =>
  memoryOfEngine({ rpc: engineThatSaw(seen), nodeOf: () => 'ab'.repeat(20) })

const vote = (
  of: string,
  step: 'PREVOTE(Prevote)' | 'PRECOMMIT(Precommit)',
  height = 31,
  round = 2,
): string =>
  `Vote{3:${of.slice(0, 12)} ${height}/0${round}/SIGNED_MSG_TYPE_${step} 8B01023386C3 8A0F 000000000000 @ 2026-06-01T12:00:00Z}`

test('a vote of the height under way is remembered before any block has it', async () => {
  const votes = [vote('11'.repeat(20), 'PRECOMMIT(Precommit)'), vote(address, 'PREVOTE(Prevote)')]
  expect(await memoryThatSaw({ votes }).lastSignedBy(key)).toEqual({ height: 31, round: 2, step: 2 })
  const more = [...votes, vote(address, 'PRECOMMIT(Precommit)')]
  expect(await memoryThatSaw({ votes: more }).lastSignedBy(key)).toEqual({ height: 31, round: 2, step: 3 })
})

test('else the newest block that bears the key’s signature is', async () => {
  expect(await memoryThatSaw({ signed: [12, 7] }).lastSignedBy(key)).toEqual({
    height: 12,
    round: 1,
    step: 3,
  })
  expect(await memoryThatSaw({}).lastSignedBy(key)).toBeUndefined()
})

test('a key is at work elsewhere when its node is connected', async () => {
  expect(await memoryThatSaw({ peers: ['cd'.repeat(20)] }).aliveElsewhere(key)).toBe(false)
  expect(await memoryThatSaw({ peers: ['ab'.repeat(20)] }).aliveElsewhere(key)).toBe(true)
})

test('of several memories the latest counts, and one that does not answer says nothing', async () => {
  const silent: PeerMemory = {
    lastSignedBy: () => Promise.reject(new Fault('engine-silent')),
    aliveElsewhere: () => Promise.reject(new Fault('engine-silent')),
  }
  const all = memoryOfAll([
    silent,
    memoryThatSaw({ signed: [9] }),
    memoryThatSaw({ signed: [11], peers: ['ab'.repeat(20)] }),
  ])
  expect(await all.lastSignedBy(key)).toMatchObject({ height: 11 })
  expect(await all.aliveElsewhere(key)).toBe(true)
  expect(await memoryOfAll([silent]).lastSignedBy(key)).toBeUndefined()
  expect(await memoryOfAll([silent]).aliveElsewhere(key)).toBe(false)
})

test('height decides before round, and round before step', () => {
  const state = { height: 5, round: 1, step: 2 }
  expect(isLater(state, state)).toBe(false)
  expect(isLater({ height: 6, round: 0, step: 1 }, state)).toBe(true)
  expect(isLater({ height: 5, round: 2, step: 1 }, state)).toBe(true)
  expect(isLater({ height: 5, round: 1, step: 3 }, state)).toBe(true)
  expect(isLater({ height: 4, round: 9, step: 3 }, state)).toBe(false)
})

engineTest('a real engine remembers every steward of its quorum', async () => {
  await inTown({}, async ({ quorum, pay }) => {
    await pay()
    await quorum.steward(1).ordering.certified()
    const seen = await Promise.all(
      quorum.stewards.map(({ identity }) => quorum.memory.lastSignedBy(identity.key)),
    )
    // One of four may have signed late and stand in no block yet; three stand in each.
    expect(seen.filter((state) => state !== undefined && state.height > 0).length).toBeGreaterThan(2)
  })
})
