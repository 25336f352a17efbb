import { timeBytes } from './block-time.ts'
import type { BlockId, Header } from './light-block.ts'
import { rootOfItems, type Sha256 } from './merkle.ts'
import { MessageWriter } from './protobuf.ts'

const NOTHING = new Uint8Array()

/**
 * What a block is known by: the root over its header's 14 fields, each encoded as CometBFT v0.38 does.
 *
 * @returns 32 bytes
 * @see     CometBFT v0.38, types/block.go, `Header.Hash`; cases in test/cases/cometbft-chain
 */
export function headerHash(primitives: Sha256, header: Header): Uint8Array {
  return rootOfItems(primitives, [
    new MessageWriter().varint(1, header.version.block).varint(2, header.version.app).finish(),
    new MessageWriter().text(1, header.chainId).finish(),
    new MessageWriter().varint(1, header.height).finish(),
    timeBytes(header.time),
    blockIdBytes(header.lastBlockId),
    value(header.lastCommitHash),
    value(header.dataHash),
    value(header.validatorsHash),
    value(header.nextValidatorsHash),
    value(header.consensusHash),
    value(header.appHash),
    value(header.lastResultsHash),
    value(header.evidenceHash),
    value(header.proposerAddress),
  ])
}

/** A block's parts as a message: always there, even when it says nothing. */
export function partsBytes(id: Pick<BlockId, 'partsTotal' | 'partsHash'> | undefined): Uint8Array {
  return new MessageWriter()
    .varint(1, id?.partsTotal ?? 0)
    .bytes(2, id?.partsHash ?? NOTHING)
    .finish()
}

/** A block's id as a message; none is an id of nothing. */
export function blockIdBytes(id: BlockId | undefined): Uint8Array {
  return new MessageWriter()
    .bytes(1, id?.hash ?? NOTHING)
    .message(2, partsBytes(id))
    .finish()
}

function value(bytes: Uint8Array): Uint8Array {
  return new MessageWriter().bytes(1, bytes).finish()
}
