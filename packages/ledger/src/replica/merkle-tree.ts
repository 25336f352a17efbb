import { merkleRoot, nodeDigest } from '@tri/units/crypto'
import { present } from '@tri/units'

import { nodePrimitives } from '../chain/node-primitives.ts'
import { stepsFrom, type PathStep } from '../chain/merkle.ts'

/** A record's leaf, by the record's key; undefined where the record is deleted. */
export type LeafChange = readonly [key: string, leaf: Uint8Array | undefined]

/**
 * A Merkle tree over the leaves of records in key order that is kept in memory. A tree is never changed: `with` gives the next one,
 * which shares what did not change, so that several blocks can be tried on one.
 */
export interface MerkleTree {
  readonly root: Uint8Array
  /** Records. */
  readonly size: number
  with(changes: readonly LeafChange[]): MerkleTree
  stepsOf(key: string): PathStep[] | undefined
}

/** Changed leaves up to which only their paths are hashed again; above it the whole tree is as quick. */
const PATHS_MAX = 0.7

/** The tree over the leaves of records that come in key order. */
export function merkleTree(records: Iterable<readonly [key: string, leaf: Uint8Array]>): MerkleTree {
  const keys: string[] = []
  const leaves: Uint8Array[] = []
  for (const [key, leaf] of records) {
    keys.push(key)
    leaves.push(leaf)
  }
  return treeOver(keys, new Map(keys.map((key, i) => [key, i])), levelsOver(leaves))
}

type Levels = readonly (readonly Uint8Array[])[]

function treeOver(keys: readonly string[], indexOf: ReadonlyMap<string, number>, levels: Levels): MerkleTree {
  const leaves = levels[0] ?? []
  return {
    root: levels.at(-1)?.[0] ?? merkleRoot([]),
    size: keys.length,
    with(changes) {
      if (changes.length === 0) return this
      const isSameSet = changes.every(([key, leaf]) => leaf !== undefined && indexOf.has(key))
      if (!isSameSet) return merged(keys, leaves, changes)
      const next = new Map<number, Uint8Array>()
      for (const [key, leaf] of changes)
        if (leaf !== undefined) next.set(present(indexOf.get(key), 'the key was found'), leaf)
      return treeOver(keys, indexOf, changedLevels(levels, next))
    },
    stepsOf(key) {
      const index = indexOf.get(key)
      return index === undefined ? undefined : stepsFrom(nodePrimitives, leaves, index)
    },
  }
}

function merged(
  keys: readonly string[],
  leaves: readonly Uint8Array[],
  changes: readonly LeafChange[],
): MerkleTree {
  const leafOf = new Map(keys.map((key, i) => [key, present(leaves[i], 'every key has a leaf')]))
  for (const [key, leaf] of changes) {
    if (leaf === undefined) leafOf.delete(key)
    else leafOf.set(key, leaf)
  }
  const sorted = [...leafOf.keys()].sort()
  const next = sorted.map((key) => present(leafOf.get(key), 'every key has a leaf'))
  return treeOver(sorted, new Map(sorted.map((key, i) => [key, i])), levelsOver(next))
}

function levelsOver(leaves: readonly Uint8Array[]): Levels {
  const levels: (readonly Uint8Array[])[] = [leaves]
  for (let level = leaves; level.length > 1;) {
    const above: Uint8Array[] = []
    for (let i = 0; i < level.length; i += 2) above.push(nodeAt(level, i))
    levels.push(above)
    level = above
  }
  return levels
}

function nodeAt(level: readonly Uint8Array[], i: number): Uint8Array {
  const left = present(level[i], 'a node has a left child')
  const right = level[i + 1]
  return right === undefined ? left : nodeDigest(left, right)
}

function changedLevels(levels: Levels, changed: ReadonlyMap<number, Uint8Array>): Levels {
  if (changed.size > (levels[0]?.length ?? 0) * PATHS_MAX) {
    const leaves = [...(levels[0] ?? [])]
    for (const [i, leaf] of changed) leaves[i] = leaf
    return levelsOver(leaves)
  }
  const next: Uint8Array[][] = []
  let at: Iterable<number> = changed.keys()
  for (const [height, level] of levels.entries()) {
    const copy = [...level]
    if (height === 0) for (const [i, leaf] of changed) copy[i] = leaf
    else for (const i of at) copy[i] = nodeAt(present(next[height - 1], 'the level below is done'), 2 * i)
    next.push(copy)
    at = new Set([...at].map((i) => i >> 1))
  }
  return next
}
