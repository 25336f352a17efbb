import { balanceOf, stewardsOf } from '@tri/community'
import { nodePrimitives, proofOf, verifyProof } from '@tri/ledger'
import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { addCandidates } from '../../src/steward/steward-acts.ts'
import { grownTo, joiningBox, reached, soleBox } from './growing-boxes.ts'
import { boxesFolder, hasEngine, startedBox } from './steward-boxes.ts'

const isPossible = await hasEngine()
if (!isPossible)
  console.log('skipped: no ordering engine on this machine (TRI_COMETBFT, or cometbft on the PATH)')

describe.skipIf(!isPossible)('a community that one steward kept', () => {
  it('is kept by four from a height on, while it runs and with all of its history', async () => {
    using boxes = boxesFolder()
    await using first = await soleBox(boxes.at('coop'))
    const { writer } = first.node
    await writer.mustAct('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1_000_000 })
    const { proposed, joined } = await grownTo(first, ['home-1', 'home-2', 'home-3'], boxes.at)
    expect(proposed).toMatchObject({ stewards: ['coop', 'home-1', 'home-2', 'home-3'], isInForce: true })
    expect(joined.map(({ isSteward }) => isSteward)).toEqual([true, true, true])

    await using second = await startedBox(boxes.at('home-1'))
    await using third = await startedBox(boxes.at('home-2'))
    await using fourth = await startedBox(boxes.at('home-3'))
    const all = [first, second, third, fourth]
    await third.node.writer.mustAct('home-2', { kind: 'credit.transfer', to: 'home-4', amount: 500_000 })
    await writer.mustAct('home-5', { kind: 'credit.transfer', to: 'home-4', amount: 7 })
    const height = Math.max(...all.map(({ node }) => node.ledger.replica.height))
    for (const { node } of all) {
      await reached(node.ledger, height)
      expect(balanceOf(node.ledger.store, 'home-4')?.balance).toBe(500_007)
      expect(stewardsOf(node.ledger.store).stewards).toHaveLength(4)
      expect(node.ordering.status()).toMatchObject({ engine: 'cometbft', stewards: 4 })
    }
    const roots = new Set(
      all.map(({ node }) => hex(present(node.ledger.replica.blockRecord(height), 'final').stateRoot)),
    )
    expect(roots.size).toBe(1)

    // From the paper of the founding to a balance under four signatures.
    const proof = present(await proofOf(fourth.node.ledger.proofSource, 'account/home-4'), 'has an account')
    expect(verifyProof(proof, first.seat.genesis, nodePrimitives)).toMatchObject({
      ok: true,
      value: { stewards: 4, setChanges: 1, record: { values: { balance: 500_007 } } },
    })
    expect(all.flatMap(({ failures }) => failures)).toEqual([])
  })

  it('is not kept by two or three: the reason is told, and nothing is proposed', async () => {
    using boxes = boxesFolder()
    await using first = await soleBox(boxes.at('coop'))
    const joining = await joiningBox(first, 'home-1', boxes.at('home-1'))
    joining.joined.catch(() => undefined)
    await joining.ready
    await expect(addCandidates(first)).rejects.toMatchObject({
      code: 'candidates-too-few',
      details: { ready: 1, count: 2, missing: 2 },
    })
    expect(stewardsOf(first.node.ledger.store).stewards).toHaveLength(1)
  })
})
