import { hex } from '@tri/units/crypto'

import type { SignState } from './engine-home.ts'
import { askAnswer, engineStatus, type Answer } from './engine-answers.ts'
import type { EngineRpc } from './engine-rpc.ts'
import { addressOf } from './steward-keys.ts'

/** What the other stewards remember of a key: asked before a box signs with it. */
export interface PeerMemory {
  /** The last they saw it sign; undefined when nobody answers, or nobody ever saw it. */
  lastSignedBy(key: Uint8Array): Promise<SignState | undefined>
  /** Whether a node with this key is connected to one of them now. */
  aliveElsewhere(key: Uint8Array): Promise<boolean>
}

/** Blocks looked through for the last signature of a key: a steward who missed more is no danger to them. */
export const COMMITS_SEARCHED = 200
const PRECOMMIT = 3
const STEPS = { PREVOTE: 2, PRECOMMIT: 3 } as const
const VOTE = /^Vote\{\d+:([0-9A-F]{12}) (\d+)\/(\d+)\/SIGNED_MSG_TYPE_(PREVOTE|PRECOMMIT)/

/** What one steward can tell of a key from her own engine. */
export interface MemoryPorts {
  readonly rpc: EngineRpc
  /** The name of the node (hex) that signs with a key; undefined when no steward has it. */
  readonly nodeOf: (key: Uint8Array) => string | undefined
}

/**
 * Answers another box's question from this steward's engine: from the votes of the height under way, and from the
 * signatures under the last COMMITS_SEARCHED blocks.
 *
 * @throws Fault `engine-silent` when the engine does not answer
 */
export function memoryOfEngine({ rpc, nodeOf }: MemoryPorts): PeerMemory {
  return {
    async lastSignedBy(key) {
      const address = addressOf(key)
      return (await votedNow(rpc, address)) ?? (await committedLately(rpc, address))
    },
    async aliveElsewhere(key) {
      const node = nodeOf(key)
      return node !== undefined && (await engineStatus(rpc)).peers.includes(node)
    },
  }
}

/** Several stewards' memories as one: the latest that any of them saw. One that does not answer says nothing. */
export function memoryOfAll(memories: readonly PeerMemory[]): PeerMemory {
  return {
    async lastSignedBy(key) {
      const seen = await Promise.allSettled(memories.map((memory) => memory.lastSignedBy(key)))
      let latest: SignState | undefined
      for (const one of seen)
        if (one.status === 'fulfilled' && one.value !== undefined)
          if (latest === undefined || isLater(one.value, latest)) latest = one.value
      return latest
    },
    async aliveElsewhere(key) {
      const told = await Promise.allSettled(memories.map((memory) => memory.aliveElsewhere(key)))
      return told.some((one) => one.status === 'fulfilled' && one.value)
    },
  }
}

/** Whether a signature came after another of the same key. */
export function isLater(a: SignState, b: SignState): boolean {
  return (a.height - b.height || a.round - b.round || a.step - b.step) > 0
}

/** The height under way is in no block yet: its votes are listed as text, with the first half of each voter's address. */
async function votedNow(rpc: EngineRpc, address: Uint8Array): Promise<SignState | undefined> {
  const start = hex(address.subarray(0, 6)).toUpperCase()
  const state = (await askAnswer(rpc, 'consensus_state')).at('round_state')
  let latest: SignState | undefined
  for (const round of state.at('height_vote_set').list())
    for (const vote of [...round.at('prevotes').list(), ...round.at('precommits').list()]) {
      const found = VOTE.exec(vote.text())
      if (found?.[1] !== start) continue
      const seen = {
        height: Number(found[2]),
        round: Number(found[3]),
        step: found[4] === 'PREVOTE' ? STEPS.PREVOTE : STEPS.PRECOMMIT,
      }
      if (latest === undefined || isLater(seen, latest)) latest = seen
    }
  return latest
}

async function committedLately(rpc: EngineRpc, address: Uint8Array): Promise<SignState | undefined> {
  const sync = (await askAnswer(rpc, 'status')).at('sync_info')
  const newest = sync.at('latest_block_height').count()
  const oldest = Math.max(sync.at('earliest_block_height').count(), newest - COMMITS_SEARCHED + 1, 1)
  const wanted = hex(address)
  for (let height = newest; height >= oldest; height--) {
    const commit = (await askAnswer(rpc, 'commit', { height: String(height) }))
      .at('signed_header')
      .at('commit')
    if (
      commit
        .at('signatures')
        .list()
        .some((one) => signedIt(one, wanted))
    )
      return { height, round: commit.at('round').count(), step: PRECOMMIT }
  }
  return undefined
}

function signedIt(signature: Answer, wanted: string): boolean {
  return (
    signature.at('block_id_flag').count() !== 1 && hex(signature.at('validator_address').hex()) === wanted
  )
}
