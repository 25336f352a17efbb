import { Fault, canonicalBytes, fromCanonicalBytes } from '@tri/units'

import { sameBytes } from '../chain/merkle.ts'
import type { Replica } from '../replica/replica.ts'
import { opened, restoreSnapshot } from '../snapshot/restore-snapshot.ts'
import { snapshotRoot } from '../snapshot/snapshot-chunks.ts'
import type { RequestOf, ResponseOf, SnapshotOffer } from './abci-messages.ts'

/** Snapshots as the engine hands them from steward to steward. */
export interface SnapshotShelf {
  /** What this steward can give. */
  offers(): readonly SnapshotOffer[]
  /** A part of one; undefined when it is not (or no more) here. */
  chunk(asked: RequestOf<'loadSnapshotChunk'>): Uint8Array | undefined
  /** Whether an offered one is taken, as the engine counts verdicts. */
  judge(offered: RequestOf<'offerSnapshot'>): number
  /** Takes the next part; the last one restores the book, or rejects the snapshot when the root is another. */
  take(part: RequestOf<'applySnapshotChunk'>): ResponseOf<'applySnapshotChunk'>
}

/** The form of our snapshots, as the engine tells forms apart. */
const FORMAT = 1
const LEAF_BYTES = 32
/** Parts of one snapshot: 4 GB of state. What the engine may say at once about a snapshot holds as many leaves thrice. */
const PARTS_MAX = 1024
const OFFER = { accept: 1, abort: 2, reject: 3, rejectFormat: 4 } as const
const PART = { accept: 1, abort: 2, again: 3, rejectSnapshot: 5 } as const

interface Receiving {
  readonly height: number
  readonly leaves: readonly Uint8Array[]
  readonly stateRoot: Uint8Array
  readonly parts: Map<number, Uint8Array>
}

/**
 * The snapshots of a replica, in parts. An empty book takes one that was offered, each part checked by its leaf and the whole
 * by the state root that the engine's light client believed. What that root does not cover is covered a few blocks later,
 * when the root of the snapshot itself becomes part of the state: a forged one then leads to another root than the others'.
 */
export function snapshotShelf(replica: Replica): SnapshotShelf {
  let receiving: Receiving | undefined
  return {
    offers: () =>
      replica
        .snapshots()
        .filter(({ leaves }) => leaves.length <= PARTS_MAX)
        .map(({ height, leaves, root }) => ({
          height,
          format: FORMAT,
          chunks: leaves.length,
          hash: root,
          metadata: canonicalBytes(leaves),
        })),
    chunk({ height, format, chunk }) {
      if (format !== FORMAT) return undefined
      return replica
        .snapshots()
        .find((one) => one.height === height)
        ?.chunk(chunk)
    },
    judge({ snapshot, appHash }) {
      if (replica.height > 0) return OFFER.abort
      if (snapshot === undefined) return OFFER.reject
      if (snapshot.format !== FORMAT) return OFFER.rejectFormat
      const leaves = leavesIn(snapshot)
      if (leaves === undefined) return OFFER.reject
      receiving = { height: snapshot.height, leaves, stateRoot: appHash, parts: new Map() }
      return OFFER.accept
    },
    take({ index, chunk, sender }) {
      if (receiving === undefined) return { verdict: PART.abort, rejectSenders: [] }
      if (!isPart(receiving, index, chunk)) return { verdict: PART.again, rejectSenders: [sender] }
      receiving.parts.set(index, chunk)
      if (receiving.parts.size < receiving.leaves.length) return { verdict: PART.accept, rejectSenders: [] }
      const verdict = restored(replica, receiving) ? PART.accept : PART.rejectSnapshot
      receiving = undefined
      return { verdict, rejectSenders: [] }
    },
  }
}

/** The leaves that a snapshot is said to have, when they lead to its hash and are as many as its parts. */
function leavesIn({ metadata, chunks, hash }: SnapshotOffer): Uint8Array[] | undefined {
  if (chunks === 0 || chunks > PARTS_MAX || metadata.length > PARTS_MAX * 2 * LEAF_BYTES) return undefined
  const listed = unlessFault('bytes-not-canonical', () => fromCanonicalBytes(metadata))
  if (!Array.isArray(listed)) return undefined
  const leaves = listed
    .filter((leaf) => leaf instanceof Uint8Array)
    .filter(({ length }) => length === LEAF_BYTES)
  return leaves.length === chunks && sameBytes(snapshotRoot(leaves), hash) ? leaves : undefined
}

function isPart({ height, leaves }: Receiving, index: number, chunk: Uint8Array): boolean {
  return (
    unlessFault('snapshot-altered', () => opened(chunk, { leaf: leaves[index], height, index })) !== undefined
  )
}

function restored(replica: Replica, { height, leaves, stateRoot, parts }: Receiving): boolean {
  const chunks = leaves.map((_, i) => parts.get(i) ?? new Uint8Array(0))
  return (
    unlessFault('snapshot-altered', () => {
      restoreSnapshot(replica, { height, leaves, chunks }, { root: snapshotRoot(leaves), stateRoot })
      return true
    }) ?? false
  )
}

function unlessFault<T>(code: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof Fault && error.code === code) return undefined
    throw error
  }
}
