import { leafDigest, sha256 } from '@tri/units/crypto'

import { joined } from '../chain/merkle.ts'
import { SALT_BYTES, type LeafRecord } from '../proof/state-walk.ts'
import { putKey, utf8 } from './bytes.ts'

/** How the leaves over the records of one book are made. */
export interface RecordLeaves {
  /** What blinds the leaf of a record; undefined in a book that was founded before leaves were blinded. */
  readonly saltOf: (key: string, value: Uint8Array) => Uint8Array | undefined
  /** The digest that stands for a record in its family's tree. */
  readonly leafOf: (key: string, value: Uint8Array) => Uint8Array
}

const SALT_DOMAIN = utf8('tri/leaf-salt/1\0')
/** Stands after a key, which has no such letters: what follows is the value, or a salt and then the value. */
const PLAIN = 0
const BLINDED = 1
/** A leaf's first byte, 0, where a node's is 1. */
const LEAF_PREFIX_BYTES = 1
/** Room for the leaf of any usual record. */
const USUAL_BYTES = 1024

/**
 * The leaves of a book. With a secret, each has a salt that only who has the secret can compute, and that another value
 * of the same record does not share: an old proof tells nothing of what its record became.
 *
 * @param secret what the founding gave: `leafSecretOf`
 * @see          docs/decisions/0015-blinded-leaves.md
 */
export function recordLeaves(secret: Uint8Array | undefined): RecordLeaves {
  if (secret === undefined) return PLAIN_LEAVES
  const before = joined(SALT_DOMAIN, secret)
  const unsalted = unsaltedBytes(before)
  return {
    // Half of the digest is left out, so nobody can go on computing from a salt what it is a salt of.
    saltOf: (key, value) => sha256(unsalted(key, value)).slice(0, SALT_BYTES),
    leafOf(key, value) {
      const bytes = unsalted(key, value)
      const salt = sha256(bytes)
      const at = before.length + LEAF_PREFIX_BYTES + key.length + 1
      for (let i = 0; i < SALT_BYTES; i++) bytes[at + i] = salt[i] ?? 0
      return sha256(bytes.subarray(before.length))
    },
  }
}

/** A record with what blinds its leaf. */
export function leafRecord({ saltOf }: RecordLeaves, key: string, value: Uint8Array): LeafRecord {
  const salt = saltOf(key, value)
  return { key, value, ...(salt === undefined ? {} : { salt }) }
}

const PLAIN_LEAVES: RecordLeaves = {
  saltOf: () => undefined,
  leafOf(key, value) {
    const bytes = new Uint8Array(key.length + 1 + value.length)
    const at = putKey(bytes, key, 0)
    bytes[at] = PLAIN
    bytes.set(value, at + 1)
    return leafDigest(bytes)
  },
}

/**
 * What a salt is over: the domain, the secret, and what the leaf itself is over with zeros in place of the salt. So both are
 * hashed from one run of bytes, which is used again for the next leaf: a settlement has thousands of them.
 */
function unsaltedBytes(before: Uint8Array): (key: string, value: Uint8Array) => Uint8Array {
  const usual = new Uint8Array(USUAL_BYTES)
  usual.set(before)
  return (key, value) => {
    const size = before.length + LEAF_PREFIX_BYTES + key.length + 1 + SALT_BYTES + value.length
    const bytes = size > USUAL_BYTES ? new Uint8Array(size) : usual.subarray(0, size)
    if (size > USUAL_BYTES) bytes.set(before)
    const at = putKey(bytes, key, before.length + LEAF_PREFIX_BYTES)
    bytes[at] = BLINDED
    bytes.fill(0, at + 1, at + 1 + SALT_BYTES)
    bytes.set(value, at + 1 + SALT_BYTES)
    return bytes
  }
}
