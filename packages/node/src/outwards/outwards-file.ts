import { join } from 'node:path'

import { readOwnerFile, writeOwnerFile } from '../daemon/owner-file.ts'
import { outwardsShape, type OutwardsSettings } from './outwards-shape.ts'

/** Where a data folder keeps what is told outwards. Passwords and secrets are in it, so only its owner reads it. */
export function outwardsPath(folder: string): string {
  return join(folder, 'outwards.json')
}

/**
 * What a data folder tells outwards.
 *
 * @returns undefined where nothing was ever set: then nothing is told
 * @throws Fault `outwards-file-unusable` with the place that is wrong; also when others than its owner may read it
 */
export async function readOutwards(folder: string): Promise<OutwardsSettings | undefined> {
  return await readOwnerFile(outwardsPath(folder), outwardsShape, 'outwards-file-unusable')
}

/** Writes it whole: a reader sees the old file or the new one. */
export async function writeOutwards(folder: string, settings: OutwardsSettings): Promise<void> {
  await writeOwnerFile(outwardsPath(folder), settings)
}
