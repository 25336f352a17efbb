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

/**
 * The leaves of a book. With a secret, each has a salt that only who has the secret can compute, and that another value
 * of the same record does not share: an old proof tells nothing of what its record became.
 *
 * @param secret what the founding gave: `leafSecretOf`
 * @see          docs/decisions/0015-blinded-leaves.md
 */
export function recordLeaves(secret: Uint8Array | undefined): RecordLeaves {
  if (secret === undefined) return PLAIN_LEAVES
  const prefix = joined(SALT_DOMAIN, secret)
  // Half of the digest is left out, so nobody can go on computing from a salt what it is a salt of.
  const saltOver = (unsalted: Uint8Array): Uint8Array => sha256(prefix, unsalted).subarray(0, SALT_BYTES)
  return {
    saltOf: (key, value) => saltOver(unsaltedBytes(key, value)),
    leafOf(key, value) {
      const bytes = unsaltedBytes(key, value)
      bytes.set(saltOver(bytes), key.length + 1)
      return leafDigest(bytes)
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

/** What a blinded leaf is over, zeros standing for the salt. Put together in one run: a settlement has thousands of them. */
function unsaltedBytes(key: string, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(key.length + 1 + SALT_BYTES + value.length)
  const at = putKey(bytes, key, 0)
  bytes[at] = BLINDED
  bytes.set(value, at + 1 + SALT_BYTES)
  return bytes
}
