import { communityHead, keysUnder, type KeyValue } from '@tri/community'
import { fromHex } from '@tri/units/crypto'

import type { Facts } from './facts.ts'
import type { Change } from './layer.ts'
import { merkleTree, recordsRoot, type MerkleTree } from './merkle-tree.ts'
import { isBlockRecord, metaBytes, type FamilyContents } from './state-root.ts'

/** Where the community keeps who its stewards are. */
const STEWARDS_KEY = 'stewards'
const ACCOUNTS = keysUnder('account')
const MEMBERS = keysUnder('member')

/** The trees over a state that are kept in memory. They are never changed: `after` gives the next ones. */
export interface StateTrees {
  readonly accounts: MerkleTree
  readonly members: MerkleTree
  after(changes: readonly Change[]): StateTrees
}

/** The trees over a state as it is. */
export function stateTrees(state: KeyValue): StateTrees {
  return treesOf(merkleTree(state.entries(ACCOUNTS)), merkleTree(state.entries(MEMBERS)))
}

function treesOf(accounts: MerkleTree, members: MerkleTree): StateTrees {
  return {
    accounts,
    members,
    after: (changes) =>
      treesOf(
        accounts.with(changes.filter(([key]) => key >= ACCOUNTS.from && key < ACCOUNTS.until)),
        members.with(changes.filter(([key]) => key >= MEMBERS.from && key < MEMBERS.until)),
      ),
  }
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
    records: recordsRoot(blockRecords(of.changes)),
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
