import { accept, canonicalBytes } from '@tri/units'
import { fromHex, hex, isSignedBy, sha256 } from '@tri/units/crypto'

import { keysUnder, type KeyValue } from './key-value.ts'
import type { OperationOf, PreviousChain, StewardEntry } from './operation.ts'
import { no } from './refusal.ts'
import type { Played, Scene } from './scene.ts'
import { records, recordsIn, type Head, type Member } from './state.ts'
import { putInForce, wrongSet } from './stewards.ts'

/** The domain of a member's signature under a founding anew. */
export const REFOUNDING_DOMAIN = 'tri/refounding/1'
/** Where the height lies at which the newest founding anew took the chain up. */
const REFOUNDED_KEY = 'refounded'

/** What the members are asked to sign when too many stewards are gone for good. */
export interface RefoundingTerms {
  readonly community: string
  /** SHA-256 of the founding operation. */
  readonly founding: Uint8Array
  /** Keys of the new stewards, 32 bytes each. */
  readonly stewards: readonly Uint8Array[]
  readonly previous: PreviousChain
}

/**
 * The digest that members sign: that of the new chain's genesis.
 *
 * @see docs/formats.md, “A genesis”
 */
export function refoundingDigest({ community, founding, stewards, previous }: RefoundingTerms): Uint8Array {
  return sha256(
    canonicalBytes({ format: 'tri/genesis/1', community, founding, stewards, previous: { ...previous } }),
  )
}

/**
 * Puts new stewards in the place of those who are gone, when more than half of the members who have a key have signed it.
 * Anybody may bring the signatures; the stewards that are gone need not agree.
 */
export function playRefound(scene: Scene, operation: OperationOf<'steward.refound'>): Played {
  const { store, head } = scene
  const { stewards, previous, signatures } = operation
  const wrong = wrongSet(store, stewards)
  if (wrong !== undefined) return wrong
  const last = refoundedAfter(store)
  if (previous.height <= last) return no('refounding-stale', { height: last })
  const voters = votersIn(store)
  const digest = refoundingDigest(termsOf(head, stewards, previous))
  const signed = new Set<string>()
  for (const { member, key, signature } of signatures) {
    const isHers = voters.get(member)?.keys.includes(hex(key)) === true && !signed.has(member)
    if (!isHers || !isSignedBy(key, REFOUNDING_DOMAIN, digest, signature))
      return no('refounding-signature-wrong', { member })
    signed.add(member)
  }
  if (signed.size * 2 <= voters.size)
    return no('refounding-signatures-few', { signed: signed.size, of: voters.size })
  store.set(REFOUNDED_KEY, canonicalBytes({ height: previous.height }))
  return accept([{ is: 'community-refounded', height: previous.height }, ...putInForce(scene, stewards)])
}

function termsOf(head: Head, stewards: readonly StewardEntry[], previous: PreviousChain): RefoundingTerms {
  const keys = stewards.map(({ key }) => key)
  return { community: head.community, founding: fromHex(head.genesis), stewards: keys, previous }
}

/** The height of the old chain after which the newest founding anew took it up; 0 in a chain that is its first. */
export function refoundedAfter(store: KeyValue): number {
  const bytes = store.get(REFOUNDED_KEY)
  return bytes === undefined ? 0 : records.refounded(bytes).height
}

/** Members who have not left and have a key: those who can sign. */
function votersIn(store: KeyValue): ReadonlyMap<string, Member> {
  const voters = new Map<string, Member>()
  for (const member of recordsIn(store, keysUnder('member'), records.member))
    if (member.leftAt === undefined && member.keys.length > 0) voters.set(member.id, member)
  return voters
}
