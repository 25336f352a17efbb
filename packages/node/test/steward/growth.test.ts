import { balanceOf, stewardsOf } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { nodePrimitives, proofOf, verifyProof } from '@tri/ledger'
import { present } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, it } from 'vitest'

import { dataFolderAt } from '../../src/daemon/data-folder.ts'
import { invitationText } from '../../src/steward/invitation.ts'
import { joinAsSteward, type Joined } from '../../src/steward/join.ts'
import { makeStewardSeat } from '../../src/steward/make-seat.ts'
import { addCandidates } from '../../src/steward/steward-acts.ts'
import {
  boxesFolder,
  foundedAt,
  freeAddress,
  hasEngine,
  startedBox,
  type RunningBox,
} from './steward-boxes.ts'

const isPossible = await hasEngine()

function invited({ seat }: RunningBox, member: string): string {
  const secret = sha256(seededKey(`secret of ${member}`).publicKey).subarray(0, 16)
  seat.invitations.invite(member, secret)
  const { genesis } = seat
  return invitationText({ genesis, member, address: seat.seat.address, tls: seat.seat.tls.publicKey, secret })
}

describe.skipIf(!isPossible)('a community that one steward kept', () => {
  it('is kept by four from a height on, while it runs and with all of its history', async () => {
    using boxes = boxesFolder()
    const coop = boxes.at('coop')
    await foundedAt(coop)
    const seed = sha256(seededKey('coop door').publicKey)
    await makeStewardSeat(dataFolderAt(coop), { member: 'coop', address: await freeAddress(), seed })
    await using first = await startedBox(coop)
    const { writer } = first.node
    await writer.mustAct('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1_000_000 })

    const ready = Promise.withResolvers<void>()
    const waiting = new Set(['home-1', 'home-2', 'home-3'])
    const joining = [...waiting].map(async (member): Promise<Joined> =>
      joinAsSteward({
        invitation: invited(first, member),
        folder: boxes.at(member),
        address: await freeAddress(),
        random: (bytes) =>
          sha256(seededKey(`${member} ${waiting.size} ${bytes}`).publicKey).subarray(0, bytes),
        signal: AbortSignal.timeout(60_000),
        lookEveryMs: 50,
        told: (step) => {
          if (step === 'ready') waiting.delete(member)
          if (waiting.size === 0) ready.resolve()
        },
      }),
    )
    await ready.promise
    expect(await addCandidates(first)).toMatchObject({
      stewards: ['coop', 'home-1', 'home-2', 'home-3'],
      isInForce: true,
    })
    const joined = await Promise.all(joining)
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
})

/** Waits until a copy of the book has come to a height. */
async function reached({ ordering, replica }: RunningBox['node']['ledger'], height: number): Promise<void> {
  const patience = AbortSignal.timeout(20_000)
  if (replica.height >= height) return
  for await (const block of ordering.finalised(replica.height + 1, patience))
    if (block.height >= height) return
}
