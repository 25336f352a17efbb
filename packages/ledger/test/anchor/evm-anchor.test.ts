import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { federationRoot, isFederated } from '../../src/anchor/checkpoint.ts'
import {
  checkpointsContract,
  evmAnchor,
  isVoteFor,
  newAnchorKey,
  voteForStewards,
} from '../../src/anchor/evm/index.ts'
import { anvilPath, startAnvil, type Anvil } from '../../src/testing/anvil.ts'
import { builtCheckpoints } from '../../../../tools/build-contracts.ts'
import {
  addressesOf,
  anchoredTown,
  checkpointAt,
  GENESIS,
  stewardKeys,
  type AnchoredTown,
} from './anchored-town.ts'

const path = anvilPath()
const signal = new AbortController().signal

test('the committed contract is what its source gives', async () => {
  expect(await builtCheckpoints()).toEqual(checkpointsContract)
})

if (path === undefined) {
  test.skipIf(process.env['CI'] !== 'true')('an EVM node for this platform is in the lock file', () => {
    expect.fail('anvil is absent: name it in TRI_ANVIL')
  })
}

describe.skipIf(path === undefined)('a checkpoint in a contract', () => {
  let anvil: Anvil
  let town: AnchoredTown
  beforeAll(async () => {
    anvil = await startAnvil(path ?? '')
  })
  afterAll(async () => {
    await anvil[Symbol.asyncDispose]()
  })

  /** A contract and a registration of its own for each test: no order between them. */
  const freshTown = async (stewards = 4): Promise<AnchoredTown> =>
    (town = await anchoredTown(anvil, stewards))

  test('three stewards of four hang it, and it is found there by its genesis', async () => {
    const { anchor, votes } = await freshTown()
    const checkpoint = checkpointAt(10)
    const placed = await anchor.place({ checkpoint, votes: await votes(checkpoint, [0, 1, 3]) }, signal)
    expect(placed).toMatchObject({
      ok: true,
      value: { checkpoint, place: { is: 'transaction', chain: 31_337 } },
    })
    const found = await anchor.find(GENESIS, signal)
    expect(found).toEqual(placed.ok && placed.value)
  })

  test('a member who pays nothing looks it up too', async () => {
    const { anchor, votes, options } = await freshTown()
    const checkpoint = checkpointAt(10)
    await anchor.place({ checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }, signal)
    const { payer: _, ...reading } = options
    const reader = evmAnchor(reading)
    expect((await reader.find(GENESIS, signal))?.checkpoint).toEqual(checkpoint)
    expect(await reader.place({ checkpoint: checkpointAt(11), votes: [] }, signal)).toEqual({
      ok: false,
      refusal: 'anchor-refused',
    })
  })

  test('the same checkpoint again gives the same receipt and costs nothing', async () => {
    const { anchor, votes } = await freshTown()
    const checkpoint = checkpointAt(10)
    const placement = { checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }
    const first = await anchor.place(placement, signal)
    const tip = await anvil.ask('eth_blockNumber')
    expect(await anchor.place(placement, signal)).toEqual(first)
    expect(await anvil.ask('eth_blockNumber')).toBe(tip)
  })

  test.each([
    { stewards: 4, enough: 3 },
    { stewards: 7, enough: 5 },
    { stewards: 1, enough: 1 },
  ])('$enough of $stewards signatures are enough, one less is not', async ({ stewards, enough }) => {
    const { anchor, votes } = await freshTown(stewards)
    const signers = Array.from({ length: enough }, (_, i) => i)
    const checkpoint = checkpointAt(10)
    expect(
      await anchor.place({ checkpoint, votes: await votes(checkpoint, signers.slice(1)) }, signal),
    ).toEqual({ ok: false, refusal: 'too-few-signatures' })
    expect(await anchor.place({ checkpoint, votes: await votes(checkpoint, signers) }, signal)).toMatchObject(
      {
        ok: true,
      },
    )
  })

  test('one signer counts once, however often and under whatever name she signs', async () => {
    const { anchor, votes, keys } = await freshTown()
    const checkpoint = checkpointAt(10)
    const [own] = await votes(checkpoint, [0])
    if (own === undefined) throw new Error('no vote')
    expect(await anchor.place({ checkpoint, votes: [own, own, own] }, signal)).toEqual({
      ok: false,
      refusal: 'too-few-signatures',
    })
    const borrowed = addressesOf(keys.slice(0, 3)).map((key) => ({ key, signature: own.signature }))
    expect(await anchor.place({ checkpoint, votes: borrowed }, signal)).toEqual({
      ok: false,
      refusal: 'anchor-signature-wrong',
    })
  })

  test('signatures under another block are refused', async () => {
    const { anchor, votes } = await freshTown()
    const elsewhere = await votes(checkpointAt(10, 'other'), [0, 1, 2])
    expect(await anchor.place({ checkpoint: checkpointAt(10), votes: elsewhere }, signal)).toEqual({
      ok: false,
      refusal: 'anchor-signature-wrong',
    })
  })

  test('signatures for another chain or another contract are refused', async () => {
    const { anchor, votes, at } = await freshTown()
    const checkpoint = checkpointAt(10)
    const elsewhere = [
      { ...at, chain: at.chain + 1 },
      { ...at, contract: newAnchorKey().address },
    ]
    for (const other of elsewhere) {
      const replayed = await votes(checkpoint, [0, 1, 2], other)
      expect(await anchor.place({ checkpoint, votes: replayed }, signal)).toEqual({
        ok: false,
        refusal: 'anchor-signature-wrong',
      })
    }
  })

  test('a node that serves another chain than agreed gets nothing', async () => {
    const { options, votes } = await freshTown()
    const elsewhere = evmAnchor({ ...options, chain: 1 })
    const checkpoint = checkpointAt(10)
    expect(await elsewhere.place({ checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }, signal)).toEqual({
      ok: false,
      refusal: 'wrong-chain',
    })
  })

  test('a lower height is refused, and another block at the same height is told apart', async () => {
    const { anchor, votes } = await freshTown()
    const place = async (checkpoint = checkpointAt(10)) =>
      anchor.place({ checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }, signal)
    expect(await place()).toMatchObject({ ok: true })
    expect(await place(checkpointAt(9))).toEqual({ ok: false, refusal: 'height-not-above' })
    expect(await place(checkpointAt(10, 'other'))).toEqual({ ok: false, refusal: 'checkpoint-differs' })
    expect(await place(checkpointAt(11))).toMatchObject({ ok: true })
  })

  test('a community that is not registered, or comes with other keys, is not known', async () => {
    const { options, votes } = await freshTown()
    const checkpoint = checkpointAt(10)
    const placement = { checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }
    const stranger = evmAnchor({ ...options, firstKeys: addressesOf(stewardKeys(4, 50)) })
    expect(await stranger.place(placement, signal)).toEqual({
      ok: false,
      refusal: 'community-not-registered',
    })
    const late = evmAnchor({ ...options, keys: addressesOf(stewardKeys(4, 50)) })
    expect(await late.place(placement, signal)).toEqual({ ok: false, refusal: 'anchor-keys-unknown' })
  })

  test('whoever registers the same genesis with keys of her own gets another place on the board', async () => {
    const { anchor, options } = await freshTown()
    const thief = evmAnchor({ ...options, firstKeys: addressesOf(stewardKeys(1, 90)) })
    expect(await thief.register(signal)).toMatchObject({ ok: true })
    expect(thief.community).not.toBe(anchor.community)
    expect(await anchor.board(signal)).toMatchObject({ version: 1, height: 0 })
  })

  test('registering twice is no harm, and keys without number are refused', async () => {
    const { anchor, options } = await freshTown()
    expect(await anchor.register(signal)).toEqual({ ok: true, value: undefined })
    expect(await evmAnchor({ ...options, firstKeys: [] }).register(signal)).toEqual({
      ok: false,
      refusal: 'anchor-keys-unusable',
    })
  })

  test('the old stewards name the new keys, which then sign alone', async () => {
    const { anchor, options, keys, at } = await freshTown()
    const next = stewardKeys(7, 20)
    const change = { community: anchor.community, version: 2, keys: addressesOf(next).toSorted() }
    const sign = (signers: typeof keys) =>
      Promise.all(signers.map((key) => voteForStewards(key, { at, change })))
    const asked = (votes: Awaited<ReturnType<typeof sign>>) =>
      anchor.changeKeys({ keys: change.keys, votes }, signal)
    expect(await asked(await sign(keys.slice(0, 2)))).toEqual({ ok: false, refusal: 'too-few-signatures' })
    const usurped = keys.map(({ address }, i) => ({ ...(next[i] ?? newAnchorKey()), address }))
    expect(await asked(await sign(usurped))).toEqual({ ok: false, refusal: 'anchor-signature-wrong' })
    expect(await asked(await sign(keys.slice(0, 3)))).toMatchObject({ ok: true })
    expect(await asked(await sign(keys.slice(0, 3)))).toEqual({ ok: false, refusal: 'anchor-keys-unknown' })

    const renewed = evmAnchor({ ...options, keys: addressesOf(next) })
    const checkpoint = checkpointAt(12)
    const old = await town.votes(checkpoint, [0, 1, 2])
    expect(await anchor.place({ checkpoint, votes: old }, signal)).toEqual({
      ok: false,
      refusal: 'anchor-keys-unknown',
    })
    expect(await renewed.place({ checkpoint, votes: old }, signal)).toEqual({
      ok: false,
      refusal: 'too-few-signatures',
    })
    expect(await renewed.board(signal)).toMatchObject({ version: 2 })
  })

  test('a vote is checked before it is passed on', async () => {
    const { votes, at, anchor } = await freshTown()
    const checkpoint = checkpointAt(10)
    const [vote] = await votes(checkpoint, [1])
    if (vote === undefined) throw new Error('no vote')
    const about = { at, community: anchor.community, checkpoint }
    expect(await isVoteFor(vote, about)).toBe(true)
    expect(await isVoteFor(vote, { ...about, checkpoint: checkpointAt(11) })).toBe(false)
    expect(await isVoteFor({ ...vote, key: newAnchorKey().address }, about)).toBe(false)
    expect(await isVoteFor({ ...vote, signature: new Uint8Array(64) }, about)).toBe(false)
    expect(await isVoteFor({ ...vote, signature: new Uint8Array(63) }, about)).toBe(false)
  })

  test('a federation hangs one root over many communities, and each proves that it is under it', async () => {
    const { anchor, options } = await freshTown()
    const checkpoints = Array.from({ length: 200 }, (_, i) => checkpointAt(i))
    const { root, paths } = federationRoot(checkpoints)
    const hung = await anchor.federate({ root, communities: checkpoints.length }, signal)
    if (!hung.ok) throw new Error(hung.refusal)
    expect((await anchor.federatedBy(hung.value, root, signal))?.toLowerCase()).toBe(
      options.payer?.address.toLowerCase(),
    )
    expect(await anchor.federatedBy(hung.value, GENESIS, signal)).toBeUndefined()
    expect(await anchor.federatedBy(`0x${'77'.repeat(32)}`, root, signal)).toBeUndefined()
    for (const [i, path] of paths.entries()) {
      expect(isFederated(checkpointAt(i), { root, path })).toBe(true)
      expect(isFederated(checkpointAt(i, 'other'), { root, path })).toBe(false)
    }
  })

  test('a checkpoint in a block that the chain gave up is gone, and is held once it lies deep', async () => {
    const { anchor, votes } = await freshTown()
    const before = await anvil.ask('evm_snapshot')
    const checkpoint = checkpointAt(10)
    const placement = { checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }
    const first = await anchor.place(placement, signal)
    if (!first.ok) throw new Error(first.refusal)
    expect(await anchor.verify(first.value, signal)).toEqual({ is: 'shallow', depth: 1 })
    await anvil.ask('evm_revert', before)
    expect(await anchor.verify(first.value, signal)).toEqual({ is: 'gone' })

    const second = await anchor.place(placement, signal)
    if (!second.ok) throw new Error(second.refusal)
    await anvil.ask('anvil_mine', '0x2')
    expect(await anchor.verify(second.value, signal)).toEqual({ is: 'held', depth: 3 })
    const forged = { ...second.value, checkpoint: checkpointAt(10, 'other') }
    expect(await anchor.verify(forged, signal)).toEqual({ is: 'differs' })
  })
})

describe.skipIf(path === undefined)('a link that is down', () => {
  test('only means later anchoring', async () => {
    await using anvil = await startAnvil(path ?? '')
    const { anchor, votes } = await anchoredTown(anvil, 4)
    const checkpoint = checkpointAt(10)
    const placement = { checkpoint, votes: await votes(checkpoint, [0, 1, 2]) }
    await anvil.stop()
    await expect(anchor.place(placement, signal)).rejects.toMatchObject({ code: 'anchor-unreachable' })
    await expect(anchor.find(GENESIS, signal)).rejects.toMatchObject({ code: 'anchor-unreachable' })
  })

  test('does not hold up whoever stops waiting', async () => {
    await using anvil = await startAnvil(path ?? '')
    const { anchor } = await anchoredTown(anvil, 4)
    const stopping = AbortSignal.abort(new Error('closing'))
    await expect(anchor.find(GENESIS, stopping)).rejects.toThrow('closing')
  })
})
