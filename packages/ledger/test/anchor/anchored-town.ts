import { sha256 } from '@tri/units/crypto'

import type { AnchorVote } from '../../src/anchor/anchor.ts'
import type { Checkpoint } from '../../src/anchor/checkpoint.ts'
import {
  anchorKeyFrom,
  communityAt,
  deployCheckpoints,
  evmAnchor,
  voteForCheckpoint,
  type AnchorKey,
  type ContractAt,
  type EvmAnchor,
  type EvmAnchorOptions,
} from '../../src/anchor/evm/index.ts'
import type { Anvil } from '../../src/testing/anvil.ts'

const text = new TextEncoder()

export const GENESIS = sha256(text.encode('genesis of the town'))

/** A checkpoint of the town at a height; another `history` is another block. */
export function checkpointAt(height: number, history = 'one'): Checkpoint {
  const digest = (what: string): Uint8Array => sha256(text.encode(`${what} ${height} ${history}`))
  return { genesis: GENESIS, height, header: digest('header'), stateRoot: digest('state') }
}

/** Anchor keys of so many stewards: always the same. */
export function stewardKeys(count: number, from = 0): AnchorKey[] {
  return Array.from({ length: count }, (_, i) => anchorKeyFrom(sha256(text.encode(`steward ${from + i}`))))
}

export function addressesOf(keys: readonly AnchorKey[]): `0x${string}`[] {
  return keys.map(({ address }) => address)
}

/** A contract on a chain, a town that is registered there, and a way to sign for it. */
export interface AnchoredTown {
  readonly anchor: EvmAnchor
  readonly at: ContractAt
  readonly keys: readonly AnchorKey[]
  readonly options: EvmAnchorOptions
  /** Signatures of some stewards (by their index) under a checkpoint. */
  readonly votes: (
    checkpoint: Checkpoint,
    stewards: readonly number[],
    at?: ContractAt,
  ) => Promise<AnchorVote[]>
}

export async function anchoredTown(anvil: Anvil, stewards: number): Promise<AnchoredTown> {
  const payer = await anvil.payer()
  const { contract } = await deployCheckpoints({ url: anvil.url, payer, timeoutMs: 5000 })
  const keys = stewardKeys(stewards)
  const at = { chain: anvil.chain, contract }
  const options = {
    ...at,
    url: anvil.url,
    payer,
    genesis: GENESIS,
    firstKeys: addressesOf(keys),
    depth: 3,
    timeoutMs: 5000,
  }
  const anchor = evmAnchor(options)
  await anchor.register(AbortSignal.timeout(10_000))
  const community = communityAt(GENESIS, addressesOf(keys))
  return {
    anchor,
    at,
    keys,
    options,
    votes: (checkpoint, signers, other = at) =>
      Promise.all(
        signers.flatMap((i) => {
          const key = keys[i]
          return key === undefined ? [] : [voteForCheckpoint(key, { at: other, community, checkpoint })]
        }),
      ),
  }
}
