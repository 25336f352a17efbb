import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { array, nat, record, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  fromHex,
  hex,
  leafDigest,
  merklePath,
  merkleRoot,
  rootOfPath,
  sha256,
} from '../../src/crypto/index.ts'
import { law } from '../../src/testing/index.ts'

const path = join(import.meta.dirname, '..', 'cases', 'merkle', 'roots.json')
const known: { leaves: string[]; roots: string[] } = JSON.parse(readFileSync(path, 'utf8'))

/** RFC 9162, section 2.1.1, word by word: split at the largest power of two below the count. */
function definedRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return sha256()
  if (leaves.length === 1) return first
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return sha256(Uint8Array.of(1), definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)))
}

const digests = array(uint8Array({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 }).map(
  (all) => all.map((bytes) => leafDigest(bytes)),
)

describe('the Merkle tree', () => {
  test.each(known.roots.map((root, i) => ({ root, count: i + 1 })))(
    'the root over the first $count known leaves is the known one',
    ({ root, count }) => {
      const leaves = known.leaves.slice(0, count).map((leaf) => leafDigest(fromHex(leaf)))
      expect(hex(merkleRoot(leaves))).toBe(root)
    },
  )
  test('no leaves have the digest of nothing, and one leaf is its own root', () => {
    expect(hex(merkleRoot([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    const leaf = leafDigest(Uint8Array.of(7))
    expect(merkleRoot([leaf])).toEqual(leaf)
    expect(merklePath([leaf], 0)).toEqual([])
  })
  test('a node cannot pass for a leaf: the same bytes give another digest', () => {
    const [a, b] = [leafDigest(Uint8Array.of(1)), leafDigest(Uint8Array.of(2))]
    expect(hex(leafDigest(a, b))).not.toBe(hex(merkleRoot([a, b])))
  })
  test('a leaf given in parts is the leaf of the parts together', () => {
    expect(leafDigest(Uint8Array.of(1, 2), Uint8Array.of(3))).toEqual(leafDigest(Uint8Array.of(1, 2, 3)))
  })
  law(
    'the root is the one the RFC defines',
    digests,
    (leaves) => hex(merkleRoot(leaves)) === hex(definedRoot(leaves)),
  )
  law('every leaf leads to the root by its path', digests, (leaves) => {
    const root = hex(merkleRoot(leaves))
    return leaves.every((leaf, i) => hex(rootOfPath(leaf, merklePath(leaves, i))) === root)
  })
  law(
    'a leaf that was changed does not lead to the root',
    record({ leaves: digests, at: nat() }),
    ({ leaves, at }) => {
      const index = at % leaves.length
      return (
        hex(rootOfPath(leafDigest(Uint8Array.of(9, 9, 9, 9, 9)), merklePath(leaves, index))) !==
        hex(merkleRoot(leaves))
      )
    },
  )
})

describe('hexadecimal digits', () => {
  law('bytes come back from their digits', uint8Array(), (bytes) => hex(fromHex(hex(bytes))) === hex(bytes))
  test('an odd digit, or what is none, is refused', () => {
    expect(fromHex('')).toEqual(new Uint8Array())
    expect(fromHex('0aFF')).toEqual(Uint8Array.of(10, 255))
    for (const wrong of ['0', '0g', ' 00', '0x00'])
      expect(() => fromHex(wrong)).toThrow('bytes-not-hexadecimal')
  })
})
