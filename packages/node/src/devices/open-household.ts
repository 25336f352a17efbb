import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { openSqliteStore } from '@tri/ledger'
import {
  fileTransactionStore,
  QUALITY_CODE,
  templateOf,
  type DeviceReport,
  type DeviceSettings,
} from '@tri/meters'
import { Fault } from '@tri/units'
import type { Vault } from '@tri/vault'

import { machinePorts } from '../daemon/machine-ports.ts'
import type { OpenNode } from '../daemon/open-node.ts'
import type { LivePower } from '../services/view.ts'
import { readDevices, writeDevices, type HouseholdDevices } from './devices-file.ts'
import type { BalancePart } from './counter-watch.ts'
import type { MeterSlot } from './meter-slots.ts'
import { openHousehold, type Household, type HouseholdEvent } from './household.ts'
import { openVaultOf, vaultBytesOf, vaultPlace } from './vault-of-folder.ts'

/** W that a connection lets through: a home's is far below, a business or a plant may have a transformer of its own. */
const HOUSEHOLD_POWER_W_MAX = 250_000
const OTHER_POWER_W_MAX = 10_000_000
/** Where systemd notes that its clock was set by a time server. */
const TIMESYNC_FOLDER = '/run/systemd/timesync'

/** The devices of the household whose node this is: none at first, and changed while it runs. */
export interface HouseholdDesk extends AsyncDisposable {
  readonly household: Household | undefined
  /** Where its readings are kept; undefined before the first device. */
  readonly vault: Vault | undefined
  reports(): readonly DeviceReport[]
  livePower(): LivePower | undefined
  /**
   * Adds a device and reads it from now on.
   *
   * @throws Fault `device-exists`, `meter-not-of-member`, `household-not-named`, `key-not-held`, and those of `templateOf`
   */
  add(settings: DeviceSettings, member?: string): Promise<void>
  /** @throws Fault `device-unknown` */
  remove(id: string): Promise<void>
  /** Bytes that the vault takes on the disk; 0 before the first device. */
  vaultBytes(): number
  /** Is told of slots, incidents and refusals, until the returned function is called. */
  listen(tell: (event: HouseholdEvent) => void): () => void
}

/**
 * Opens the devices that a data folder names, and reads them until it is disposed of.
 *
 * @throws Fault `devices-file-damaged`, `template-unknown`, `line-not-for-template`, `key-not-held`, and those of the vault
 */
