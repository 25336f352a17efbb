import { join } from 'node:path'

import { DEVICES_MAX, deviceShape, type DeviceSettings } from '@tri/meters'
import { z } from 'zod'

import { readOwnerFile, writeOwnerFile } from '../daemon/owner-file.ts'

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
 * @throws Fault `devices-file-damaged` with the place that is wrong; also when others than its owner may read it
 */
export async function readDevices(folder: string): Promise<HouseholdDevices | undefined> {
  return await readOwnerFile(devicesPath(folder), fileShape, 'devices-file-damaged')
}

/** Writes them whole: a reader sees the old file or the new one. */
export async function writeDevices(folder: string, { member, devices }: HouseholdDevices): Promise<void> {
  await writeOwnerFile(devicesPath(folder), { version: VERSION, member, devices })
}
