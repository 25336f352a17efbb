import { sign, type KeyPair } from '@tri/units/crypto'

import { nodePrimitives } from '../chain/node-primitives.ts'
import { genesisDigest, type Genesis } from '../genesis.ts'
import { REFOUNDING_DOMAIN, type RefoundingSignature } from './refounding.ts'

/** Signs a new founding of the community as one of its members. */
export function refoundingSignature(genesis: Genesis, member: string, key: KeyPair): RefoundingSignature {
  const signature = sign(key, REFOUNDING_DOMAIN, genesisDigest(nodePrimitives, genesis))
  return { member, key: key.publicKey, signature }
}
