import { must, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { rootOf, stepsFrom } from '../chain/merkle.ts'
import { nodePrimitives } from '../chain/node-primitives.ts'
import { fieldsIn } from './bytes.ts'
import type { ChainStore, KeptBlock } from './chain-store.ts'
import type { Facts } from './facts.ts'
import { leafRecord, type RecordLeaves } from './record-leaves.ts'
import type { StateFamily, StatePath } from './replica.ts'
import { familyStepsOf, isBlockRecord, type FamilyContents } from './state-root.ts'
import type { StateTrees } from './state-trees.ts'

/** The newest state, with what its root is made of. */
interface Newest {
  readonly facts: Facts
  readonly trees: StateTrees
  readonly contents: FamilyContents
}

/**
 * The path of a record: of an account or a member as it is now, of a record in the block that wrote it, or of `meta` and
 * `history` themselves. Undefined when there is no such record, or its block is not kept here.
 */
export function statePathIn(chain: ChainStore, key: string, newest: Newest): StatePath | undefined {
  if (key === 'meta' || key === 'history') return ofFamily(key, newest)
  if (isBlockRecord(key)) return ofBlockRecord(chain, key, newest.trees.leaves)
  const family: StateFamily = key.startsWith('account/') ? 'accounts' : 'members'
  const steps = newest.trees[family].stepsOf(key)
  if (steps === undefined) return undefined
  const value = present(chain.state.get(key), 'a record in the tree is in the state')
  const { contents, facts, trees } = newest
  return {
    ...leafRecord(trees.leaves, key, value),
    family,
    steps,
    familySteps: familyStepsOf(contents, family),
    height: facts.changedAt,
  }
}

function ofFamily(family: 'meta' | 'history', { contents, facts }: Newest): StatePath {
  const familySteps = familyStepsOf(contents, family)
  return { key: family, value: contents[family], family, steps: [], familySteps, height: facts.changedAt }
}

function ofBlockRecord(chain: ChainStore, key: string, leavesOfBook: RecordLeaves): StatePath | undefined {
  const value = chain.state.get(key)
  if (value === undefined) return undefined
  const height = chain.wroteAt(key) ?? heightOfRecord(chain, value)
  const block = height === undefined ? undefined : chain.block(height)
  if (block === undefined) return undefined
  const leaves = leavesOf(chain, block, leavesOfBook)
  const index = block.records.findIndex((record) => record.key === key)
  must(index >= 0, 'a block wrote the records that say so', { key, height })
  return {
    ...leafRecord(leavesOfBook, key, value),
    family: 'records',
    steps: stepsFrom(nodePrimitives, leaves, index),
    familySteps: familyStepsOf(block.contents, 'records'),
    height: block.height,
  }
}

function heightOfRecord(chain: ChainStore, value: Uint8Array): number | undefined {
  const { sequence } = fieldsIn(value)
  return typeof sequence === 'number' ? chain.heightOf(sequence) : undefined
}

function leavesOf(
  chain: ChainStore,
  { records, contents, height }: KeptBlock,
  { leafOf }: RecordLeaves,
): Uint8Array[] {
  const leaves = records.map(
    ({ key, leaf }) =>
      leaf ?? leafOf(key, present(chain.state.get(key), 'what a block wrote for ever is there')),
  )
  const isWhole = hex(rootOf(nodePrimitives, leaves)) === hex(contents.records)
  must(isWhole, 'the records of a block lead to its root', { height })
  return leaves
}
