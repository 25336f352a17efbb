import type { Act, SignedOperation } from '@tri/community'
import { prova, seededKey, sketchedMember } from '@tri/community/testing'
import { must, present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { trustAfter, type Trust } from '../../src/chain/trust.ts'
import { validatorSetHash, validatorsOf } from '../../src/chain/validator-set.ts'
import { headerHash } from '../../src/chain/header-hash.ts'
import type { Ordering } from '../../src/ordering.ts'
import { orderingSuite } from '../../src/testing/ordering-suite.ts'
import { signed, singleRig } from './single-rig.ts'

orderingSuite('one steward', () => singleRig())

const patience = (): AbortSignal => AbortSignal.timeout(20_000)

async function final(ordering: Ordering, operation: SignedOperation): Promise<void> {
  const taken = await ordering.submit(operation)
  must(taken.ok, 'the operation is taken', { ...taken })
  const standing = await ordering.settled(hex(sha256(operation.bytes)), patience())
  must(standing.is === 'final', 'the operation is final', { ...standing })
}

/** A set of stewards whose keys are named after them. */
function stewards(members: readonly string[]): Act {
  return {
    kind: 'steward.propose',
    stewards: members.map((member) => ({
      member,
      key: consensusKey(member),
      node: sha256(seededKey(`node of ${member}`).publicKey).slice(0, 20),
      tls: seededKey(`door of ${member}`).publicKey,
      addresses: [`${member}.example:7443`],
    })),
  }
}

function consensusKey(member: string): Uint8Array {
  return seededKey(`block key of ${member}`).publicKey
}

const MEMBERS = ['coop', 'home-1', 'home-2', 'home-3']
const FOUR = prova({
  members: [sketchedMember('coop', 'cooperative'), ...MEMBERS.slice(1).map((id) => sketchedMember(id))],
})

describe('a steward alone', () => {
  test('writes one chain: each block follows the one before, and is believed from the genesis', async () => {
    await using rig = await singleRig()
    await final(rig.ordering, signed('home-1', 1, { kind: 'credit.transfer', to: 'home-2', amount: 1 }))
    await rig.reopen()
    await final(rig.ordering, signed('home-1', 2, { kind: 'credit.transfer', to: 'home-2', amount: 1 }))
    await rig.ordering.certified()
    let trust: Trust = rig.trust
    let before: Uint8Array | undefined
    for (let height = 0; height < rig.replica.height; height++) {
      const block = height === 0 ? undefined : await rig.ordering.certified(height)
      if (block === undefined) continue
      const believed = trustAfter(nodePrimitives, trust, block, '')
      must(believed.ok, 'each block is believed after the one before')
      trust = believed.value
      if (before !== undefined) expect(block.header.lastBlockId?.hash).toEqual(before)
      before = headerHash(nodePrimitives, block.header)
    }
    expect(trust.height).toBe(rig.replica.height)
  })

  test('hands the book over: its last block names the keys that sign the next one, and it stops', async () => {
    await using rig = await singleRig({ sketch: FOUR })
    await final(rig.ordering, signed('coop', 2, stewards(MEMBERS)))
    expect(rig.ordering.status()).toMatchObject({ state: 'stopped', details: { reason: 'handed-over' } })
    const last = await rig.ordering.certified(rig.replica.height - 1)
    expect(last.header.height).toBe(rig.replica.height)
    const next = validatorsOf(nodePrimitives, MEMBERS.map(consensusKey))
    expect(last.header.nextValidatorsHash).toEqual(validatorSetHash(nodePrimitives, next))
    const believed = trustAfter(nodePrimitives, rig.trust, last, '')
    expect(believed).toMatchObject({ ok: true, value: { height: rig.replica.height } })
    const refused = await rig.ordering.submit(
      signed('home-1', 1, { kind: 'credit.transfer', to: 'home-2', amount: 1 }),
    )
    expect(refused).toEqual({ ok: false, refusal: { is: 'not-taken', reason: 'engine-down' } })
    await rig.reopen()
    expect(rig.ordering.status()).toMatchObject({ state: 'stopped', details: { reason: 'handed-over' } })
    expect(rig.replica.height).toBe(last.header.height)
  })

  test('goes on with the key that the record names, where one steward follows another', async () => {
    await using rig = await singleRig({ sketch: FOUR })
    await final(rig.ordering, signed('coop', 2, stewards(['home-1'])))
    await rig.reopen(seededKey('block key of home-1'))
    await final(rig.ordering, signed('home-1', 1, { kind: 'credit.transfer', to: 'home-2', amount: 1 }))
    const named = await rig.ordering.certified(2)
    const own = await rig.ordering.certified()
    const trust = trustAfter(nodePrimitives, rig.trust, named, '')
    must(trust.ok, 'the block that names the next steward is believed')
    expect(trustAfter(nodePrimitives, trust.value, own, '')).toMatchObject({ ok: true })
    await expect(rig.reopen(seededKey('coop'))).rejects.toThrow(
      expect.objectContaining({ code: 'steward-is-another' }),
    )
    await rig.reopen(seededKey('block key of home-1'))
  })

  test('takes nothing while its disk is full, and goes on by itself once there is room', async () => {
    await using rig = await singleRig({ bytesMax: 204_800 })
    let nonce = 1
    const next = () => signed('home-1', nonce++, { kind: 'credit.transfer', to: 'home-2', amount: 1 })
    let last = next()
    for (let taken = true; taken;) {
      last = next()
      const outcome = await rig.ordering.submit(last)
      if (outcome.ok && outcome.value.is === 'accepted') await oneTurn(rig.ordering)
      taken = rig.ordering.status().state === 'running'
    }
    expect(rig.ordering.status()).toMatchObject({ state: 'failed', details: { reason: 'disk-full' } })
    expect(await rig.ordering.submit(next())).toMatchObject({ ok: false })
    const { sequence } = rig.replica
    await rig.reopen(undefined, { bytesMax: 10_000_000 })
    expect(rig.replica.sequence).toBe(sequence)
    await final(rig.ordering, last)
    expect(present(rig.copies[0], 'there is one copy').height).toBe(rig.replica.height)
  })
})

/** Lets a block be closed. */
async function oneTurn(ordering: Ordering): Promise<void> {
  const { waiting } = ordering.status()
  for (let turn = 0; turn < 50 && ordering.status().waiting === waiting; turn++)
    await new Promise((resume) => setImmediate(resume))
}
