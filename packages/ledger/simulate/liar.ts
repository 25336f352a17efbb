import { epochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { SignedBytes } from '../src/ordering.ts'
import type { BlockInput } from '../src/replica/replica.ts'
import { forgedOperation } from './message-network.ts'
import type { Answer, Steward, World } from './world.ts'

interface Proposal {
  readonly input: BlockInput
  readonly claimedRoot: string
}

/** A proposal that no honest steward may accept, or one that leaves out what others want: that she may do. */
export function distorted(world: World, { input, claimedRoot }: Proposal): Proposal {
  const dice = world.dice('liar')
  const { operations } = input
  const final = world.chain.blocks.flatMap((block) => block.input.operations)
  const any: SignedBytes = dice.pick(operations.length > 0 ? operations : final)
  const withMore = (more: SignedBytes): Proposal => ({
    input: { ...input, operations: [...operations, more] },
    claimedRoot,
  })
  switch (dice.below(6)) {
    case 0:
      return withMore(forgedOperation(world, any))
    case 1:
      return withMore(dice.pick(final))
    case 2:
      return withMore(any)
    case 3:
      return { input, claimedRoot: hex(sha256(any.bytes)) }
    case 4:
      return { input: { ...input, operations: [] }, claimedRoot }
    default:
      return { input: { ...input, time: epochMs(input.time + dice.below(60_000)) }, claimedRoot }
  }
}

/** What a liar says at her door: whatever suits her, with the only signature she can make, her own. */
export function lie(world: World, steward: Steward, digest: string): Answer | undefined {
  const dice = world.dice('liar')
  switch (dice.below(4)) {
    case 0:
      return undefined
    case 1:
      return { is: 'refused', refusal: { is: 'expired', details: {} } }
    case 2:
      return { is: 'accepted' }
    default: {
      const height = world.chain.blocks.length + dice.below(2)
      const root = hex(sha256(new TextEncoder().encode(digest)))
      world.signed(steward.name, height, root)
      return { is: 'final', height, sequence: 1, certificate: { height, root, signers: [steward.name] } }
    }
  }
}
