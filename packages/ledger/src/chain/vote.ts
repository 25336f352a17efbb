import { NO_TIME, timeBytes } from './block-time.ts'
import { headerHash, partsBytes } from './header-hash.ts'
import type { BlockId, BlockTime, Commit, CommitSignature, Header, LightBlock } from './light-block.ts'
import type { Sha256 } from './merkle.ts'
import { delimited, MessageWriter } from './protobuf.ts'
import { validatorAddress } from './validator-set.ts'

const PRECOMMIT = 2

/** What a steward says with her vote for a block. */
export interface Precommit {
  readonly chainId: string
  readonly height: number
  readonly round: number
  /** Absent in a vote for no block. */
  readonly blockId?: BlockId
  readonly time: BlockTime
}

/** A key that can vote, wherever it is kept. */
export interface VotingKey {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
  /** Plain Ed25519 over the message. @returns 64 bytes */
  sign(message: Uint8Array): Uint8Array
}

/**
 * The bytes that a steward signs when she votes for a block to be final, as CometBFT v0.38 writes them.
 *
 * @see CometBFT v0.38, types/canonical.go; cases in test/cases/cometbft-chain
 */
export function precommitBytes({ chainId, height, round, blockId, time }: Precommit): Uint8Array {
  const message = new MessageWriter().varint(1, PRECOMMIT).fixed64(2, height).fixed64(3, round)
  if (blockId !== undefined) message.message(4, canonicalBlockId(blockId))
  return delimited(message.message(5, timeBytes(time)).text(6, chainId).finish())
}

/** What a signature of a commit was made over; nothing for an absent one. */
export function signedVote(
  chainId: string,
  { height, round, blockId }: Omit<Commit, 'signatures'>,
  { flag, time }: Pick<CommitSignature, 'flag' | 'time'>,
): Uint8Array | undefined {
  if (flag === 'absent') return undefined
  return precommitBytes({ chainId, height, round, time, ...(flag === 'nil' ? {} : { blockId }) })
}

/** The signature of a steward who did not vote, or whose vote is not kept. */
export const ABSENT: CommitSignature = {
  flag: 'absent',
  address: new Uint8Array(),
  time: NO_TIME,
  signature: new Uint8Array(),
}

/**
 * Makes a block final where one steward keeps the book: her vote is the whole commit.
 *
 * @param header whole; its `validatorsHash` must be that of the key alone
 * @param time   when she votes; not before the block's own time
 */
export function soleLightBlock(
  primitives: Sha256,
  header: Header,
  { key, time }: { readonly key: VotingKey; readonly time: BlockTime },
): LightBlock {
  const hash = headerHash(primitives, header)
  // One steward sends no parts around: the block is its own only part.
  const vote = { height: header.height, round: 0, blockId: { hash, partsTotal: 1, partsHash: hash } }
  const signature = key.sign(precommitBytes({ chainId: header.chainId, ...vote, time }))
  const address = validatorAddress(primitives, key.publicKey)
  return {
    header,
    commit: { ...vote, signatures: [{ flag: 'commit', address, time, signature }] },
    validators: [{ publicKey: key.publicKey, power: 1 }],
  }
}

function canonicalBlockId(id: BlockId): Uint8Array {
  return new MessageWriter().bytes(1, id.hash).message(2, partsBytes(id)).finish()
}
