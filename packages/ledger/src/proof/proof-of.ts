import { stewardChanges, type KeyValue } from '@tri/community'
import { must } from '@tri/units'

import { withFewestSignatures } from '../chain/light-block-bytes.ts'
import type { LightBlock } from '../chain/light-block.ts'
import { sameBytes } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { chainIdOf, genesisBytes, type Genesis } from '../genesis.ts'
import type { Replica } from '../replica/replica.ts'
import type { MeterPart } from './meter-columns.ts'
import { proofBytes, type Epoch } from './proof-bytes.ts'
import { familyOf } from './proved-record.ts'
import { statePath, stateRootAlong } from './state-walk.ts'

/** Where proofs are made from: a copy of the book, and the certificates of its blocks. */
export interface ProofSource {
  readonly genesis: Genesis
  /** Foundings before this one, whole, first to last; none unless the community was founded anew. */
  readonly past?: readonly Epoch[]
  readonly replica: Pick<Replica, 'pathOf' | 'heightOf'> & { readonly store: KeyValue }
  /** The certificate of the state after a height, as `Ordering.certified`. */
  certified(height: number): Promise<LightBlock>
}

/**
 * A proof of one record: an account or a member as it is now, a posting, a receipt or a settlement in the block that wrote
 * it. It begins at the genesis, so that whoever checks it needs no more than the genesis' text.
 *
 * @param key   of the record in the book: `stateKeys`
 * @param meter with a settlement's record, one meter's part of it
 * @returns     canonical bytes; undefined when the book has no such record, or it is older than the chain
 */
export async function proofOf(
  source: ProofSource,
  key: string,
  meter?: MeterPart,
): Promise<Uint8Array | undefined> {
  const family = familyOf(key)
  const path = family === undefined ? undefined : source.replica.pathOf(key)
  if (family === undefined || path === undefined) return undefined
  const newest = await source.certified(path.height)
  must(newest.header.height === path.height + 1, 'a certificate is of the next height', {
    height: path.height,
  })
  const { value, salt } = path
  const located = { key, value, family, ...(salt === undefined ? {} : { salt }) }
  const marked = statePath(nodePrimitives, located, path)
  const root = stateRootAlong(nodePrimitives, located, marked)
  const isCertified = root.ok && sameBytes(root.value, newest.header.appHash)
  must(isCertified, 'a certificate carries the root of its height', { height: path.height })
  return proofBytes({
    epochs: await epochsTo(source, newest),
    ...located,
    path: marked,
    ...(meter === undefined ? {} : { meter }),
  })
}

/** The foundings up to that of a block, and that one's chain up to the block: an old posting lies in an old chain. */
async function epochsTo(source: ProofSource, newest: LightBlock): Promise<Epoch[]> {
  const { past = [], genesis } = source
  const { chainId, height } = newest.header
  const isOf = (of: Uint8Array) => chainIdOf(nodePrimitives.sha256(of)) === chainId
  const at = past.findIndex((epoch) => isOf(epoch.genesis))
  const ended = past[at]
  const changes =
    ended === undefined
      ? await setChangesBefore(source, height)
      : ended.blocks.filter((block) => block.header.height < height && changesSet(block))
  const blocks = [...changes, newest].map(withFewestSignatures)
  const last = { genesis: ended?.genesis ?? genesisBytes(genesis), blocks }
  return [...(ended === undefined ? past : past.slice(0, at)), last]
}

/**
 * The blocks of this founding, up to a height, whose headers name another set for the next block: all that a follower
 * needs to believe a newer one.
 */
export async function setChangesBefore(source: ProofSource, height: number): Promise<LightBlock[]> {
  const first = source.genesis.previous?.height ?? 0
  const changes: LightBlock[] = []
  for (const sequence of stewardChanges(source.replica.store)) {
    const at = source.replica.heightOf(sequence)
    if (at === undefined || at < first || at + 1 >= height) continue
    const block = await source.certified(at)
    if (changesSet(block)) changes.push(block)
  }
  return changes
}

/** A new address, or another way to reach a box, changes the record but not who signs. */
function changesSet({ header }: LightBlock): boolean {
  return !sameBytes(header.validatorsHash, header.nextValidatorsHash)
}
