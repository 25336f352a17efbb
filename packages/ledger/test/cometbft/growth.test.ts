import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect } from 'vitest'

import { stateDigest, sumOfBalances, type Act } from '@tri/community'
import { foundingOf, seededKey } from '@tri/community/testing'
import { must } from '@tri/units'
import { hex, keyPairFromSeed, sha256 } from '@tri/units/crypto'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { trustAfter } from '../../src/chain/trust.ts'
import type { StewardSeeds } from '../../src/cometbft/engine-home.ts'
import { localQuorum } from '../../src/cometbft/local-quorum.ts'
import { addressOf } from '../../src/cometbft/steward-keys.ts'
import { chainIdOf, genesisDigest, trustOf } from '../../src/genesis.ts'
import type { Ordering } from '../../src/ordering.ts'
import { openSingle } from '../../src/single/single-ordering.ts'
import {
  NOON,
  PATIENCE_MS,
  bookIn,
  commonRoots,
  digestOf,
  engineTest,
  pen,
  stewardMember,
  townOf,
  townSketch,
  until,
  type Pen,
} from './town.ts'

const seedOf = (name: string): Uint8Array => sha256(new TextEncoder().encode(name))
const seedsOf = (number: number): StewardSeeds => ({
  key: seedOf(`block key ${number}`),
  node: seedOf(`node key ${number}`),
})

/** The set of stewards of these numbers, each with the keys of her seeds. */
function setOf(numbers: readonly number[]): Act {
  return {
    kind: 'steward.propose',
    stewards: numbers.map((number) => ({
      member: stewardMember(number),
      key: keyPairFromSeed(seedsOf(number).key).publicKey,
      node: addressOf(keyPairFromSeed(seedsOf(number).node).publicKey),
      tls: seededKey(`door of ${number}`).publicKey,
      addresses: [`home-${number}.example:7443`],
    })),
  }
}

async function final(ordering: Ordering, { signed }: Pen, by: string, act: Act): Promise<void> {
  const operation = signed(by, act)
  const taken = await ordering.submit(operation)
  must(taken.ok, 'the operation is taken')
  const { is } = await ordering.settled(digestOf(operation), AbortSignal.timeout(PATIENCE_MS))
  must(is === 'final', 'the operation is final', { is })
}

const pay: Act = { kind: 'credit.transfer', to: 'home-2', amount: 1 }

engineTest(
  'a book that one steward began goes on with four: same history, same roots, one chain of proofs',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tri-growth-'))
    try {
      const own = pen()
      const first = join(folder, 'steward-1')
      for (const number of [1, 2, 3, 4]) await mkdir(join(folder, `steward-${number}`))
      const founding = own.signed('coop', foundingOf(townSketch()))
      const genesis = {
        community: 'prova',
        founding: sha256(founding.bytes),
        stewards: [seededKey('coop').publicKey],
      }
      const trust = trustOf(nodePrimitives, genesis)
      const { height, handedOver } = await aloneIn(first, async (ordering, replica) => {
        const taken = await ordering.submit(founding)
        must(taken.ok, 'the founding is taken')
        for (let i = 0; i < 20; i++) await final(ordering, own, 'home-1', pay)
        await final(ordering, own, 'coop', setOf([1, 2, 3, 4]))
        await until(() => ordering.status().state === 'stopped', 'the hand-over')
        return { height: replica.height, handedOver: await ordering.certified(replica.height - 1) }
      })
      for (const number of [2, 3, 4]) await cp(first, join(folder, `steward-${number}`), { recursive: true })

      await using quorum = await localQuorum({
        count: 4,
        folder,
        seedsOf,
        openReplica: (_, at) => bookIn(at),
        chainId: chainIdOf(genesisDigest(nodePrimitives, genesis)),
        time: NOON,
      })
      expect(quorum.chain.initialHeight).toBe(height + 1)
      const town = townOf(quorum, own)
      for (const steward of quorum.stewards) expect(await town.pay(steward)).toMatchObject({ is: 'final' })
      await until(
        () => quorum.stewards.every(({ replica }) => replica.sequence === 26),
        'all of it everywhere',
      )
      const { roots } = commonRoots(quorum)
      expect(roots.size).toBe(1)
      const books = quorum.stewards.map(({ replica }) => stateDigest(replica.store))
      expect(new Set(books).size).toBe(1)
      for (const { replica } of quorum.stewards) {
        expect(sumOfBalances(replica.store)).toBe(0)
        expect([...replica.operations(1)].map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: 26 }, (_, i) => i + 1),
        )
      }
      // From the text on paper: the founder's last block names the four, and theirs is believed next.
      const across = trustAfter(nodePrimitives, trust, handedOver, '')
      must(across.ok, 'the block of the hand-over is believed', across.ok ? {} : { ...across.refusal })
      expect(handedOver.validators).toHaveLength(1)
      const { ordering, replica } = quorum.steward(3)
      const newest = await ordering.certified()
      expect(trustAfter(nodePrimitives, across.value, newest, '')).toMatchObject({ ok: true })
      expect(newest.validators).toHaveLength(4)
      expect(hex(newest.header.appHash)).toBe(hex(replica.stateRoot))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

/** What one steward does alone, before there are others. */
async function aloneIn<T>(
  folder: string,
  work: (ordering: Ordering, replica: ReturnType<typeof bookIn>) => Promise<T>,
): Promise<T> {
  using replica = bookIn(folder)
  await using ordering = openSingle({ replica, key: seededKey('coop'), now: () => NOON })
  return await work(ordering, replica)
}
