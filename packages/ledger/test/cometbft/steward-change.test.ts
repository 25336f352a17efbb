import { expect } from 'vitest'

import { stewardsOf, type Act } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { hex } from '@tri/units/crypto'

import type { LocalSteward } from '../../src/cometbft/local-quorum.ts'
import { PATIENCE_MS, commonRoots, engineTest, inTown, stewardMember, until, type Town } from './town.ts'

function setOf(stewards: readonly LocalSteward[]): Act {
  return {
    kind: 'steward.propose',
    stewards: stewards.map(({ number, identity: { key, node } }) => ({
      member: stewardMember(number),
      key,
      node,
      tls: seededKey(`door of ${number}`).publicKey,
      addresses: [`home-${number}.example:7443`],
    })),
  }
}

/** A new box: it follows the others until it has what they have. */
async function joined({ quorum }: Town): Promise<LocalSteward> {
  const steward = await quorum.join()
  await steward.start()
  const { height } = quorum.steward(1).replica
  await until(() => steward.replica.height >= height, 'a new box to catch up')
  return steward
}

/** The keys that sign the newest block. */
async function signing(steward: LocalSteward): Promise<Set<string>> {
  const { validators } = await steward.ordering.certified()
  return new Set(validators.map(({ publicKey }) => hex(publicKey)))
}

const keysOf = (stewards: readonly LocalSteward[]): Set<string> =>
  new Set(stewards.map(({ identity }) => hex(identity.key)))

engineTest(
  'four stewards become seven, and one of them gives her place to another, while payments go on',
  async () => {
    await inTown({}, async (town) => {
      const { quorum, act, pay, signed, submit } = town
      for (let i = 0; i < 3; i++) await joined(town)
      const seven = [...quorum.stewards]
      expect(await act('coop', setOf(seven))).toMatchObject({ is: 'final' })
      // The set that a block names signs from the second block after it on.
      for (const steward of seven) expect(await pay(steward)).toMatchObject({ is: 'final' })
      expect(await signing(quorum.steward(1))).toEqual(keysOf(seven))
      expect(quorum.steward(7).ordering.status()).toMatchObject({ stewards: 7 })

      const eighth = await joined(town)
      const next = [...seven.slice(0, 6), eighth]
      const proposal = signed('home-1', setOf(next))
      await quorum.steward(1).ordering.settled(await submit(proposal), AbortSignal.timeout(PATIENCE_MS))
      const approve: Act = { kind: 'steward.approve', proposal: proposal.operation.id }
      for (const number of [2, 3, 4, 5])
        expect(await act(stewardMember(number), approve)).toMatchObject({
          is: 'final',
        })
      await until(
        () => stewardsOf(quorum.steward(2).replica.store).version === 2,
        'the new set at the second steward',
      )
      for (const steward of [quorum.steward(1), eighth])
        expect(await pay(steward)).toMatchObject({ is: 'final' })
      expect(await signing(eighth)).toEqual(keysOf(next))
      // Who gave her place follows on, and signs nothing; without her the others are still a quorum.
      await quorum.steward(7).stop()
      expect(await pay(eighth)).toMatchObject({ is: 'final' })
      const { sequence } = quorum.steward(1).replica
      await until(
        () => quorum.stewards.every((one) => !one.isRunning || one.replica.sequence >= sequence),
        'all of it everywhere',
      )
      expect(commonRoots(quorum).roots.size).toBe(1)
    })
  },
)
