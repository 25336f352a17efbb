import type { Blocks, Damage } from './channel/blocks.ts'
import { blocksOf } from './channel/blocks.ts'
import { channelsOf, type Channels } from './channel/channels.ts'
import { Windows } from './channel/windows.ts'
import type { Days } from './day-sums.ts'
import { receiptsOf, type Receipts } from './door/receipts.ts'
import { erasuresOf, type Erasures } from './erasure.ts'
import type { Dice } from './keys/derived-key.ts'
import { epochKeys, type EpochKeys } from './keys/epoch-keys.ts'
import { blockLog, type BlockLog } from './store/block-log.ts'
import type { VaultStore } from './store/vault-store.ts'
import type { EpochMs } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'

/** What the parts of a vault work with. */
export interface Core {
  readonly owner: string
  readonly store: VaultStore
  readonly keys: EpochKeys
  readonly log: BlockLog
  readonly channels: Channels
  readonly blocks: Blocks
  readonly windows: Windows
  readonly erasures: Erasures
  readonly receipts: Receipts
  readonly days: Days
  readonly household: KeyPair
  readonly now: () => EpochMs
  /** What was found damaged since the vault was opened, by what it is of. */
  readonly damage: ReadonlyMap<string, Damage>
  /** Runs work in one transaction. When it fails, memory goes back to what the disk says. */
  write<T>(work: () => T): T
}

/** What a core is made of. */
export interface CoreParts {
  readonly owner: string
  readonly store: VaultStore
  readonly key: Uint8Array
  readonly household: KeyPair
  readonly dice: Dice
  readonly days: Days
  readonly now: () => EpochMs
}

/** Damage told of in one run of the program; a disk with more is replaced, not listed. */
const DAMAGE_MAX = 10_000

/** Puts the parts together. */
export function coreOf({ owner, store, key, household, dice, days, now }: CoreParts): Core {
  const damage = new Map<string, Damage>()
  const tell = (one: Damage): void => {
    if (damage.size < DAMAGE_MAX) damage.set([one.meter, one.resolution, one.from, one.block].join('/'), one)
  }
  const keys = epochKeys(store, key, dice)
  const log = blockLog(store, household)
  const channels = channelsOf(store)
  const blocks = blocksOf({ store, keys, log, household, dice }, tell)
  const windows = new Windows({ store, channels, blocks, keys, dice }, tell)
  const erasures = erasuresOf(store)
  const receipts = receiptsOf(store)
  const write = <T>(work: () => T): T => {
    try {
      return store.write(work)
    } catch (error) {
      for (const part of [keys, log, channels, windows, erasures]) part.forget()
      throw error
    }
  }
  return {
    owner,
    store,
    keys,
    log,
    channels,
    blocks,
    windows,
    erasures,
    receipts,
    days,
    household,
    now,
    damage,
    write,
  }
}
