import { describe, test } from 'vitest'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { validatorSetHash, validatorsOf } from '../../src/chain/validator-set.ts'
import { orderingSuite, type OrderingRig } from '../../src/testing/ordering-suite.ts'
import { hasEngine, openTown } from './town.ts'

/** Stewards of Prova on this machine, founded through the first of them. */
async function quorumRig(count: number): Promise<OrderingRig> {
  const { town, quorum, close } = await openTown({ count })
  const { chainId, stewards } = quorum.chain
  const [first] = quorum.stewards
  await town.found()
  return {
    get ordering() {
      return quorum.steward(1).ordering
    },
    get copies() {
      return quorum.stewards.map(({ replica }) => replica)
    },
    trust: {
      chainId,
      height: 0,
      setHash: validatorSetHash(nodePrimitives, validatorsOf(nodePrimitives, stewards)),
    },
    async reopen() {
      await first?.stop()
      await first?.start()
    },
    [Symbol.asyncDispose]: close,
  }
}

if (hasEngine) {
  orderingSuite('one steward with CometBFT', () => quorumRig(1), { patienceMs: 60_000 })
  orderingSuite('four stewards with CometBFT', () => quorumRig(4), {
    loneOperations: 15,
    burst: 50,
    patienceMs: 60_000,
  })
} else
  describe('the ordering of CometBFT', () => test.skip('needs cometbft on this machine', () => undefined))
