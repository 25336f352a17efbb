import { DIGEST_BYTES, putDigest, sha256 } from './digest.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** One step from a leaf towards the root: the sibling's digest and the side it stands on. */
export interface MerkleStep {
  readonly sibling: Uint8Array
  readonly on: 'left' | 'right'
}

/** The digest of a leaf; its prefix differs from a node's, so that neither can pass for the other. */
export function leafDigest(...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(LEAF, ...parts)
}

// A node is put together here: 65 bytes of its own would be a buffer outside the heap, which costs more than the digest.
const pair = Uint8Array.of(...NODE, ...new Uint8Array(2 * DIGEST_BYTES))

/** The digest of the node above two digests of our own: both have their 32 bytes. */
export function nodeDigest(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1)
  pair.set(right, 1 + DIGEST_BYTES)
  const digest = new Uint8Array(DIGEST_BYTES)
  putDigest(pair, digest, 0)
  return digest
}

/**
 * The root of a Merkle tree over leaf digests, as in RFC 9162 section 2.1.1 (an odd one is not doubled). No leaves give
 * the digest of nothing.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256()
  const level = new Uint8Array(leaves.length * DIGEST_BYTES)
  for (const [i, leaf] of leaves.entries()) level.set(leaf, i * DIGEST_BYTES)
  // Each level is written over the beginning of the one below: no digest of a node needs a place of its own.
  for (let count = leaves.length; count > 1; count = Math.ceil(count / 2)) {
    for (let i = 0; 2 * i < count; i++) {
      const two = level.subarray(2 * i * DIGEST_BYTES, Math.min(2 * i + 2, count) * DIGEST_BYTES)
      if (two.length === DIGEST_BYTES) {
        level.set(two, i * DIGEST_BYTES)
        continue
      }
      pair.set(two, 1)
      putDigest(pair, level, i * DIGEST_BYTES)
    }
  }
  return level.slice(0, DIGEST_BYTES)
}

/** The steps from leaf `index` to the root. */
export function merklePath(leaves: readonly Uint8Array[], index: number): MerkleStep[] {
  const steps: MerkleStep[] = []
  let level = [...leaves]
  let at = index
  while (level.length > 1) {
    const sibling = level[at ^ 1]
    if (sibling !== undefined) steps.push({ sibling, on: at % 2 === 0 ? 'right' : 'left' })
    at >>= 1
    level = levelAbove(level)
  }
  return steps
}

/** The root that a leaf digest and its path lead to: compare it with the root that is known. */
export function rootOfPath(leaf: Uint8Array, path: readonly MerkleStep[]): Uint8Array {
  return path.reduce(
    (digest, { sibling, on }) =>
      on === 'left' ? sha256(NODE, sibling, digest) : sha256(NODE, digest, sibling),
    leaf,
  )
}

function levelAbove(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = []
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Uint8Array
    const right = level[i + 1]
    above.push(right === undefined ? left : nodeDigest(left, right))
  }
  return above
}
