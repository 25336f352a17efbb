import { expect } from 'vitest'

import { sumOfBalances } from '@tri/community'
import { hex } from '@tri/units/crypto'

import { headerHash } from '../../src/chain/header-hash.ts'
import { lightBlockFrom } from '../../src/chain/light-block-bytes.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { commonRoots, engineTest, inTown, until } from './town.ts'

engineTest('four stewards agree: an operation handed to each is final on all, with one root', async () => {
  await inTown({}, async ({ quorum, pay }) => {
    for (const steward of quorum.stewards) expect(await pay(steward)).toMatchObject({ is: 'final' })
    await until(
      () => quorum.stewards.every(({ replica }) => replica.sequence === 5),
      'five operations everywhere',
    )
    const { roots } = commonRoots(quorum)
    expect(roots.size).toBe(1)
    for (const { replica } of quorum.stewards) expect(sumOfBalances(replica.store)).toBe(0)
  })
})

engineTest('a block with nothing in it leaves the root, so that stewards at rest make none', async () => {
  await inTown({ count: 1 }, async ({ quorum, pay }) => {
    await pay()
    const { ordering, replica } = quorum.steward(1)
    const proof = await ordering.certified()
    const { height } = replica
    expect(replica.blockRecord(height)?.stateRoot).toEqual(replica.stateRoot)
    expect(proof.header.appHash).toEqual(replica.stateRoot)
    // The engine's own height is the last word on whether it goes on: it stands where the book stands.
    await until(() => ordering.status().details['engineHeight'] === height, 'the engine to be seen')
    expect(replica.height).toBe(height)
  })
})

engineTest('a certificate is signed by the stewards over a header that carries the root', async () => {
  await inTown({}, async ({ quorum, pay }) => {
    const standing = await pay()
    expect(standing.is).toBe('final')
    const height = standing.is === 'final' ? standing.height : 0
    const { ordering, replica } = quorum.steward(1)
    const { header, commit, validators } = await ordering.certified(height)
    expect(header.appHash).toEqual(replica.blockRecord(height)?.stateRoot)
    expect(hex(headerHash(nodePrimitives, header))).toBe(hex(commit.blockId.hash))
    expect(validators).toHaveLength(4)
    expect(commit.signatures.filter(({ flag }) => flag === 'commit').length).toBeGreaterThan(2)
  })
})

engineTest('every root’s certificate comes into the book, where it outlives the engine', async () => {
  await inTown({ count: 1 }, async ({ quorum, pay }) => {
    for (let i = 0; i < 3; i++) await pay()
    const { replica } = quorum.steward(1)
    const { height } = replica
    await until(() => replica.certificate(height - 1) !== undefined, 'the newest certificate')
    for (let of = 0; of < height; of++) {
      const kept = lightBlockFrom(nodePrimitives, replica.certificate(of) ?? new Uint8Array())
      expect(kept.header.height).toBe(of + 1)
      if (of > 0) expect(kept.header.appHash).toEqual(replica.blockRecord(of)?.stateRoot)
    }
  })
})

engineTest('what a rule refuses is refused by name, before any block has it', async () => {
  await inTown({ count: 1 }, async ({ quorum, act, signed, submit, pay }) => {
    const { ordering, replica } = quorum.steward(1)
    const tooMuch = { kind: 'credit.transfer', to: 'home-2', amount: 9_000_000 } as const
    expect(await act('home-1', tooMuch)).toMatchObject({ is: 'refused', refusal: { is: 'limit-exceeded' } })
    const good = signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 })
    const short = await ordering.submit({ bytes: good.bytes, signature: good.signature.subarray(1) })
    expect(short).toMatchObject({ ok: true, value: { is: 'refused', refusal: { is: 'signature-wrong' } } })
    expect(replica.sequence).toBe(1)
    const digest = await submit(good)
    const { is } = await ordering.settled(digest, AbortSignal.timeout(20_000))
    expect(is).toBe('final')
    // The same bytes again are the same operation.
    expect(await ordering.submit(good)).toMatchObject({ ok: true, value: { is: 'final' } })
    expect(await pay()).toMatchObject({ is: 'final', sequence: 3 })
  })
})

engineTest('a steward that was killed comes back to the same book and goes on', async () => {
  await inTown({}, async ({ quorum, pay }) => {
    const victim = quorum.steward(4)
    await pay()
    await victim.kill()
    for (let i = 0; i < 3; i++) expect(await pay()).toMatchObject({ is: 'final' })
    await victim.start()
    await until(() => victim.replica.sequence === 5, 'what was missed')
    expect(await pay(victim)).toMatchObject({ is: 'final' })
    expect(commonRoots(quorum).roots.size).toBe(1)
  })
})

engineTest(
  'an engine that dies by itself is started again, and what waited is handed in once more',
  async () => {
    await inTown({ count: 1 }, async ({ quorum, signed, submit }) => {
      const { ordering } = quorum.steward(1)
      const digest = await submit(signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 }))
      ordering.process.signal('SIGKILL')
      expect(await ordering.settled(digest, AbortSignal.timeout(30_000))).toMatchObject({ is: 'final' })
      const after = await submit(signed('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 }))
      expect(await ordering.settled(after, AbortSignal.timeout(30_000))).toMatchObject({ is: 'final' })
      expect(ordering.status().details['restarts']).toBe(1)
    })
  },
)

engineTest(
  'three of four go on while one is silenced, and it catches up when it is heard again',
  async () => {
    await inTown({ isCuttable: true }, async ({ quorum, pay }) => {
      quorum.cut(3)
      for (let i = 0; i < 3; i++) expect(await pay()).toMatchObject({ is: 'final' })
      expect(quorum.steward(3).replica.sequence).toBeLessThan(4)
      quorum.heal()
      await until(() => quorum.steward(3).replica.sequence === 4, 'the silenced one to catch up')
      expect(commonRoots(quorum).roots.size).toBe(1)
    })
  },
)
