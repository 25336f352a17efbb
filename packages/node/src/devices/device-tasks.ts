import { abilitiesOf, lineText, templateOf, type DeviceReport, type DeviceSettings } from '@tri/meters'

import type { OwnerSeat } from '../owner/tasks.ts'
import { readDevices, writeDevices } from './devices-file.ts'
import { withDevice, withoutDevice } from './open-household.ts'

/** A device in the list of its owner: no key and no password is in it. */
export interface DeviceEntry {
  readonly id: string
  readonly template: string
  readonly title: string
  readonly role: string
  readonly meter: string | null
  readonly on: string
  /** `up`, `opening`, `waiting` or `closed`; null where the node does not run. */
  readonly state: string | null
  readonly problem: string | null
  readonly abilities: readonly string[]
  readonly frames: { readonly valid: number; readonly invalid: number; readonly absent: number } | null
  readonly powerW: number | null
  readonly importWh: number | null
  readonly exportWh: number | null
  /** Instant of the last observation, ms; null before the first. */
  readonly takenAt: number | null
}

/** The devices of the household: with what they do where the node runs, by their settings alone otherwise. */
export async function listDevices({
  node,
  devices,
}: Pick<OwnerSeat, 'node' | 'devices'>): Promise<DeviceEntry[]> {
  if (devices !== undefined) return devices.reports().map((report) => entryOf(report.settings, report))
  const kept = await readDevices(node.folder.path)
  return (kept?.devices ?? []).map((settings) => entryOf(settings, undefined))
}

/** Adds a device. @throws Fault as `withDevice` */
export async function addDevice(
  { node, devices }: Pick<OwnerSeat, 'node' | 'devices'>,
  settings: DeviceSettings,
  member: string | undefined,
): Promise<DeviceEntry> {
  if (devices !== undefined) await devices.add(settings, member)
  else
    await writeDevices(
      node.folder.path,
      withDevice(node, await readDevices(node.folder.path), settings, member),
    )
  return entryOf(settings, undefined)
}

/** Takes a device away; what it said stays in the vault. @throws Fault `device-unknown` */
export async function removeDevice(
  { node, devices }: Pick<OwnerSeat, 'node' | 'devices'>,
  id: string,
): Promise<{ readonly removed: string }> {
  if (devices !== undefined) await devices.remove(id)
  else await writeDevices(node.folder.path, withoutDevice(await readDevices(node.folder.path), id))
  return { removed: id }
}

function entryOf(settings: DeviceSettings, report: DeviceReport | undefined): DeviceEntry {
  const template = templateOf(settings)
  const seen = report?.lastObservation
  const line = report?.line
  return {
    id: settings.id,
    template: settings.template,
    title: template.title,
    role: settings.role ?? template.role,
    meter: settings.meter ?? null,
    on: lineText(settings.line),
    state: line?.is ?? null,
    problem: report?.fault?.code ?? (line?.is === 'waiting' ? line.problem.code : null),
    abilities: seen === undefined ? [] : abilitiesOf(seen),
    frames: report?.frames ?? null,
    powerW: seen?.powerW ?? null,
    importWh: seen?.importWh ?? null,
    exportWh: seen?.exportWh ?? null,
    takenAt: seen?.takenAt ?? null,
  }
}
