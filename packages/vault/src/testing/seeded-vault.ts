import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs, type EpochMs } from '@tri/units'
import { keyPairFromSeed, sha256 } from '@tri/units/crypto'

import type { Dice } from '../keys/derived-key.ts'
import { openVault, type Vault, type VaultPorts } from '../vault.ts'

/** Dice that fall the same for the same seed: for tests, never for a key that keeps anything. */
export function seededDice(seed: string): Dice {
  let rolls = 0
  return (bytes) => {
    const found = new Uint8Array(bytes)
    for (let at = 0; at < bytes; at += 32) {
      const digest = sha256(new TextEncoder().encode(`${seed}/${rolls++}`))
      found.set(digest.subarray(0, Math.min(32, bytes - at)), at)
    }
    return found
  }
}

/** A vault in a folder of its own, which goes when the vault is closed. Its clock stands until it is set. */
export interface SeededVault extends Disposable {
  readonly vault: Vault
  readonly folder: string
  readonly ports: VaultPorts
  readonly clock: { at: EpochMs; now: () => EpochMs }
  /** Closes it and opens it again, as a restart does. */
  reopened(changes?: Partial<VaultPorts>): Vault
}

/**
 * Where vaults of tests lie: in memory where there is such a folder. What a disk does at a power cut no test can see, and each
 * append waits for it.
 */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Makes a vault with keys and dice of a seed. */
export function seededVault(seed: string, changes: Partial<VaultPorts> = {}): SeededVault {
  const folder = mkdtempSync(join(FOLDER, 'tri-vault-'))
  const clock = { at: epochMs(1_780_000_000_000), now: () => clock.at }
  const ports: VaultPorts = {
    path: join(folder, 'vault.sqlite'),
    key: sha256(new TextEncoder().encode(`key of ${seed}`)),
    owner: 'home-1',
    household: keyPairFromSeed(sha256(new TextEncoder().encode(`household of ${seed}`))),
    dice: seededDice(seed),
    clock,
    ...changes,
  }
  let vault = openVault(ports)
  return {
    get vault() {
      return vault
    },
    folder,
    ports,
    clock,
    reopened(more = {}) {
      vault.close()
      vault = openVault({ ...ports, dice: seededDice(`${seed} again`), ...more })
      return vault
    },
    [Symbol.dispose]() {
      vault.close()
      rmSync(folder, { recursive: true })
    },
  }
}
