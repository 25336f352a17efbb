import { zstdDecompressSync } from 'node:zlib'

import { communityHead, keysUnder, memoryStore, type KeyValue } from '@tri/community'
import { Fault, present } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'

import { sameBytes } from '../chain/merkle.ts'
import { blockFromRow } from '../replica/block-body.ts'
import { factsFrom } from '../replica/facts.ts'
import type { Replica } from '../replica/replica.ts'
import { metaBytes, stateRootOf } from '../replica/state-root.ts'
import { stateTrees } from '../replica/state-trees.ts'
import {
  CHUNK_BYTES_MAX,
  chunkLeaf,
  headOf,
  rowsOf,
  snapshotRoot,
  type SnapshotHead,
  type StateRow,
} from './snapshot-chunks.ts'

/** A snapshot as it came from somebody. */
export interface ReceivedSnapshot {
  readonly height: number
  /** One leaf a part. */
  readonly leaves: readonly Uint8Array[]
  /** The parts, compressed. */
  readonly chunks: readonly Uint8Array[]
}

/** What is known of it otherwise: at least one of them from a certified header. */
export interface KnownOfSnapshot {
  /** The root over its parts, as the stewards' `meta` has it. */
  readonly root?: Uint8Array
  /** The state root after its height. */
  readonly stateRoot?: Uint8Array
}

/** Records larger than a part are parts of their own: none is larger than an operation may be. */
const PART_BYTES_MAX = CHUNK_BYTES_MAX * 8
/** What the state root is computed from when a snapshot is checked; the rest is vouched for by the root over the parts. */
const ROOTED_KEYS = [keysUnder('account'), keysUnder('member')]

/**
 * Fills an empty book with a snapshot, after every part of it was checked: against its leaf, the leaves against the root
 * that the stewards certified, and the state against the state root.
 *
 * @throws Fault `snapshot-altered` with the part's number, from 0; the book is then still empty
 */
export function restoreSnapshot(replica: Replica, received: ReceivedSnapshot, known: KnownOfSnapshot): void {
  const { height, leaves, chunks } = received
  const root = snapshotRoot(leaves)
  if (known.root !== undefined && !sameBytes(root, known.root))
    throw altered(height, 0, 'its list of parts is another')
  if (chunks.length !== leaves.length || chunks.length === 0)
    throw altered(height, chunks.length, 'parts are missing')
  for (const [i, chunk] of chunks.entries()) opened(chunk, { leaf: leaves[i], height, index: i })
  const parts = function* (): Iterable<StateRow> {
    for (const [i, chunk] of chunks.entries())
      if (i > 0) yield* rowsOf(opened(chunk, { leaf: leaves[i], height, index: i }))
  }
  const head = headOf(
    opened(present(chunks[0], 'there is a first part'), { leaf: leaves[0], height, index: 0 }),
  )
  checkHead(head, parts(), { height, stateRoot: known.stateRoot })
  replica.restore(head, parts(), root)
}

/** A part as it was before it was compressed, once its leaf is right. */
export function opened(
  chunk: Uint8Array,
  {
    leaf,
    height,
    index,
  }: { readonly leaf: Uint8Array | undefined; readonly height: number; readonly index: number },
): Uint8Array {
  const bytes = decompressed(chunk)
  if (bytes === undefined) throw altered(height, index, 'it cannot be opened')
  if (leaf === undefined || !sameBytes(chunkLeaf(bytes), leaf))
    throw altered(height, index, 'its digest is another')
  return bytes
}

function decompressed(chunk: Uint8Array): Uint8Array | undefined {
  try {
    return zstdDecompressSync(chunk, { maxOutputLength: PART_BYTES_MAX })
  } catch {
    // Bytes from a stranger that are no compressed ones are simply wrong.
    return undefined
  }
}

function checkHead(
  head: SnapshotHead,
  rows: Iterable<StateRow>,
  { height, stateRoot }: { readonly height: number; readonly stateRoot: Uint8Array | undefined },
): void {
  const facts = factsFrom(head.facts)
  const { contents } = blockFromRow(head.block, { height, sequence: head.sequence })
  const state = rootedRecords(rows)
  const trees = stateTrees(state)
  const genesis = communityHead(state)?.genesis
  const meta = metaBytes(facts, {
    genesis: genesis === undefined ? new Uint8Array() : fromHex(genesis),
    stewards: state.get('stewards'),
  })
  const isWhole =
    facts.height === height &&
    facts.sequence === head.sequence &&
    sameBytes(contents.accounts, trees.accounts.root) &&
    sameBytes(contents.members, trees.members.root) &&
    sameBytes(contents.history, facts.history) &&
    hex(contents.meta) === hex(meta)
  const isCertified = stateRoot === undefined || sameBytes(stateRootOf(contents), stateRoot)
  if (!isWhole || !isCertified) throw altered(height, 0, 'its state does not lead to the state root')
}

function rootedRecords(rows: Iterable<StateRow>): KeyValue {
  const state = memoryStore()
  for (const [key, value] of rows)
    if (!key.includes('/') || ROOTED_KEYS.some(({ from, until }) => key >= from && key < until))
      state.set(key, value)
  return state
}

function altered(height: number, chunk: number, reason: string): Fault {
  return new Fault('snapshot-altered', { height, chunk, reason })
}
