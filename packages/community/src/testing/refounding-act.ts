import { present } from '@tri/units'
import { fromHex, sign } from '@tri/units/crypto'

import type { KeyValue } from '../key-value.ts'
import type { OperationOf, PreviousChain, StewardEntry } from '../operation.ts'
import { communityHead } from '../queries.ts'
import { REFOUNDING_DOMAIN, refoundingDigest } from '../refounding.ts'
import { seededKey } from './prova.ts'

/** The act that founds a community anew with other stewards, signed by members of whom the seeds are their ids. */
export function refounding(
  store: KeyValue,
  wish: {
    readonly stewards: readonly StewardEntry[]
    readonly signers: readonly string[]
    readonly previous: PreviousChain
  },
): Pick<OperationOf<'steward.refound'>, 'kind' | 'stewards' | 'previous' | 'signatures'> {
  const { community, genesis } = present(communityHead(store), 'a community that is founded anew was founded')
  const { stewards, signers, previous } = wish
  const keys = stewards.map(({ key }) => key)
  const digest = refoundingDigest({ community, founding: fromHex(genesis), stewards: keys, previous })
  const signatures = signers.map((member) => {
    const key = seededKey(member)
    return { member, key: key.publicKey, signature: sign(key, REFOUNDING_DOMAIN, digest) }
  })
  return { kind: 'steward.refound', stewards, previous, signatures }
}
