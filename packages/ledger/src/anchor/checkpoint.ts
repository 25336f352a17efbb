import { canonicalBytes, must } from '@tri/units'
import { leafDigest, merklePath, merkleRoot, rootOfPath, type MerkleStep } from '@tri/units/crypto'

/** A certified block, reduced to what is hung outside: no amount, no name. */
export interface Checkpoint {
  /** SHA-256 of the genesis document, 32 bytes: whose book it is. */
  readonly genesis: Uint8Array
  readonly height: number
  /** Hash of the header of this height, 32 bytes. */
  readonly header: Uint8Array
  /** The state root that this header carries: the one after the block before it, 32 bytes. */
  readonly stateRoot: Uint8Array
}

const TAG = new TextEncoder().encode('tri/checkpoint/1')

/** Whether two checkpoints say the same. */
export function isSameCheckpoint(a: Checkpoint, b: Checkpoint): boolean {
  return Buffer.compare(checkpointLeaf(a), checkpointLeaf(b)) === 0
}

/** What a checkpoint is in the tree of a federation. */
function checkpointLeaf({ genesis, height, header, stateRoot }: Checkpoint): Uint8Array {
  return leafDigest(TAG, canonicalBytes([genesis, height, header, stateRoot]))
}

/** The checkpoints of many communities under one root, and the path from each to it. */
export interface FederationRoot {
  readonly root: Uint8Array
  /** In the order of the checkpoints. */
  readonly paths: readonly (readonly MerkleStep[])[]
}

/**
 * One root over the checkpoints of many communities: a federation hangs it in one transaction, and each community keeps
 * its path.
 *
 * @param checkpoints  at least one, in any order
 */
export function federationRoot(checkpoints: readonly Checkpoint[]): FederationRoot {
  must(checkpoints.length > 0, 'a federation of no community has no root')
  const leaves = checkpoints.map(checkpointLeaf)
  return { root: merkleRoot(leaves), paths: leaves.map((_, i) => merklePath(leaves, i)) }
}

/** Whether a checkpoint lies under the root of a federation. */
export function isFederated(
  checkpoint: Checkpoint,
  { root, path }: { readonly root: Uint8Array; readonly path: readonly MerkleStep[] },
): boolean {
  return Buffer.compare(rootOfPath(checkpointLeaf(checkpoint), path), root) === 0
}
