import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import {
  DEVICE_TEMPLATES,
  deviceShape,
  lineFrom,
  linesOf,
  lineText,
  scanDevices,
  templateOf,
  tryDevice,
  type DeviceSettings,
  type FoundDevice,
  type Observation,
} from '@tri/meters'
import { Fault } from '@tri/units'
import { z } from 'zod'

import { machinePorts } from '../daemon/machine-ports.ts'
import { readDevices } from './devices-file.ts'

/** What a device says now. */
export type SeenNow = Observation

/** How a person names a device. */
export interface DeviceWish {
  readonly id: string
  readonly template: string
  /** Where it is: see `lineFrom`. */
  readonly on: string
  readonly role?: string | undefined
  readonly meter?: string | undefined
  readonly reversed?: boolean | undefined
  readonly key?: string | undefined
  readonly authenticationKey?: string | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
}

/** A kind of device, as it is listed. */
export interface TemplateEntry {
  readonly template: string
  readonly title: string
  readonly role: string
  readonly over: readonly string[]
}

/** A device that was found, with what has to be typed to add it. */
export interface FoundEntry extends Pick<FoundDevice, 'template' | 'title' | 'seen'> {
  readonly on: string
}

/** Where to look for devices. */
export interface LookWish {
  /** Device files; the machine's own serial ports when left out. */
  readonly serial?: readonly string[] | undefined
  readonly hosts: readonly string[]
  readonly broker?: string | undefined
  readonly seconds: number
  /** The data folder: ports that its devices use are left alone. */
  readonly folder?: string | undefined
}

const SECOND_MS = 1000
const PORT_NAMES = /^tty(?:USB|ACM|AMA)\d+$/

/** Every kind of device that the node knows. */
export function deviceTemplates(): TemplateEntry[] {
  return [...DEVICE_TEMPLATES.values()].map((template) => ({
    template: template.id,
    title: template.title,
    role: template.role,
    over: linesOf(template),
  }))
}

/**
 * The settings that a wish means.
 *
 * @throws Fault `line-text-unusable`, `device-wish-unusable`, `template-unknown`, `line-not-for-template`
 */
export function deviceFrom(wish: DeviceWish): DeviceSettings {
  const { on, key, authenticationKey, user, password, ...rest } = wish
  const line = lineFrom(on)
  if (!line.ok) throw new Fault(line.refusal, { line: on })
  // A charger's user is its identity.
  const login =
    line.value.over === 'ocpp'
      ? withoutAbsent({ password })
      : withoutAbsent({ login: user === undefined ? undefined : { user, password: password ?? '' } })
  const keys =
    key === undefined
      ? {}
      : {
          keys: {
            encryption: key,
            ...(authenticationKey === undefined ? {} : { authentication: authenticationKey }),
          },
        }
  const read = deviceShape.safeParse({ ...withoutAbsent(rest), ...keys, line: { ...line.value, ...login } })
  if (!read.success) throw new Fault('device-wish-unusable', { reason: z.prettifyError(read.error) })
  templateOf(read.data)
  return read.data
}

/**
 * Listens to a device until it says something usable.
 *
 * @returns what it said, and the settings with the registers it has
 * @throws Fault `device-silent` with the reason
 */
export async function testDevice(
  settings: DeviceSettings,
  seconds: number,
  signal: AbortSignal,
): Promise<{ readonly settings: DeviceSettings; readonly seen: Observation }> {
  const outcome = await tryDevice(settings, seconds * SECOND_MS, { ...machinePorts(), signal })
  if (outcome.ok) return { settings: { ...settings, ...countsOf(outcome.value) }, seen: outcome.value }
  const { reason, report, fault } = outcome.refusal
  const { valid, invalid, absent } = report.frames
  const frames = `${valid + absent} frames, ${invalid} with a wrong check${problemsOf(report.problems)}`
  const why = fault?.details['reason']
  const detail = fault === undefined ? frames : typeof why === 'string' ? `${fault.code} ${why}` : fault.code
  throw new Fault('device-silent', { device: settings.id, seconds, reason, detail })
}

/** Looks for devices and tells each as it is found. */
export async function lookForDevices(
  { serial, hosts, broker, seconds, folder }: LookWish,
  signal: AbortSignal,
  found: (device: FoundEntry) => void,
): Promise<void> {
  const taken = await pathsInUse(folder)
  const ports = (serial ?? (await serialPorts())).filter((path) => !taken.has(path))
  const wish = { serial: ports, hosts, broker, patienceMs: seconds * SECOND_MS }
  await scanDevices(wish, { ...machinePorts(), signal }, ({ template, title, line, seen }) =>
    found({ template, title, seen, on: lineText(line) }),
  )
}

/** The serial ports of this machine, by their lasting names where they have one. */
export async function serialPorts(): Promise<string[]> {
  const byId = await namesIn('/dev/serial/by-id')
  if (byId.length > 0) return byId.map((name) => join('/dev/serial/by-id', name))
  return (await namesIn('/dev')).filter((name) => PORT_NAMES.test(name)).map((name) => join('/dev', name))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch {
    // A machine without such a folder has no such port.
    return []
  }
}

async function pathsInUse(folder: string | undefined): Promise<ReadonlySet<string>> {
  const kept = folder === undefined ? undefined : await readDevices(folder)
  return new Set(kept?.devices.flatMap(({ line }) => ('path' in line ? [line.path] : [])))
}

/** A register that the meter does not send is not waited for. */
function countsOf({ importWh, exportWh }: Observation): { readonly counts?: 'import' | 'export' } {
  if (importWh !== undefined && exportWh === undefined) return { counts: 'import' }
  return importWh === undefined && exportWh !== undefined ? { counts: 'export' } : {}
}

function problemsOf(problems: ReadonlyMap<string, number>): string {
  return problems.size === 0 ? '' : ` (${[...problems.keys()].join(', ')})`
}

function withoutAbsent(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
