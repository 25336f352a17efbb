import { Fault, epochMs, must, type EpochMs } from '@tri/units'
import { hex, sign, type KeyPair } from '@tri/units/crypto'

import { unreadable } from '../block/byte-reader.ts'
import type { Columns } from '../block/columns.ts'
import { blockLeaf, openBlock, sealBlock } from '../block/sealed-block.ts'
import type { Entered } from '../entry.ts'
import type { Dice } from '../keys/derived-key.ts'
import type { EpochKeys } from '../keys/epoch-keys.ts'
import { epochOf, RESOLUTIONS, type Resolution } from '../resolution.ts'
import type { BlockLog } from '../store/block-log.ts'
import { numberIn, type VaultStore } from '../store/vault-store.ts'
import type { Channel } from './channels.ts'

/** What a signature over a block's leaf is for. */
export const BLOCK_DOMAIN = 'tri/vault-block/1'

/** Something that was kept and cannot be read any more: what it was, and of when. The rest is read without it. */
export interface Damage {
  readonly meter: string
  readonly resolution: Resolution
  readonly from: EpochMs
  readonly until: EpochMs
  /** Its number in the log; null for what had not been put into a block yet. */
  readonly block: number | null
  readonly reason: string
}

/** What blocks are read and written with. */
export interface BlockPorts {
  readonly store: VaultStore
  readonly keys: EpochKeys
  readonly log: BlockLog
  readonly household: KeyPair
  readonly dice: Dice
}

/** The sealed blocks of a vault. */
export interface Blocks {
  /** The numbers of a channel's blocks whose windows start in `[from, until)`, by window, oldest first. */
  numbers(channel: Channel, from: number, until: number): ReadonlyMap<number, readonly number[]>
  /** What a block holds; what is damaged is told, and gives nothing. */
  read(channel: Channel, window: number, number: number): Columns | undefined
  /** Seals entries as the next block, within the caller's transaction. */
  seal(channel: Channel, window: number, entries: readonly Entered[]): void
}

/** The blocks of a file. @param tell is told what is damaged */
export function blocksOf(ports: BlockPorts, tell: (damage: Damage) => void): Blocks {
  const { store, keys, log, household, dice } = ports
  return {
    numbers(channel, from, until) {
      const rows = store.all(
        `SELECT number, window FROM leaves
         WHERE is_held = 1 AND channel = ? AND window >= ? AND window < ? ORDER BY window, number`,
        channel.id,
        from,
        until,
      )
      const numbers = new Map<number, number[]>()
      for (const row of rows) {
        const window = numberIn(row, 'window')
        const known = numbers.get(window)
        if (known === undefined) numbers.set(window, [numberIn(row, 'number')])
        else known.push(numberIn(row, 'number'))
      }
      return numbers
    },
    read(channel, window, number) {
      try {
        return opened(ports, channel, window, number)
      } catch (error) {
        tell(damageOf(channel, window, number, reasonOf(error)))
        return undefined
      }
    },
    seal(channel, window, entries) {
      const number = log.size()
      const place = { meter: channel.meter, resolution: channel.resolution, window, number }
      const epochKey = keys.ensured(channel.id, epochOf(channel.resolution, window))
      const bytes = sealBlock(place, entries, epochKey, dice)
      const leaf = blockLeaf(place, bytes)
      log.push(leaf)
      store.run(
        'INSERT INTO leaves (number, channel, window, leaf, signature, is_held) VALUES (?, ?, ?, ?, ?, 1)',
        number,
        channel.id,
        window,
        leaf,
        sign(household, BLOCK_DOMAIN, leaf),
      )
      store.run('INSERT INTO blocks (number, bytes) VALUES (?, ?)', number, bytes)
    },
  }
}

function opened({ store, keys }: BlockPorts, channel: Channel, window: number, number: number): Columns {
  const row = store.get('SELECT leaf, bytes FROM blocks JOIN leaves USING (number) WHERE number = ?', number)
  const [leaf, bytes] = [row?.['leaf'], row?.['bytes']]
  if (!(leaf instanceof Uint8Array && bytes instanceof Uint8Array)) throw unreadable('is no longer there')
  const place = { meter: channel.meter, resolution: channel.resolution, window, number }
  if (hex(blockLeaf(place, bytes)) !== hex(leaf)) throw unreadable('is not what was signed')
  const key = keys.get(channel.id, epochOf(channel.resolution, window))
  if (key === undefined) throw unreadable('has lost its key')
  return openBlock(place, bytes, key)
}

/**
 * Why a block cannot be read, where that is the block's own fault. Anything else, a broken promise of ours above all, is no
 * damage and goes on its way.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof Fault && error.code === 'block-unreadable') return String(error.details['reason'])
  if (error instanceof Fault && error.code === 'vault-unreadable')
    return 'lies on a page of the file that is damaged'
  throw error
}

/** The damage of a block, or with null of what was not in one yet. */
export function damageOf(channel: Channel, window: number, block: number | null, reason: string): Damage {
  const { windowMs } = RESOLUTIONS[channel.resolution]
  must(window % windowMs === 0, 'a window starts where windows start')
  const { meter, resolution } = channel
  return { meter, resolution, from: epochMs(window), until: epochMs(window + windowMs), block, reason }
}
