import type { KeyValue } from '@tri/community'
import { ALL_KEYS } from '@tri/community'
import { canonicalBytes, Fault, fromOwnBytes } from '@tri/units'
import { leafDigest, merkleRoot } from '@tri/units/crypto'

import { utf8 } from '../replica/bytes.ts'

/** Bytes of a part before it is compressed: four of them fit a steward's memory many times. */
export const CHUNK_BYTES_MAX = 4_000_000
const LENGTH_BYTES = 4

/** A record of the state, as a snapshot holds it. */
export type StateRow = readonly [key: string, value: Uint8Array]

/**
 * The state as parts, in key order. A record lies in one part; the same state has the same parts on every machine.
 *
 * @param chunkBytes bytes of a part; a larger record is a part of its own
 */
export function* stateChunks(
  state: Pick<KeyValue, 'entries'>,
  chunkBytes: number = CHUNK_BYTES_MAX,
): Iterable<Uint8Array> {
  // Records are written one behind the other: a part has tens of thousands, too many for an object each.
  let part = new Uint8Array(chunkBytes)
  let end = 0
  for (const [key, value] of state.entries(ALL_KEYS)) {
    const name = utf8(key)
    const length = 2 * LENGTH_BYTES + name.length + value.length
    if (end > 0 && end + length > chunkBytes) {
      yield part.slice(0, end)
      end = 0
    }
    if (length > part.length) part = new Uint8Array(length)
    end = putRow(part, [name, value], end)
  }
  if (end > 0) yield part.slice(0, end)
}

/** Writes a record at a place. @returns the place after it */
function putRow(part: Uint8Array, row: readonly [name: Uint8Array, value: Uint8Array], at: number): number {
  const view = new DataView(part.buffer)
  let end = at
  for (const bytes of row) {
    view.setUint32(end, bytes.length)
    part.set(bytes, end + LENGTH_BYTES)
    end += LENGTH_BYTES + bytes.length
  }
  return end
}

/** The records that a part holds. @throws Fault `bytes-not-canonical` when it is cut or runs on */
export function* rowsOf(chunk: Uint8Array): Iterable<StateRow> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let at = 0
  const next = (): Uint8Array => {
    const end =
      at + LENGTH_BYTES <= chunk.length ? at + LENGTH_BYTES + view.getUint32(at) : Number.POSITIVE_INFINITY
    if (end > chunk.length) throw new Fault('bytes-not-canonical', { reason: 'a record is cut' })
    const bytes = chunk.slice(at + LENGTH_BYTES, end)
    at = end
    return bytes
  }
  while (at < chunk.length) yield [new TextDecoder().decode(next()), next()]
}

/** The leaf of a part. */
export function chunkLeaf(chunk: Uint8Array): Uint8Array {
  return leafDigest(chunk)
}

/** What a snapshot is known by: the root over its parts. */
export function snapshotRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(leaves)
}

/** What stands before the records: what the chain knows of itself, and the block that the state is of. */
export interface SnapshotHead {
  readonly facts: Uint8Array
  readonly block: Uint8Array
  readonly sequence: number
}

const FORMAT = 'tri/snapshot/1'

/** The first part. */
export function headChunk({ facts, block, sequence }: SnapshotHead): Uint8Array {
  return canonicalBytes([FORMAT, facts, block, sequence])
}

/** @throws Fault `bytes-not-canonical` when it is no such part */
export function headOf(chunk: Uint8Array): SnapshotHead {
  const value = fromOwnBytes(chunk)
  const [format, facts, block, sequence] = Array.isArray(value) ? value : []
  const isHead = format === FORMAT && facts instanceof Uint8Array && block instanceof Uint8Array
  if (!isHead || typeof sequence !== 'number')
    throw new Fault('bytes-not-canonical', { reason: 'no head of a snapshot' })
  return { facts, block, sequence }
}
