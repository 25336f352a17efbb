import { Fault } from '@tri/units'

import type { VaultStore } from '../store/vault-store.ts'
import { bytesIn } from '../store/vault-store.ts'
import { derivedKey, KEY_BYTES, sealed, unsealed, type Dice } from './derived-key.ts'

/** Keys kept ready: a year of one channel. Beyond it all are unwrapped again when they are asked for. */
const KEYS_KEPT_MAX = 512
const CHECK = 'key-check'

/** The key of each channel and epoch: random, and on the disk only wrapped under the vault's key. */
export interface EpochKeys {
  /** The key of an epoch; one is made where there is none, within the caller's transaction. */
  ensured(channel: number, epoch: number): Uint8Array
  /** The key of an epoch; undefined where there is none, or no longer one. @throws Fault `block-unreadable` */
  get(channel: number, epoch: number): Uint8Array | undefined
  destroy(channel: number, epoch: number): void
  /** Forgets what is not on the disk. */
  forget(): void
}

/**
 * The keys of a vault.
 *
 * @throws Fault `vault-key-wrong` when the file was made with another key; `key-unusable` for another length
 */
export function epochKeys(store: VaultStore, vaultKey: Uint8Array, dice: Dice): EpochKeys {
  if (vaultKey.length !== KEY_BYTES) throw new Fault('key-unusable', { length: vaultKey.length })
  const wrapping = derivedKey(vaultKey, 'tri/vault-wrap/1')
  checkKey(store, wrapping, dice)
  const kept = new Map<string, Uint8Array>()
  const keep = (name: string, key: Uint8Array): Uint8Array => {
    if (kept.size >= KEYS_KEPT_MAX) kept.clear()
    kept.set(name, key)
    return key
  }
  const get = (channel: number, epoch: number): Uint8Array | undefined => {
    const name = `${channel}/${epoch}`
    const ready = kept.get(name)
    if (ready !== undefined) return ready
    const row = store.get('SELECT wrapped FROM epoch_keys WHERE channel = ? AND epoch = ?', channel, epoch)
    return row === undefined
      ? undefined
      : keep(name, unsealed(wrapping, bytesIn(row, 'wrapped'), contextOf(name)))
  }
  return {
    get,
    ensured(channel, epoch) {
      const known = get(channel, epoch)
      if (known !== undefined) return known
      const name = `${channel}/${epoch}`
      const key = dice(KEY_BYTES)
      const wrapped = sealed(wrapping, key, contextOf(name), dice)
      store.run('INSERT INTO epoch_keys (channel, epoch, wrapped) VALUES (?, ?, ?)', channel, epoch, wrapped)
      return keep(name, key)
    },
    destroy(channel, epoch) {
      kept.get(`${channel}/${epoch}`)?.fill(0)
      kept.delete(`${channel}/${epoch}`)
      store.run('DELETE FROM epoch_keys WHERE channel = ? AND epoch = ?', channel, epoch)
    },
    forget: () => kept.clear(),
  }
}

function contextOf(name: string): Uint8Array {
  return new TextEncoder().encode(`tri/vault-epoch/1\0${name}`)
}

/** A sealed word tells a wrong key before anything is written with it. */
function checkKey(store: VaultStore, wrapping: Uint8Array, dice: Dice): void {
  const row = store.get('SELECT value FROM facts WHERE name = ?', CHECK)
  if (row === undefined) {
    const word = sealed(wrapping, new TextEncoder().encode(CHECK), contextOf(CHECK), dice)
    store.write(() => store.run('INSERT INTO facts (name, value) VALUES (?, ?)', CHECK, word))
    return
  }
  try {
    unsealed(wrapping, bytesIn(row, 'value'), contextOf(CHECK))
  } catch (cause) {
    throw new Fault('vault-key-wrong', { path: store.path }, { cause })
  }
}
