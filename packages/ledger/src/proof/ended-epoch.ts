import { keysUnder, leafSecretOf } from '@tri/community'
import { present } from '@tri/units'

import { withFewestSignatures } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { headerHash } from '../chain/header-hash.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { genesisBytes, genesisDigest, type Genesis } from '../genesis.ts'
import { leafRecord, recordLeaves } from '../replica/record-leaves.ts'
import type { Epoch } from './proof-bytes.ts'
import { setChangesBefore, type ProofSource } from './proof-of.ts'
import type { MemberList, RefoundingSignature } from './refounding.ts'

/**
 * The members as the newest state has them, to be taken when that state is the one which the last certified block carries:
 * whoever checks a founding anew counts them.
 */
export function memberListOf({ replica }: Pick<ProofSource, 'replica'>): MemberList {
  const leaves = recordLeaves(leafSecretOf(replica.store))
  const records = Array.from(replica.store.entries(keysUnder('member')), ([key, value]) =>
    leafRecord(leaves, key, value),
  )
  const path = present(replica.pathOf(records[0]?.key ?? ''), 'a founded community has a member')
  return { records, siblings: path.familySteps.map(({ sibling }) => sibling) }
}

/**
 * The genesis of a chain that goes on where another one ended, with other stewards: what the members are asked to sign.
 *
 * @param last the last certified block of the chain before
 */
export function genesisAfter(before: Genesis, last: LightBlock, stewards: readonly Uint8Array[]): Genesis {
  const { community, founding } = before
  const previous = {
    genesis: genesisDigest(nodePrimitives, before),
    height: last.header.height,
    block: headerHash(nodePrimitives, last.header),
  }
  return { community, founding, stewards, previous }
}

/** A founding that has come to its end, as every later proof carries it. */
export async function endedEpoch(
  source: ProofSource,
  last: LightBlock,
  succession: { readonly members: MemberList; readonly signatures: readonly RefoundingSignature[] },
): Promise<Epoch> {
  const blocks = [...(await setChangesBefore(source, last.header.height)), last].map(withFewestSignatures)
  return { genesis: genesisBytes(source.genesis), blocks, succession }
}