export async function openHouseholdDesk(
  node: OpenNode,
  failed: (cause: unknown) => void,
): Promise<HouseholdDesk> {
  const listeners = new Set<(event: HouseholdEvent) => void>()
  const told = (event: HouseholdEvent) => {
    if (event.is === 'vault-refused') failed(event.cause)
    for (const tell of listeners) tell(event)
  }
  let kept = await readDevices(node.folder.path)
  let open = kept === undefined ? undefined : await openAt(node, kept, told, failed)
  return {
    get household() {
      return open?.household
    },
    get vault() {
      return open?.vault
    },
    reports: () => open?.household.reports() ?? [],
    livePower: () => {
      const byMeter = open?.household.power() ?? new Map()
      return byMeter.size === 0 ? undefined : { at: node.view.clock.nowMs(), byMeter }
    },
    add: async (settings, member) => {
      const next = withDevice(node, kept, settings, member)
      await writeDevices(node.folder.path, next)
      kept = next
      if (open === undefined) open = await openAt(node, next, told, failed)
      else await open.household.change(next.devices)
    },
    remove: async (id) => {
      const next = withoutDevice(kept, id)
      await writeDevices(node.folder.path, next)
      kept = next
      await open?.household.change(next.devices)
    },
    vaultBytes: () => vaultBytesOf(node.folder.path),
    listen: (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    [Symbol.asyncDispose]: async () => await open?.[Symbol.asyncDispose](),
  }
}

/**
 * The devices of a folder and one more.
 *
 * @throws Fault `device-exists`, `meter-not-of-member`, `household-not-named`, `household-of-another`, `key-not-held`, and those of `templateOf`
 */
export function withDevice(
  { view, keys }: Pick<OpenNode, 'view' | 'keys'>,
  kept: HouseholdDevices | undefined,
  settings: DeviceSettings,
  named?: string,
): HouseholdDevices {
  templateOf(settings)
  const member = kept?.member ?? named ?? onlyMember(keys.members)
  if (named !== undefined && named !== member)
    throw new Fault('household-of-another', { member, asked: named })
  if (keys.keyOf(member) === undefined) throw new Fault('key-not-held', { member })
  const devices = kept?.devices ?? []
  if (devices.some(({ id }) => id === settings.id)) throw new Fault('device-exists', { device: settings.id })
  const { meter } = settings
  const hers = view.document.meters.filter((one) => one.member === member).map(({ id }) => id)
  if (meter !== undefined && !hers.includes(meter))
    throw new Fault('meter-not-of-member', { meter, member, hers: hers.join(', ') })
  return { member, devices: [...devices, settings] }
}

/** @throws Fault `device-unknown` */
export function withoutDevice(kept: HouseholdDevices | undefined, id: string): HouseholdDevices {
  const devices = kept?.devices ?? []
  if (kept === undefined || !devices.some((one) => one.id === id))
    throw new Fault('device-unknown', { device: id, known: devices.map((one) => one.id).join(', ') })
  return { member: kept.member, devices: devices.filter((one) => one.id !== id) }
}

/** The one member whose key a node holds. @throws Fault `household-not-named` where it holds several, or none */
export function onlyMember(members: readonly string[]): string {
  const [member, ...others] = members
  if (member === undefined || others.length > 0)
    throw new Fault('household-not-named', { members: members.join(', ') })
  return member
}

async function openAt(
  node: OpenNode,
  devices: HouseholdDevices,
  told: (event: HouseholdEvent) => void,
  failed: (cause: unknown) => void,
): Promise<{ readonly household: Household; readonly vault: Vault } & AsyncDisposable> {
  const { folder, writer } = node
  await using opening = new AsyncDisposableStack()
  const { folder: place } = vaultPlace(folder.path)
  const vault = opening.use(await openVaultOf(node, devices.member))
  const store = openSqliteStore(join(place, 'statements.sqlite'))
  opening.defer(() => store.close())
  const household = opening.use(
    openHousehold(devices, {
      vault,
      store,
      writer,
      isStated: (meter) => meterRole(node, meter) === 'connection',
      powerMaxW: (meter) => powerMaxOf(node, meter),
      keepAtHome: (slots) => keepSlotsAtHome(node, slots),
      partOf: (device) => partOf(node, device),
      countMs: () => performance.now(),
      isClockSynchronised,
      ...machinePorts(),
      chargers: { transactions: fileTransactionStore(join(place, 'charges.jsonl')) },
      told,
      waiting: failed,
    }),
  )
  const held = opening.move()
  return { household, vault, [Symbol.asyncDispose]: async () => await held.disposeAsync() }
}

/** What a meter of the community is; undefined for a device that stands for none. */
function meterRole(
  { view }: OpenNode,
  meter: string,
): 'connection' | 'production' | 'consumption' | undefined {
  const found = view.document.meters.find(({ id }) => id === meter)
  return found === undefined ? undefined : (found.role ?? 'connection')
}

function partOf(node: OpenNode, device: DeviceSettings): BalancePart | undefined {
  const role = device.meter === undefined ? undefined : meterRole(node, device.meter)
  if (role !== undefined) return role === 'production' ? 'plant' : role
  const own = device.role ?? templateOf(device).role
  return own === 'plant' || own === 'storage' ? own : undefined
}

/** Meters that explain the household to itself: its pages read them beside what is settled. */
function keepSlotsAtHome({ view, keepTogether }: OpenNode, slots: readonly MeterSlot[]): void {
  const explained = view.document.meters.map(({ id }) => id)
  keepTogether(() => {
    for (const { meter, change } of slots) {
      if (change.is === 'gap' || !explained.includes(meter)) continue
      view.household.write(meter, {
        firstSlot: change.slot,
        slots: 1,
        importWh: Int32Array.of(change.importWh),
        exportWh: Int32Array.of(change.exportWh),
        quality: Uint8Array.of(QUALITY_CODE[change.is]),
      })
    }
  })
}

function powerMaxOf({ view: { document } }: OpenNode, meter: string): number {
  const member = document.meters.find(({ id }) => id === meter)?.member
  const kind = document.members.find(({ id }) => id === member)?.kind
  return kind === 'household' ? HOUSEHOLD_POWER_W_MAX : OTHER_POWER_W_MAX
}

// Where systemd does not keep the clock, something else does, or nothing can be asked: then the clock is believed.
function isClockSynchronised(): boolean {
  return !existsSync(TIMESYNC_FOLDER) || existsSync(join(TIMESYNC_FOLDER, 'synchronized'))
}
