import { Fault } from '@tri/units'

import { joined, sameBytes } from '../chain/merkle.ts'
import type { SnapshotShelf } from '../cometbft/snapshot-shelf.ts'
import type { Replica } from '../replica/replica.ts'
import { opened, restoreSnapshot } from './restore-snapshot.ts'
import { snapshotRoot } from './snapshot-chunks.ts'

/** The form of our snapshots, as the engine names it. */
const FORMAT = 1
const LEAF_BYTES = 32
/** Verdicts of the engine's protocol. */
const OFFER = { accept: 1, reject: 3, otherFormat: 4 } as const
const PART = { accept: 1, again: 3, rejectSnapshot: 5 } as const

/** A snapshot that is being fetched. */
interface Fetching {
  readonly height: number
  readonly leaves: readonly Uint8Array[]
  readonly stateRoot: Uint8Array
  readonly chunks: (Uint8Array | undefined)[]
}

/**
 * The snapshots of a steward's book as the ordering engine passes them on, and the fetching of one into a book that is
 * empty: for a new steward, who need not execute the whole history. Each part is checked as it comes, so that a steward
 * who sends another is named; the whole is checked against the state root that the engine's light client verified.
 */
export function snapshotShelf(replica: Replica): SnapshotShelf {
  let fetching: Fetching | undefined
  return {
    offers: () =>
      replica.snapshots().map(({ height, leaves, root }) => ({
        height,
        format: FORMAT,
        chunks: leaves.length,
        hash: root,
        metadata: joined(...leaves),
      })),
    chunk: ({ height, format, chunk }) =>
      format === FORMAT
        ? replica
            .snapshots()
            .find((one) => one.height === height)
            ?.chunk(chunk)
        : undefined,
    judge({ snapshot, appHash }) {
      if (snapshot?.format !== FORMAT) return OFFER.otherFormat
      const leaves = leavesIn(snapshot.metadata)
      const isWhole = leaves.length === snapshot.chunks && sameBytes(snapshotRoot(leaves), snapshot.hash)
      if (!isWhole || replica.height > 0 || replica.sequence > 0) return OFFER.reject
      fetching = { height: snapshot.height, leaves, stateRoot: appHash, chunks: leaves.map(() => undefined) }
      return OFFER.accept
    },
    take({ index, chunk, sender }) {
      if (fetching === undefined) return { verdict: PART.rejectSnapshot, rejectSenders: [] }
      if (!isPart(chunk, fetching, index)) return { verdict: PART.again, rejectSenders: [sender] }
      fetching.chunks[index] = Uint8Array.from(chunk)
      const chunks = fetching.chunks.filter((part) => part !== undefined)
      if (chunks.length < fetching.chunks.length) return { verdict: PART.accept, rejectSenders: [] }
      const isRestored = restored(replica, { ...fetching, chunks })
      fetching = undefined
      return { verdict: isRestored ? PART.accept : PART.rejectSnapshot, rejectSenders: [] }
    },
  }
}

function leavesIn(metadata: Uint8Array): Uint8Array[] {
  if (metadata.length % LEAF_BYTES !== 0) return []
  return Array.from({ length: metadata.length / LEAF_BYTES }, (_, i) =>
    metadata.slice(i * LEAF_BYTES, (i + 1) * LEAF_BYTES),
  )
}

function isPart(chunk: Uint8Array, { height, leaves }: Fetching, index: number): boolean {
  try {
    opened(chunk, { leaf: leaves[index], height, index })
    return true
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'snapshot-altered') return false
    throw fault
  }
}

function restored(
  replica: Replica,
  { height, leaves, chunks, stateRoot }: Fetching & { readonly chunks: readonly Uint8Array[] },
): boolean {
  try {
    restoreSnapshot(replica, { height, leaves, chunks }, { stateRoot })
    return true
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'snapshot-altered') return false
    throw fault
  }
}
