import { accept, refuse, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { encodeFunctionData, type Hex } from 'viem'

import type { Anchor, AnchorReceipt, AnchorRefusal, AnchorStanding, AnchorVote } from '../anchor.ts'
import { isSameCheckpoint, type Checkpoint } from '../checkpoint.ts'
import { communityAt, hexOf, inKeyOrder, quorumOf, type AnchorKey, type ContractAt } from './anchor-keys.ts'
import { checkpointsContract } from './checkpoints-contract.ts'
import { evmLink, type Board, type EvmLink } from './evm-link.ts'

/** Where the contract is and who pays for what is written there. */
export interface EvmAnchorOptions extends ContractAt {
  /** JSON-RPC of a node of that chain. */
  readonly url: string
  /** The account that pays for transactions. Absent: what others placed can be looked up, nothing placed. */
  readonly payer?: AnchorKey
  /** Digest of the genesis document, 32 bytes. */
  readonly genesis: Uint8Array
  /** Anchor keys the community registered with: they and the genesis are its id in the contract. */
  readonly firstKeys: readonly `0x${string}`[]
  /** Anchor keys of today's stewards; the first ones when left out. */
  readonly keys?: readonly `0x${string}`[]
  /** Blocks, its own counted, after which a transaction no longer vanishes in a reorganisation. */
  readonly depth: number
  /** How long one question to the node may take. */
  readonly timeoutMs: number
}

/** An anchor in a contract, with what only a contract can do. */
export interface EvmAnchor extends Anchor {
  readonly kind: 'evm'
  /** Id of the community in the contract. */
  readonly community: Hex
  /** What the contract's board shows of the community now. */
  board(signal: AbortSignal): Promise<Board>
  /** Registers the community with its first keys; again is no harm. Gives the transaction, if one was needed. */
  register(signal: AbortSignal): Promise<Outcome<Hex | undefined, AnchorRefusal>>
  /** Puts new keys in the place of the old, with the old ones' signatures. */
  changeKeys(
    change: { readonly keys: readonly `0x${string}`[]; readonly votes: readonly AnchorVote[] },
    signal: AbortSignal,
  ): Promise<Outcome<Hex, AnchorRefusal>>
  /** Hangs the root over many communities' checkpoints, as an event only. */
  federate(
    federation: { readonly root: Uint8Array; readonly communities: number },
    signal: AbortSignal,
  ): Promise<Outcome<Hex, AnchorRefusal>>
  /** Whether a transaction hung this root, and in whose name. */
  federatedBy(transaction: Hex, root: Uint8Array, signal: AbortSignal): Promise<Hex | undefined>
}

/**
 * An anchor in the checkpoint contract of an EVM chain (packages/ledger/contracts/checkpoints.sol): more than two thirds
 * of the stewards' anchor keys sign, the contract counts them.
 *
 * @throws Fault `anchor-unreachable` from each of its questions when the node gives no answer in time
 */
export function evmAnchor(options: EvmAnchorOptions): EvmAnchor {
  const link = evmLink(options)
  const community = communityAt(options.genesis, options.firstKeys)
  const keys = options.keys ?? options.firstKeys
  const isMine = (genesis: Uint8Array): boolean => hex(genesis) === hex(options.genesis)
  return {
    kind: 'evm',
    community,
    board: (signal) => link.board(community, signal),
    place: ({ checkpoint, votes }, signal) =>
      placed(link, { community, keys, checkpoint, votes, contract: options }, signal),
    find: async (genesis, signal) => {
      if (!isMine(genesis)) return undefined
      const { height } = await link.board(community, signal)
      return height === 0 ? undefined : receiptAt(link, { ...options, community, height }, signal)
    },
    verify: (receipt, signal) => standing(link, { receipt, community, depth: options.depth }, signal),
    register: (signal) => registered(link, { community, options }, signal),
    changeKeys: (change, signal) =>
      link.write(
        encodeFunctionData({
          abi,
          functionName: 'changeStewards',
          args: [community, inKeyOrder(change.keys), quorumOf(keys, change.votes)],
        }),
        signal,
      ),
    federate: ({ root, communities }, signal) =>
      link.write(
        encodeFunctionData({ abi, functionName: 'federate', args: [hexOf(root), BigInt(communities)] }),
        signal,
      ),
    federatedBy: (transaction, root, signal) => link.federatedBy(transaction, hexOf(root), signal),
  }
}

const { abi } = checkpointsContract

interface Placing {
  readonly community: Hex
  readonly keys: readonly Hex[]
  readonly checkpoint: Checkpoint
  readonly votes: readonly AnchorVote[]
  readonly contract: EvmAnchorOptions
}

async function placed(
  link: EvmLink,
  { community, keys, checkpoint, votes, contract }: Placing,
  signal: AbortSignal,
): Promise<Outcome<AnchorReceipt, AnchorRefusal>> {
  if ((await link.chain(signal)) !== contract.chain) return refuse('wrong-chain')
  const { version, height, header } = await link.board(community, signal)
  if (version === 0) return refuse('community-not-registered')
  // Another steward was quicker, or our own answer was lost: what lies there is what we wanted.
  if (height >= checkpoint.height) {
    if (height > checkpoint.height) return refuse('height-not-above')
    if (header !== hexOf(checkpoint.header)) return refuse('checkpoint-differs')
    const there = await receiptAt(link, { ...contract, community, height }, signal)
    if (there !== undefined && isSameCheckpoint(there.checkpoint, checkpoint)) return accept(there)
    return refuse('checkpoint-differs')
  }
  const { header: headerHash, stateRoot } = checkpoint
  const written = await link.write(
    encodeFunctionData({
      abi,
      functionName: 'checkpoint',
      args: [
        community,
        BigInt(checkpoint.height),
        hexOf(headerHash),
        hexOf(stateRoot),
        quorumOf(keys, votes),
      ],
    }),
    signal,
  )
  if (!written.ok) return written
  const there = await receiptAt(link, { ...contract, community, height: checkpoint.height }, signal)
  return there === undefined ? refuse('anchor-refused') : accept(there)
}

async function receiptAt(
  link: EvmLink,
  at: ContractAt & { readonly community: Hex; readonly height: number; readonly genesis: Uint8Array },
  signal: AbortSignal,
): Promise<AnchorReceipt | undefined> {
  const found = await link.checkpointAt(at, signal)
  if (found === undefined) return undefined
  const { header, stateRoot, transaction, block, blockHash } = found
  const { chain, contract, genesis, height } = at
  return {
    checkpoint: { genesis, height, header, stateRoot },
    place: { is: 'transaction', chain, contract, transaction, block, blockHash },
  }
}

async function standing(
  link: EvmLink,
  { receipt, community, depth }: { receipt: AnchorReceipt; community: Hex; depth: number },
  signal: AbortSignal,
): Promise<AnchorStanding> {
  const { checkpoint, place } = receipt
  if (place.is !== 'transaction') return { is: 'gone' }
  const { height, genesis } = checkpoint
  const found = await receiptAt(link, { ...place, community, height, genesis }, signal)
  if (found === undefined || found.place.is !== 'transaction') return { is: 'gone' }
  if (!isSameCheckpoint(found.checkpoint, checkpoint)) return { is: 'differs' }
  const above = (await link.tip(signal)) - found.place.block + 1
  return { is: above >= depth ? 'held' : 'shallow', depth: above }
}

async function registered(
  link: EvmLink,
  { community, options }: { community: Hex; options: EvmAnchorOptions },
  signal: AbortSignal,
): Promise<Outcome<Hex | undefined, AnchorRefusal>> {
  if ((await link.chain(signal)) !== options.chain) return refuse('wrong-chain')
  const { version } = await link.board(community, signal)
  if (version > 0) return accept(undefined)
  return link.write(
    encodeFunctionData({
      abi,
      functionName: 'register',
      args: [hexOf(options.genesis), inKeyOrder(options.firstKeys)],
    }),
    signal,
  )
}
