import { fromOwnBytes } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { leafOf, rootAlong } from '../src/chain/merkle.ts'
import { nodePrimitives } from '../src/chain/node-primitives.ts'
import { recordLeafOf } from '../src/proof/state-walk.ts'
import type { StatePath } from '../src/replica/replica.ts'
import type { Certificate } from './world.ts'

/** What an answer says of an operation. */
interface Claimed {
  readonly id: string
  readonly digest: string
  readonly sequence: number
  readonly certificate: Certificate
}

const ZERO = Uint8Array.of(0)

/** Whether the path leads from the record of this very operation to the root that the certificate is about. */
export function isProved(path: StatePath | undefined, claimed: Claimed): boolean {
  if (path === undefined || path.key !== `operation/${claimed.id}`) return false
  const text = new TextEncoder()
  const leaf = recordLeafOf(nodePrimitives, path)
  const family = rootAlong(nodePrimitives, leaf, path.steps)
  const familyLeaf = leafOf(nodePrimitives, text.encode(path.family), ZERO, family)
  const root = rootAlong(nodePrimitives, familyLeaf, path.familySteps)
  if (path.family !== 'records' || hex(root) !== claimed.certificate.root) return false
  const record = fromOwnBytes(path.value)
  if (typeof record !== 'object' || record === null || !('digest' in record)) return false
  return record['digest'] === claimed.digest && record['sequence'] === claimed.sequence
}
