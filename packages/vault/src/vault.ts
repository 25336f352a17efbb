import { accept, Fault, type EpochMs, type Outcome } from '@tri/units'
import { hex, type KeyPair } from '@tri/units/crypto'

import { append, type Appended, type Conflict } from './append.ts'
import { backup, type BackupRequest } from './backup.ts'
import type { Damage } from './channel/blocks.ts'
import { check, type CheckReport } from './check.ts'
import { coreOf, type Core } from './core.ts'
import { utcDays, type Days } from './day-sums.ts'
import { exportedBytes, type ExportFormat } from './door/export-rows.ts'
import { householdPolicy, type Grain, type Policy, type ViewRequest } from './door/policy.ts'
import type { ViewReceipt } from './door/receipts.ts'
import { admit, versions, view } from './door/view.ts'
import type { VaultEntry } from './entry.ts'
import { erase, type ErasureReport, type ErasureRequest } from './erasure.ts'
import type { Dice } from './keys/derived-key.ts'
import type { ErasureRefusal, ViewRefusal } from './refusal.ts'
import type { LogHead } from './store/block-log.ts'
import { conflictsIn } from './conflicts.ts'
import { newestIn } from './newest.ts'
import { openVaultStore } from './store/vault-store.ts'

/** What a vault is opened with. */
export interface VaultPorts {
  /** The file; its folder exists. */
  readonly path: string
  /** 32 bytes that never leave this node: see `vaultKeyFile`. */
  readonly key: Uint8Array
  /** The member whose readings these are. */
  readonly owner: string
  /** With it the household signs blocks and the log. */
  readonly household: KeyPair
  /** The machine's randomness. */
  readonly dice: Dice
  readonly clock: { readonly now: () => EpochMs }
  /** The household's calendar; days of UTC when left out. */
  readonly days?: Days
  /** Who may see what; the household's own policy when left out. */
  readonly policy?: Policy
  /** How large the file may grow; as large as the disk allows when left out. */
  readonly bytesMax?: number
}

/** A household's readings, and the one door through which they leave. */
export interface Vault extends Disposable {
  /**
   * Keeps entries, all or none. When it returns, they are on the disk: one wait for the disk, however many they are. So a
   * node gathers what its devices say within a second and gives it in one call.
   *
   * @param entries at most 64 000, in any order; what was given before is known and not kept twice
   * @throws Fault `entry-unusable`, `quantity-not-exact`, `append-too-large`; `vault-disk-full`, `vault-unwritable`: nothing of it was kept
   */
  append(entries: readonly VaultEntry[]): Appended
  /**
   * Rows of one meter in the order of time, for who may have them. Days and months that touch the range are given whole.
   *
   * @returns rows of the grain; what of the range is damaged; what was erased. Or why not: `view-not-granted`,
   *          `grain-not-granted`, `meter-not-kept`, `view-range-unusable`, `view-range-too-long` (180 000 rows)
   */
  view<G extends Grain>(request: ViewRequest<G>): ReturnType<typeof view<G>>
  /** Everything that was said of the instant `from`: what counts, what it took the place of, what contradicts it. */
  versions(request: ViewRequest<'second' | 'slot'>): ReturnType<typeof versions>
  /** As `view`, as the pieces of a file, of any length: one receipt for all, and a day of readings in memory at a time. */
  export(request: ViewRequest, format: ExportFormat): Outcome<Iterable<Uint8Array>, ViewRefusal>
  /** Who asked for what between two instants, the newest first; 1000 at most. */
  receipts(from: EpochMs, until: EpochMs): readonly ViewReceipt[]
  /** Instants of a meter at which two different things were said; 1000 at most. What was said: `versions`. */
  conflicts(meter: string): readonly Conflict[]
  /** Names of meters, and nothing of what they showed. */
  meters(): readonly string[]
  /** The newest instant that is kept of a meter, of whichever channel, and nothing of what it showed; undefined where nothing can be read there. */
  newestAt(meter: string): EpochMs | undefined
  /** What was found damaged since the vault was opened. */
  damage(): readonly Damage[]
  /** Reads and checks every block, in steps of 64. */
  check(): Generator<number, CheckReport>
  /** The log as the household signed it; undefined before the first block. */
  head(): LogHead | undefined
  /** Destroys the keys of a range and what they were for, and says what it did and what it cannot undo. */
  erase(request: ErasureRequest): Outcome<ErasureReport, ErasureRefusal>
  /**
   * Copies the vault to a new file while it goes on.
   *
   * @throws Fault `backup-exists`, `passphrase-too-short`, `vault-disk-full`, `vault-unwritable`
   */
  backup(request: BackupRequest): Promise<void>
  close(): void
}

/**
 * Opens, or makes, a household's vault, for this process alone.
 *
 * @throws Fault `vault-in-use`, `vault-unreadable`, `vault-newer`, `vault-key-wrong`, `vault-other-owner`,
 *               `vault-other-zone`, `vault-disk-full`, `vault-unwritable`
 * @see          docs/vault.md; the bytes: docs/formats.md
 */
export function openVault(ports: VaultPorts): Vault {
  const { path, key, owner, household, dice, clock, days = utcDays, bytesMax } = ports
  const policy = ports.policy ?? householdPolicy(owner)
  const store = openVaultStore(path, bytesMax === undefined ? {} : { bytesMax })
  try {
    const core = coreOf({ owner, store, key, household, dice, days, now: () => clock.now() })
    const publicKey = hex(household.publicKey)
    if (stated(core, 'owner', owner) !== owner || stated(core, 'public-key', publicKey) !== publicKey)
      throw new Fault('vault-other-owner', { path })
    const zone = stated(core, 'zone', days.zone)
    if (zone !== days.zone) throw new Fault('vault-other-zone', { path, zone })
    return vaultOver(core, policy, { key, dice })
  } catch (error) {
    store.close()
    throw error
  }
}

function vaultOver(
  core: Core,
  policy: Policy,
  { key, dice }: { readonly key: Uint8Array; readonly dice: Dice },
): Vault {
  const close = (): void => core.store.close()
  return {
    append: (entries) => append(core, entries),
    view: (request) => view(core, policy, request),
    versions: (request) => versions(core, policy, request),
    export(request, format) {
      const admitted = admit(core, policy, request, { isWhole: true })
      return admitted.ok ? accept(exportedBytes(core, request, format)) : admitted
    },
    receipts: (from, until) => core.receipts.between(from, until),
    conflicts: (meter) => conflictsIn(core, meter),
    meters: () => [...new Set(core.channels.all().map(({ meter }) => meter))].toSorted(),
    newestAt: (meter) => newestIn(core, meter),
    damage: () => [...core.damage.values()],
    check: () => check(core),
    head: () => (core.log.size() === 0 ? undefined : core.log.head()),
    erase: (request) => erase(core, request),
    backup: (request) => backup(core, key, dice, request),
    close,
    [Symbol.dispose]: close,
  }
}

/** What the file says of itself; said now where it is new. */
function stated({ store }: Core, name: string, value: string): string {
  const row = store.get('SELECT value FROM facts WHERE name = ?', name)
  if (row !== undefined) return String(row['value'])
  store.write(() => store.run('INSERT INTO facts (name, value) VALUES (?, ?)', name, value))
  return value
}
