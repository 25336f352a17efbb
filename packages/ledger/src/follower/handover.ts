import { stewardChanges } from '@tri/community'
import { must, type EpochMs } from '@tri/units'

import { versionAt } from '../replica/protocol.ts'
import type { Replica } from '../replica/replica.ts'

/** The block after which several stewards go on with the chain that one began, and what they begin with. */
export interface Handover {
  /** The last block of the one steward. */
  readonly height: number
  readonly time: EpochMs
  /** After that block. */
  readonly stateRoot: Uint8Array
  /** The keys that sign the next one. */
  readonly stewards: readonly Uint8Array[]
  readonly protocol: number
}

/**
 * Where the one steward handed over, as the book itself tells, so that every box begins the next engine with the same
 * bytes: the stewards changed in a block, and the next one, which is her last, names them. Undefined while she keeps the
 * book alone, or where her last block has not come yet.
 *
 * @param after the height at which a founding anew took the chain up; 0 where there was none
 */
export function handoverIn(replica: Replica, after = 0): Handover | undefined {
  for (const sequence of stewardChanges(replica.store)) {
    const changedAt = replica.heightOf(sequence)
    if (changedAt === undefined || changedAt <= after) continue
    const stewards = stewardsNamedAt(replica, changedAt)
    if (stewards.length === 1) continue
    const height = changedAt + 1
    const last = replica.blockRecord(height)
    if (last === undefined) return undefined
    const { time, stateRoot } = last
    return { height, time, stateRoot, stewards, protocol: versionAt(replica.store, height + 1) }
  }
  return undefined
}

function stewardsNamedAt(replica: Replica, height: number): readonly Uint8Array[] {
  for (const block of replica.blocks(height)) {
    const events = block.operations.flatMap((operation) => operation.events)
    const changed = events.findLast((event) => event.is === 'stewards-changed')
    must(changed !== undefined, 'the block that changed the stewards says so', { height })
    return changed.stewards.map(({ key }) => key)
  }
  return []
}
