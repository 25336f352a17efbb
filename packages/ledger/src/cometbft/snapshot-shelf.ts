import type { RequestOf, ResponseOf, SnapshotOffer } from './abci-messages.ts'

/** Snapshots as the engine hands them from steward to steward. */
export interface SnapshotShelf {
  /** What this steward can give. */
  offers(): readonly SnapshotOffer[]
  /** A part of one; undefined when it is not (or no more) here. */
  chunk(asked: RequestOf<'loadSnapshotChunk'>): Uint8Array | undefined
  /** Whether an offered one is taken: 1 accept, 3 reject, 4 its format is unknown. */
  judge(offered: RequestOf<'offerSnapshot'>): number
  /** Takes the next part; the last one restores the book, or rejects the snapshot when the root is another. */
  take(part: RequestOf<'applySnapshotChunk'>): ResponseOf<'applySnapshotChunk'>
}

/** A shelf with nothing on it: what is offered is refused. */
export const SNAPSHOTS_NONE: SnapshotShelf = {
  offers: () => [],
  chunk: () => undefined,
  judge: () => 3,
  take: () => ({ verdict: 5, rejectSenders: [] }),
}
