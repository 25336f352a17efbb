import type { CommunityRefusal } from '@tri/community'
import { hex, sha256 } from '@tri/units/crypto'

import type { FinalBlock, SignedBytes, Standing } from '../ordering.ts'
import type { Execution } from '../replica/replica.ts'

/** Operations taken here and not yet final; beyond it the door is closed until a block has made room. */
export const WAITING_MAX = 20_000
/** Outcomes remembered for those who ask later; older ones are found again when their bytes are handed in again. */
const REMEMBERED_MAX = 20_000

/** How the operations stand that came through this steward, and those of the blocks it saw. */
export interface OperationStandings {
  of(digest: string): Standing
  /** Takes an operation; false when there is no room. */
  await(digest: string, transaction: Uint8Array): boolean
  /** Gives one up: it was not taken. */
  drop(digest: string): void
  refused(digest: string, refusal: CommunityRefusal): void
  /** Whether an operation came through this steward and is not yet decided. */
  isWaiting(digest: string): boolean
  readonly waiting: number
  /** Those that wait, first come first, to be handed in again after the engine was away. */
  transactions(): Iterable<readonly [digest: string, transaction: Uint8Array]>
  final(block: FinalBlock, execution?: Execution): void
  /** An operation that was handed in again turned out to be final long ago. */
  finalLongAgo(digest: string, at: { readonly height: number; readonly sequence: number }): void
  /** Tells once when an operation is decided. */
  readonly whenDecided: (digest: string, tell: () => void) => () => void
}

export function operationStandings(): OperationStandings {
  const waiting = new Map<string, Uint8Array>()
  const decided = new Map<string, Standing>()
  const { tell, whenDecided } = listeners()

  const decide = (digest: string, standing: Standing): void => {
    waiting.delete(digest)
    // A later outcome stands last, so that the oldest are forgotten first.
    decided.delete(digest)
    decided.set(digest, standing)
    const [oldest] = decided.size > REMEMBERED_MAX ? decided.keys() : []
    if (oldest !== undefined) decided.delete(oldest)
  }
  return {
    of: (digest) => decided.get(digest) ?? (waiting.has(digest) ? { is: 'accepted' } : { is: 'unknown' }),
    await(digest, transaction) {
      if (waiting.size >= WAITING_MAX) return false
      // A refusal of yesterday may be none today: whoever hands it in again asks again.
      decided.delete(digest)
      waiting.set(digest, transaction)
      return true
    },
    drop: (digest) => void waiting.delete(digest),
    refused(digest, refusal) {
      decide(digest, { is: 'refused', refusal })
      tell(digest)
    },
    isWaiting: (digest) => waiting.has(digest),
    get waiting() {
      return waiting.size
    },
    transactions: () => waiting.entries(),
    final(block, execution) {
      const told: string[] = []
      for (const { bytes, sequence } of block.operations) {
        const digest = hex(sha256(bytes))
        decide(digest, { is: 'final', height: block.height, sequence })
        told.push(digest)
      }
      for (const [i, result] of (execution?.results ?? []).entries()) {
        const operation: SignedBytes | undefined = execution?.block.operations[i]
        if (result.ok || operation === undefined) continue
        const digest = hex(sha256(operation.bytes))
        if (decided.get(digest)?.is === 'final') continue
        decide(digest, { is: 'refused', refusal: result.refusal })
        told.push(digest)
      }
      for (const digest of told) tell(digest)
    },
    finalLongAgo(digest, at) {
      decide(digest, { is: 'final', ...at })
      tell(digest)
    },
    whenDecided,
  }
}

/** Who waits for which operation. */
function listeners(): Pick<OperationStandings, 'whenDecided'> & { readonly tell: (digest: string) => void } {
  const waiting = new Map<string, Set<() => void>>()
  return {
    tell(digest) {
      for (const listener of waiting.get(digest) ?? []) listener()
    },
    whenDecided(digest, listener) {
      const of = waiting.get(digest) ?? new Set()
      waiting.set(digest, of.add(listener))
      return () => {
        of.delete(listener)
        if (of.size === 0) waiting.delete(digest)
      }
    },
  }
}
