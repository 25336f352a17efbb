import {
  communityHead,
  keysUnder,
  leafSecretOf,
  stateKeys,
  type KeyRange,
  type KeyValue,
} from '@tri/community'
import { must } from '@tri/units'
import { fromHex, merkleRoot } from '@tri/units/crypto'

import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import { merkleTree, type MerkleTree } from './merkle-tree.ts'
import { recordLeaves, type RecordLeaves } from './record-leaves.ts'
import { isBlockRecord, metaBytes, type FamilyContents } from './state-root.ts'

/** Where the community keeps who its stewards are. */
const STEWARDS_KEY = 'stewards'
const ACCOUNTS = keysUnder('account')
const MEMBERS = keysUnder('member')

/** The trees over a state that are kept in memory. They are never changed: `after` gives the next ones. */
export interface StateTrees {
  readonly accounts: MerkleTree
  readonly members: MerkleTree
  /** How this book's leaves are made. */
  readonly leaves: RecordLeaves
  /** @param state the state after the changes */
  after(changes: readonly Change[], state: Pick<KeyValue, 'get'>): StateTrees
}

/** The trees over a state as it is. */
export function stateTrees(state: KeyValue): StateTrees {
  const leaves = recordLeaves(leafSecretOf(state))
  const tree = (range: KeyRange): MerkleTree => merkleTree(leavesOf(state.entries(range), leaves))
  return treesOf({ accounts: tree(ACCOUNTS), members: tree(MEMBERS), leaves })
}

function treesOf({ accounts, members, leaves }: Omit<StateTrees, 'after'>): StateTrees {
  return {
    accounts,
    members,
    leaves,
    after(changes, state) {
      const now = changes.some(([key]) => key === stateKeys.leafSecret)
        ? recordLeaves(leafSecretOf(state))
        : leaves
      must(now === leaves || members.size === 0, 'the founding alone says how leaves are made')
      const changed = (tree: MerkleTree, { from, until }: KeyRange): MerkleTree =>
        tree.with(
          changes
            .filter(([key]) => key >= from && key < until)
            .map(([key, value]) => [key, value === undefined ? undefined : now.leafOf(key, value)] as const),
        )
      return treesOf({
        accounts: changed(accounts, ACCOUNTS),
        members: changed(members, MEMBERS),
        leaves: now,
      })
    },
  }
}

function leavesOf(
  records: Iterable<readonly [string, Uint8Array]>,
  { leafOf }: RecordLeaves,
): (readonly [string, Uint8Array])[] {
  return Array.from(records, ([key, value]) => [key, leafOf(key, value)] as const)
}

/** What the five families hold after a block. `state` is the state after it. */
export function contentsOf(
  state: KeyValue,
  of: { readonly trees: StateTrees; readonly facts: Facts; readonly changes: readonly Change[] },
): FamilyContents {
  const genesis = communityHead(state)?.genesis
  return {
    accounts: of.trees.accounts.root,
    members: of.trees.members.root,
    records: merkleRoot(leavesOf(blockRecords(of.changes), of.trees.leaves).map(([, leaf]) => leaf)),
    history: of.facts.history,
    meta: metaBytes(of.facts, {
      genesis: genesis === undefined ? new Uint8Array() : fromHex(genesis),
      stewards: state.get(STEWARDS_KEY),
    }),
  }
}

/** What a block wrote that is proved in it, in key order. */
export function blockRecords(changes: readonly Change[]): (readonly [string, Uint8Array])[] {
  return changes.filter(
    (change): change is readonly [string, Uint8Array] => change[1] !== undefined && isBlockRecord(change[0]),
  )
}
