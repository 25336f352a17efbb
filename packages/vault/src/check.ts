import { hex, isSignedBy } from '@tri/units/crypto'

import { BLOCK_DOMAIN, type Damage } from './channel/blocks.ts'
import type { Core } from './core.ts'
import { growPeaks, isHeadSigned, rootOf, type LogHead } from './store/block-log.ts'
import { bytesIn, numberIn } from './store/vault-store.ts'

/** Blocks looked at in one step, so that whoever checks a year can let others in between. */
const STEP_BLOCKS = 64

/** What a check found. */
export interface CheckReport {
  /** Blocks that were there to be read. */
  readonly blocks: number
  /** Blocks that were erased, of which the leaf is left. */
  readonly erased: number
  readonly damaged: readonly Damage[]
  /** Blocks whose signature is not the household's. */
  readonly unsigned: readonly number[]
  /** Whether the leaves are those the household signed as a whole: none is missing, none was put in its place. */
  readonly isLogWhole: boolean
}

/**
 * Reads every block, checks its leaf, its signature and the log. It runs in steps of a few milliseconds: whoever drives it
 * decides what happens between them. @yields how many leaves were looked at
 */
export function* check(core: Core): Generator<number, CheckReport> {
  const peaks: Uint8Array[] = []
  const unsigned: number[] = []
  // What is appended between the steps is of the next check.
  const head = core.log.size() === 0 ? undefined : core.log.head()
  const size = head?.size ?? 0
  const count = { blocks: 0, erased: 0, leaves: 0 }
  while (count.leaves < size) {
    const rows = core.store.all(
      'SELECT * FROM leaves WHERE number >= ? ORDER BY number LIMIT ?',
      count.leaves,
      Math.min(STEP_BLOCKS, size - count.leaves),
    )
    for (const row of rows) {
      const [number, leaf] = [numberIn(row, 'number'), bytesIn(row, 'leaf')]
      // A number that is missing shows in the root.
      growPeaks(peaks, leaf, count.leaves++)
      if (!isSignedBy(core.household.publicKey, BLOCK_DOMAIN, leaf, bytesIn(row, 'signature')))
        unsigned.push(number)
      if (row['is_held'] === 0) count.erased++
      else if (readable(core, row)) count.blocks++
    }
    if (rows.length === 0) break
    yield count.leaves
  }
  return {
    blocks: count.blocks,
    erased: count.erased,
    damaged: [...core.damage.values()],
    unsigned,
    isLogWhole: count.leaves === size && (head === undefined || isWhole(head, peaks)),
  }
}

function readable(core: Core, row: Parameters<typeof numberIn>[0]): boolean {
  const channel = core.channels.byId(numberIn(row, 'channel'))
  return core.blocks.read(channel, numberIn(row, 'window'), numberIn(row, 'number')) !== undefined
}

function isWhole(head: LogHead, peaks: readonly Uint8Array[]): boolean {
  return isHeadSigned(head) && hex(head.root) === hex(rootOf(peaks))
}
