import { must, present } from '@tri/units'
import { sha256, signPlainly, type KeyPair } from '@tri/units/crypto'

import { commitHash, dataHash, emptyHash, paramsHash, resultsHash } from '../chain/block-hashes.ts'
import { blockTimeOf } from '../chain/block-time.ts'
import { lightBlockFrom } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { validatorAddress, validatorSetHash, validatorsOf } from '../chain/validator-set.ts'
import { soleLightBlock, type VotingKey } from '../chain/vote.ts'
import { BLOCK_BYTES_MAX } from '../ordering/block-limit.ts'
import { transactionOf } from '../ordering/transaction.ts'
import { chainIdOf, genesisDigest, type Genesis } from '../genesis.ts'
import type { BlockInput, Replica } from '../replica/replica.ts'
import { fieldsIn } from '../replica/bytes.ts'
import { versionAt } from '../replica/protocol.ts'

/** The version of CometBFT's block format that our headers follow. */
const BLOCK_FORMAT = 11

/** Writes the headers of one steward's chain, and signs them. */
export interface SoleChain {
  /** The block's light block. `nextSet` are the keys that vote from the next block on: her own when left out. */
  signed(block: BlockInput, nextSet?: readonly Uint8Array[]): LightBlock
  /** What was signed is final: the next header follows it. */
  follow(block: LightBlock, operations: number): void
}

/** Goes on with the chain where the replica stands. `genesis` is left out where the founding tells it. */
export function soleChain(replica: Replica, key: KeyPair, genesis?: Genesis): SoleChain {
  const voting: VotingKey = { publicKey: key.publicKey, sign: (message) => signPlainly(key, message) }
  const own = validatorSetHash(nodePrimitives, validatorsOf(nodePrimitives, [key.publicKey]))
  const address = validatorAddress(nodePrimitives, key.publicKey)
  const consensusHash = paramsHash(nodePrimitives, { maxBytes: BLOCK_BYTES_MAX, maxGas: -1 })
  let chainId: string | undefined
  let last = lastBlock(replica)
  return {
    signed(block, nextSet) {
      chainId ??= chainIdOf(genesisDigest(nodePrimitives, genesis ?? genesisOf(replica, block)))
      const time = blockTimeOf(block.time)
      const transactions = block.operations.map((operation) =>
        present(
          transactionOf(operation),
          'an operation whose signature has another length was refused before',
        ),
      )
      const header = {
        version: { block: BLOCK_FORMAT, app: versionAt(replica.store, block.height) },
        chainId,
        height: block.height,
        time,
        ...(last === undefined ? {} : { lastBlockId: last.block.commit.blockId }),
        lastCommitHash: commitHash(nodePrimitives, last?.block.commit),
        dataHash: dataHash(nodePrimitives, transactions),
        validatorsHash: own,
        nextValidatorsHash:
          nextSet === undefined
            ? own
            : validatorSetHash(nodePrimitives, validatorsOf(nodePrimitives, nextSet)),
        consensusHash,
        appHash: replica.stateRoot,
        lastResultsHash: resultsHash(
          nodePrimitives,
          Array.from({ length: last?.operations ?? 0 }, () => APPLIED),
        ),
        evidenceHash: emptyHash(nodePrimitives),
        proposerAddress: address,
      }
      return soleLightBlock(nodePrimitives, header, { key: voting, time })
    },
    follow: (block, operations) => void (last = { block, operations }),
  }
}

const APPLIED = { code: 0 }

interface Last {
  readonly block: LightBlock
  readonly operations: number
}

function lastBlock(replica: Replica): Last | undefined {
  const bytes = replica.height === 0 ? undefined : replica.certificate(replica.height - 1)
  if (bytes === undefined) return undefined
  const [newest] = replica.blocks(replica.height)
  return { block: lightBlockFrom(nodePrimitives, bytes), operations: newest?.operations.length ?? 0 }
}

/** The genesis that the founding operation tells: the first in the book, or about to be. */
function genesisOf(replica: Replica, { operations }: BlockInput): Genesis {
  const [first] = replica.sequence === 0 ? operations : replica.operations(1)
  const { bytes } = present(first, 'the first block founds the community')
  const { community, key } = fieldsIn(bytes)
  must(
    typeof community === 'string' && key instanceof Uint8Array,
    'a founding names its community and its key',
  )
  return { community, founding: sha256(bytes), stewards: [key] }
}
