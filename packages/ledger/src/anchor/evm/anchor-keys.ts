import { hex, fromHex } from '@tri/units/crypto'
import {
  concat,
  encodeAbiParameters,
  hashTypedData,
  keccak256,
  pad,
  recoverTypedDataAddress,
  type Hex,
} from 'viem'
import { generatePrivateKey, privateKeyToAddress, sign } from 'viem/accounts'

import type { AnchorVote } from '../anchor.ts'
import type { Checkpoint } from '../checkpoint.ts'

/** The contract a signature is for: one for another chain or another contract is none here (EIP-712). */
export interface ContractAt {
  readonly chain: number
  readonly contract: `0x${string}`
}

/** A steward's key for the anchor: secp256k1, beside her Ed25519 ones. */
export interface AnchorKey {
  /** 32 bytes. */
  readonly secret: Uint8Array
  /** What the contract knows it by. */
  readonly address: `0x${string}`
}

/** What the old anchor keys sign when they name the new ones. */
export interface StewardChange {
  /** Id of the community in the contract, 32 bytes in hex. */
  readonly community: Hex
  /** Version of the new keys: one more than that of the old ones. */
  readonly version: number
  /** Ascending. */
  readonly keys: readonly `0x${string}`[]
}

const NAMES = { name: 'TRI Checkpoints', version: '1' } as const

const TYPES = {
  Checkpoint: [
    { name: 'community', type: 'bytes32' },
    { name: 'height', type: 'uint64' },
    { name: 'header', type: 'bytes32' },
    { name: 'stateRoot', type: 'bytes32' },
  ],
  Stewards: [
    { name: 'community', type: 'bytes32' },
    { name: 'version', type: 'uint64' },
    { name: 'keys', type: 'address[]' },
  ],
} as const

/** A new anchor key, from the machine's own dice. */
export function newAnchorKey(): AnchorKey {
  return anchorKeyFrom(fromHex(generatePrivateKey().slice(2)))
}

/** The anchor key of a secret of 32 bytes. */
export function anchorKeyFrom(secret: Uint8Array): AnchorKey {
  return { secret, address: privateKeyToAddress(hexOf(secret)) }
}

/** Keys in the order in which the contract wants them, each once. */
export function inKeyOrder(keys: readonly `0x${string}`[]): `0x${string}`[] {
  return [...new Map(keys.map((key) => [key.toLowerCase(), key])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, key]) => key)
}

/** What the contract knows a community by: its genesis and the keys it registered with, so that none can take its place. */
export function communityAt(genesis: Uint8Array, firstKeys: readonly `0x${string}`[]): Hex {
  const keys = keccak256(concat(inKeyOrder(firstKeys).map((key) => pad(key))))
  return keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }], [hexOf(genesis), keys]))
}

/** A steward's signature under a checkpoint, for one contract on one chain. */
export async function voteForCheckpoint(
  key: AnchorKey,
  { at, community, checkpoint }: { at: ContractAt; community: Hex; checkpoint: Checkpoint },
): Promise<AnchorVote> {
  return signed(key, checkpointDigest({ at, community, checkpoint }))
}

/** Who signed this as a vote for the checkpoint: what a coordinator asks of a vote before she passes it on. */
export async function isVoteFor(
  vote: AnchorVote,
  { at, community, checkpoint }: { at: ContractAt; community: Hex; checkpoint: Checkpoint },
): Promise<boolean> {
  if (vote.signature.length !== 64) return false
  const { r, s, yParity } = partsOf(vote.signature)
  try {
    const signer = await recoverTypedDataAddress({
      ...typedCheckpoint({ at, community, checkpoint }),
      signature: { r, s, yParity },
    })
    return signer.toLowerCase() === vote.key.toLowerCase()
  } catch {
    // What is no point of the curve was signed by nobody.
    return false
  }
}

/** An old steward's signature under the new keys. */
export async function voteForStewards(
  key: AnchorKey,
  { at, change }: { at: ContractAt; change: StewardChange },
): Promise<AnchorVote> {
  const digest = hashTypedData({
    domain: domainOf(at),
    types: TYPES,
    primaryType: 'Stewards',
    message: { community: change.community, version: BigInt(change.version), keys: change.keys },
  })
  return signed(key, digest)
}

/** What the contract's `Quorum` holds: who of the keys signed, as bits, and their signatures in the order of the keys. */
export function quorumOf(
  keys: readonly `0x${string}`[],
  votes: readonly AnchorVote[],
): { keys: Hex[]; signers: bigint; signatures: [Hex, Hex][] } {
  const ordered = inKeyOrder(keys)
  const byKey = new Map(votes.map((vote) => [vote.key.toLowerCase(), vote.signature]))
  const signatures: [Hex, Hex][] = []
  let signers = 0n
  for (const [i, key] of ordered.entries()) {
    const signature = byKey.get(key.toLowerCase())
    if (signature?.length !== 64) continue
    signers |= 1n << BigInt(i)
    signatures.push([hexOf(signature.subarray(0, 32)), hexOf(signature.subarray(32))])
  }
  return { keys: ordered, signers, signatures }
}

export function hexOf(bytes: Uint8Array): Hex {
  return `0x${hex(bytes)}`
}

function typedCheckpoint({
  at,
  community,
  checkpoint,
}: {
  at: ContractAt
  community: Hex
  checkpoint: Checkpoint
}) {
  return {
    domain: domainOf(at),
    types: TYPES,
    primaryType: 'Checkpoint',
    message: {
      community,
      height: BigInt(checkpoint.height),
      header: hexOf(checkpoint.header),
      stateRoot: hexOf(checkpoint.stateRoot),
    },
  } as const
}

function checkpointDigest(what: { at: ContractAt; community: Hex; checkpoint: Checkpoint }): Hex {
  return hashTypedData(typedCheckpoint(what))
}

function domainOf({ chain, contract }: ContractAt) {
  return { ...NAMES, chainId: chain, verifyingContract: contract }
}

async function signed(key: AnchorKey, digest: Hex): Promise<AnchorVote> {
  const { r, s, yParity } = await sign({ hash: digest, privateKey: hexOf(key.secret) })
  const bytes = fromHex(r.slice(2).padStart(64, '0') + s.slice(2).padStart(64, '0'))
  // s lies in the lower half of the curve's order (EIP-2), so its highest bit is free for the parity (EIP-2098).
  if (yParity === 1) bytes[32] = (bytes[32] ?? 0) | 0x80
  return { key: key.address, signature: bytes }
}

function partsOf(signature: Uint8Array): { r: Hex; s: Hex; yParity: number } {
  const s = signature.slice(32)
  const first = s[0] ?? 0
  s[0] = first & 0x7f
  return { r: hexOf(signature.subarray(0, 32)), s: hexOf(s), yParity: first >> 7 }
}
