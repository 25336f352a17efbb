import { existsSync } from 'node:fs'
import { chmod, open, rm, type FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { Fault, epochMs, slotOf, slotStart, type EpochMs } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { restoreVault, type CheckReport, type ErasureRemainder, type Vault } from '@tri/vault'
import { z } from 'zod'

import { wallClock } from '../daemon/machine-ports.ts'
import { readDevices, writeDevices } from '../devices/devices-file.ts'
import { onlyMember } from '../devices/open-household.ts'
import {
  isVaultThere,
  makeVaultFolder,
  openVaultOf,
  vaultBytesOf,
  vaultPlace,
} from '../devices/vault-of-folder.ts'
import type { TaskProgress } from './door.ts'
import type { OwnerSeat } from './tasks.ts'

const OWNER_ONLY_FILE = 0o600
/** Receipts that the state of a vault names: the last ones tell whether somebody else asks. */
const RECEIPTS_SHOWN = 5
const EVER = epochMs(Number.MAX_SAFE_INTEGER)

const meter = z.string().min(1).max(64)
const moment = z.string().min(1).max(40)
const path = z.string().min(1).max(4096)
const passphrase = z.string().min(1).max(1024)

/** What the tasks of a vault take. */
export const vaultWishes = {
  export: z.strictObject({
    meter,
    grain: z.enum(['second', 'slot', 'day', 'month']),
    /** A day of the community's calendar, or an instant with its offset. */
    from: moment.optional(),
    until: moment.optional(),
    format: z.enum(['csv', 'jsonl', 'parquet']),
    out: path,
  }),
  backup: z.strictObject({ out: path, passphrase: passphrase.optional() }),
  restore: z.strictObject({
    from: path,
    passphrase: passphrase.optional(),
    member: z.string().min(1).max(64).optional(),
  }),
  /** With `keepTotals`, only what is finer than quarter hours goes. */
  erasure: z.strictObject({ meter, from: moment, until: moment, keepTotals: z.boolean() }),
}

type Seat = Pick<OwnerSeat, 'node' | 'devices' | 'url'>
type Wish<Name extends keyof typeof vaultWishes> = z.output<(typeof vaultWishes)[Name]>

/** How a household's vault is doing: names, sizes and times, and nothing that a meter showed. */
export function vaultStatus(seat: Seat) {
  return withVault(seat, (vault, owner) => {
    const head = vault.head()
    return {
      owner,
      bytes: vaultBytesOf(seat.node.folder.path),
      meters: vault.meters().map((name) => ({
        meter: name,
        newestAt: vault.newestAt(name) ?? null,
        conflicts: vault.conflicts(name).length,
      })),
      damaged: vault.damage(),
      log: head === undefined ? null : { size: head.size, root: hex(head.root) },
      receipts: vault.receipts(epochMs(0), EVER).slice(0, RECEIPTS_SHOWN),
    }
  })
}

/**
 * Writes rows of a meter to a new file, a day in memory at a time.
 *
 * @throws Fault `vault-out-exists`, `vault-export-empty`, `option-unusable`, or the refusal of the vault's door
 */
export function exportVault(seat: Seat, wish: Wish<'export'>) {
  return withVault(seat, async (vault, owner) => {
    const from = wish.from === undefined ? epochMs(0) : instantFrom(seat, '--from', wish.from)
    const until = wish.until === undefined ? EVER : instantFrom(seat, '--until', wish.until)
    const { meter: of, grain, format, out } = wish
    const granted = vault.export({ owner, purpose: 'household', grain, meter: of, from, until }, format)
    if (!granted.ok) throw new Fault(granted.refusal, { meter: of })
    const bytes = await newFile(out, async (file) => {
      let written = 0
      for (const piece of granted.value) {
        await file.appendFile(piece)
        written += piece.length
      }
      if (written === 0) throw new Fault('vault-export-empty', { meter: of })
      return written
    })
    const damaged = vault.damage().filter((one) => one.meter === of && one.from < until && one.until > from)
    return { out, bytes, damaged }
  })
}

/** Copies the vault while it goes on. @throws Fault those of the vault's `backup` */
export function backUpVault(seat: Seat, { out, passphrase: words }: Wish<'backup'>) {
  return withVault(seat, async (vault) => {
    await vault.backup(words === undefined ? { to: out } : { to: out, passphrase: words })
    await chmod(out, OWNER_ONLY_FILE)
    return { out, hasKey: words !== undefined }
  })
}

/**
 * Makes the vault of a folder out of a backup, and checks every block of it. Where it does not open, all is as before.
 *
 * @throws Fault `vault-node-running`, `vault-present`, `vault-key-absent`, `household-not-named`, `household-of-another`,
 *               `file-unreadable`, and those of `restoreVault` and `openVault`
 */
export async function restoreVaultTo(
  { node, url, devices }: Seat,
  wish: Wish<'restore'>,
  progress: TaskProgress,
) {
  const { folder, keys } = node
  if (url !== null || devices !== undefined) throw new Fault('vault-node-running', { path: folder.path })
  const kept = await readDevices(folder.path)
  const member = kept?.member ?? wish.member ?? onlyMember(keys.members)
  if (wish.member !== undefined && wish.member !== member)
    throw new Fault('household-of-another', { member, asked: wish.member })
  if (keys.keyOf(member) === undefined) throw new Fault('key-not-held', { member })
  const place = vaultPlace(folder.path)
  if (existsSync(place.readings)) throw new Fault('vault-present', { path: place.readings })
  if (!existsSync(wish.from)) throw new Fault('file-unreadable', { reason: wish.from })
  const carried =
    wish.passphrase === undefined ? undefined : { passphrase: wish.passphrase, keyFile: place.key }
  if (carried === undefined && !existsSync(place.key))
    throw new Fault('vault-key-absent', { path: place.key })
  await makeVaultFolder(place)
  restoreVault({ from: wish.from, to: place.readings, ...(carried === undefined ? {} : { carried }) })
  try {
    using vault = await openVaultOf(node, member)
    const report = await checked(vault, progress)
    if (kept === undefined) await writeDevices(folder.path, { member, devices: [] })
    return { owner: member, meters: vault.meters(), ...report }
  } catch (cause) {
    const made = [place.readings, `${place.readings}-wal`, `${place.readings}-shm`]
    for (const file of carried === undefined ? made : [...made, place.key]) await rm(file, { force: true })
    throw cause
  }
}

/** Reads every block, its signature and the log, and lets the node work in between. */
export function checkVault(seat: Seat, progress: TaskProgress) {
  return withVault(seat, (vault) => checked(vault, progress))
}

/**
 * What an erasure would destroy, and what it could not reach: told before anything is done.
 *
 * @throws Fault as `eraseFromVault`
 */
export function vaultErasure(seat: Seat, wish: Wish<'erasure'>) {
  return withVault(seat, (vault, owner) => {
    const { from, until } = erasureRange(seat, wish)
    const { wallTime } = seat.node.view.calendar
    if (!vault.meters().includes(wish.meter)) throw new Fault('meter-not-kept', { meter: wish.meter })
    return {
      owner,
      meter: wish.meter,
      from,
      until,
      fromLocal: wallTime(from),
      untilLocal: wallTime(until),
      keepTotals: wish.keepTotals,
    }
  })
}

/**
 * Destroys the keys of a range and what they were for.
 *
 * @throws Fault `erasure-in-future`, `option-unusable`, or the vault's refusal
 */
export function eraseFromVault(seat: Seat, wish: Wish<'erasure'>) {
  return withVault(seat, (vault, owner) => {
    const range = erasureRange(seat, wish)
    const erased = vault.erase({ owner, meter: wish.meter, ...range, totals: !wish.keepTotals })
    if (!erased.ok) throw new Fault(erased.refusal, { meter: wish.meter })
    const remains: (ErasureRemainder | 'kept-for-pages')[] = [...erased.value.remains, 'kept-for-pages']
    return { meter: wish.meter, ...range, ...erased.value, remains }
  })
}

/** The vault that the running node has open, or the folder's, opened for the time of one task. */
async function withVault<T>(
  { node, devices }: Seat,
  work: (vault: Vault, owner: string) => T | Promise<T>,
): Promise<T> {
  if (devices?.vault !== undefined && devices.household !== undefined)
    return await work(devices.vault, devices.household.member)
  const { folder } = node
  const kept = await readDevices(folder.path)
  if (kept === undefined || !isVaultThere(folder.path)) throw new Fault('vault-absent', { path: folder.path })
  using vault = await openVaultOf(node, kept.member)
  return await work(vault, kept.member)
}

async function checked(vault: Vault, progress: TaskProgress): Promise<CheckReport & { isWhole: boolean }> {
  const size = vault.head()?.size ?? 0
  const steps = vault.check()
  for (;;) {
    const step = steps.next()
    if (step.done === true) {
      const { damaged, unsigned, isLogWhole } = step.value
      return { ...step.value, isWhole: damaged.length === 0 && unsigned.length === 0 && isLogWhole }
    }
    progress('checking', step.value, size)
    await nextTurn()
  }
}

/** A file that was not there, whole and on the disk, or none. */
async function newFile<T>(out: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await created(out)
  try {
    const written = await write(file)
    await file.sync()
    return written
  } catch (cause) {
    await rm(out, { force: true })
    throw cause
  } finally {
    await file.close()
  }
}

async function created(out: string): Promise<FileHandle> {
  try {
    return await open(out, 'wx', OWNER_ONLY_FILE)
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    if (reason === 'EEXIST') throw new Fault('vault-out-exists', { path: out }, { cause })
    throw new Fault('vault-unwritable', { path: out, reason }, { cause })
  }
}

/** What was erased is not kept again: a range that reaches into the future would swallow readings that are still to come. */
function erasureRange(seat: Seat, wish: Wish<'erasure'>): { from: EpochMs; until: EpochMs } {
  const from = instantFrom(seat, '--from', wish.from)
  const until = instantFrom(seat, '--until', wish.until)
  if (until > wallClock()) throw new Fault('erasure-in-future', { until: wish.until })
  const isQuarterHours = [from, until].every((at) => slotStart(slotOf(at)) === at)
  if (!isQuarterHours || from >= until) throw new Fault('erasure-range-unusable')
  return { from, until }
}

/** A day of the community's calendar, at its start, or an instant that says its offset. */
function instantFrom({ node }: Seat, option: string, text: string): EpochMs {
  const { calendar } = node.view
  const day = calendar.day(text)
  if (day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text)) return slotStart(day.firstSlot)
  try {
    return epochMs(Temporal.Instant.from(text).epochMilliseconds)
  } catch {
    throw new Fault('option-unusable', { option, value: text, choices: '2026-05-01, 2026-05-01T10:15+02:00' })
  }
}
