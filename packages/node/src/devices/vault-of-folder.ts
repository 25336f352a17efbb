import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault, SLOT_MS, epochMs, present } from '@tri/units'
import { openVault, vaultKeyFile, type Days, type Vault } from '@tri/vault'

import type { Calendar } from '../calendar.ts'
import { wallClock } from '../daemon/machine-ports.ts'
import { systemRandom, type OpenNode } from '../daemon/open-node.ts'

const OWNER_ONLY_FOLDER = 0o700

/** Where a data folder keeps the readings of its household. */
export interface VaultPlace {
  readonly folder: string
  readonly readings: string
  readonly key: string
}

export function vaultPlace(folder: string): VaultPlace {
  const place = join(folder, 'vault')
  return { folder: place, readings: join(place, 'readings.sqlite'), key: join(place, 'key') }
}

/** Makes the folder that a vault lies in, for its owner alone. */
export async function makeVaultFolder({ folder }: VaultPlace): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
}

export function isVaultThere(folder: string): boolean {
  return existsSync(vaultPlace(folder).readings)
}

/** What the vault of a folder takes on the disk; 0 where there is none. */
export function vaultBytesOf(folder: string): number {
  return statSync(vaultPlace(folder).readings, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * Opens, or makes, the vault of a data folder for its household.
 *
 * @throws Fault `key-not-held`, and those of `openVault` and `vaultKeyFile`
 */
export async function openVaultOf(
  { folder, keys, view }: Pick<OpenNode, 'folder' | 'keys' | 'view'>,
  member: string,
): Promise<Vault> {
  const household = keys.keyOf(member)
  if (household === undefined) throw new Fault('key-not-held', { member })
  const place = vaultPlace(folder.path)
  await makeVaultFolder(place)
  return openVault({
    path: place.readings,
    key: vaultKeyFile(place.key, systemRandom),
    owner: member,
    household,
    dice: systemRandom,
    clock: { now: wallClock },
    days: localDays(view.calendar),
  })
}

/** The community's calendar, as the vault counts its days. */
function localDays(calendar: Calendar): Days {
  return {
    zone: calendar.timezone,
    dayOf: (at) => {
      const name = calendar.dateOf(at)
      const { firstSlot, slots } = present(calendar.day(name), 'the day of an instant exists')
      const from = firstSlot * SLOT_MS
      return { name, from: epochMs(from), until: epochMs(from + slots * SLOT_MS) }
    },
  }
}
