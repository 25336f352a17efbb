import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { DEVICES_MAX, deviceShape, type DeviceSettings } from '@tri/meters'
import { Fault } from '@tri/units'
import { z } from 'zod'

const OWNER_ONLY_FILE = 0o600
const VERSION = 1

const fileShape = z.strictObject({
  version: z.literal(VERSION),
  /** The member whose devices these are: this node holds the member's key. */
  member: z.string().min(1).max(64),
  devices: z
    .array(deviceShape)
    .max(DEVICES_MAX)
    .refine(
      (devices) => new Set(devices.map(({ id }) => id)).size === devices.length,
      'two devices have one name',
    ),
})

/** The devices of one household. */
export interface HouseholdDevices {
  readonly member: string
  readonly devices: readonly DeviceSettings[]
}

/** Where a data folder keeps them. Keys and passwords are in it, so only its owner reads it. */
export function devicesPath(folder: string): string {
  return join(folder, 'devices.json')
}

/**
 * The devices that a data folder names.
 *
 * @returns undefined where no device was ever added
 * @throws Fault `devices-file-damaged` with the place that is wrong
 */
export async function readDevices(folder: string): Promise<HouseholdDevices | undefined> {
  const path = devicesPath(folder)
  const text = await textOf(path)
  if (text === undefined) return undefined
  const read = fileShape.safeParse(parsed(text, path))
  if (!read.success) throw new Fault('devices-file-damaged', { path, reason: z.prettifyError(read.error) })
  return read.data
}

/** Writes them whole: a reader sees the old file or the new one. */
export async function writeDevices(folder: string, { member, devices }: HouseholdDevices): Promise<void> {
  const path = devicesPath(folder)
  const text = `${JSON.stringify({ version: VERSION, member, devices }, undefined, 2)}\n`
  await writeFile(`${path}.new`, text, { mode: OWNER_ONLY_FILE, flush: true })
  await rename(`${path}.new`, path)
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new Fault(
      'devices-file-damaged',
      { path, reason: cause instanceof Error ? cause.message : '' },
      { cause },
    )
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Fault(
      'devices-file-damaged',
      { path, reason: cause instanceof Error ? cause.message : '' },
      { cause },
    )
  }
}
