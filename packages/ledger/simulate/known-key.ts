import { seededKey } from '@tri/community/testing'
import type { KeyPair } from '@tri/units/crypto'

const keys = new Map<string, KeyPair>()

/** The key pair of a name: always the same, and made once for all runs of a process. */
export function knownKey(name: string): KeyPair {
  const key = keys.get(name) ?? seededKey(name)
  keys.set(name, key)
  return key
}
