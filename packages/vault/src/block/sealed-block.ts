import { deflateRawSync, inflateRawSync } from 'node:zlib'

import { Fault } from '@tri/units'
import { leafDigest } from '@tri/units/crypto'

import { columnCount, type Entered } from '../entry.ts'
import { derivedKey, sealed, unsealed, type Dice } from '../keys/derived-key.ts'
import type { Resolution } from '../resolution.ts'
import { columnBytes, columnsOf, type Columns } from './columns.ts'

const FORMAT = 'tri/vault-block/1'
/** A block of the most entries there may be, none of which compresses, is smaller. */
const PLAIN_BYTES_MAX = 8 * 1024 * 1024

/** Where a block stands: its channel, the start of its window in ms, and its number in the log. */
export interface BlockPlace {
  readonly meter: string
  readonly resolution: Resolution
  readonly window: number
  readonly number: number
}

/** What a block says about itself without being decrypted; its signature binds it to that. */
function contextOf({ meter, resolution, window, number }: BlockPlace): Uint8Array {
  return new TextEncoder().encode([FORMAT, meter, resolution, window, number].join('\0'))
}

/** Entries, in the order of their instants, compressed and encrypted under the chunk key of the block's number. */
export function sealBlock(
  place: BlockPlace,
  entries: readonly Entered[],
  epochKey: Uint8Array,
  dice: Dice,
): Uint8Array {
  const plain = columnBytes(entries, columnCount(place.resolution))
  const small = deflateRawSync(plain)
  return sealed(chunkKey(epochKey, place.number), small, contextOf(place), dice)
}

/**
 * The entries of a block.
 *
 * @throws Fault `block-unreadable`
 */
export function openBlock(place: BlockPlace, bytes: Uint8Array, epochKey: Uint8Array): Columns {
  const small = unsealed(chunkKey(epochKey, place.number), bytes, contextOf(place))
  return columnsOf(inflated(small), columnCount(place.resolution))
}

/** The leaf of a block in the log: it stays when the block is erased. */
export function blockLeaf(place: BlockPlace, bytes: Uint8Array): Uint8Array {
  return leafDigest(contextOf(place), bytes)
}

/** The key of one block: whoever is given an epoch's key can make those of its blocks, and no other. */
function chunkKey(epochKey: Uint8Array, number: number): Uint8Array {
  return derivedKey(epochKey, 'tri/vault-chunk/1', number)
}

function inflated(small: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(small, { maxOutputLength: PLAIN_BYTES_MAX })
  } catch (cause) {
    throw new Fault('block-unreadable', { reason: 'does not decompress' }, { cause })
  }
}
