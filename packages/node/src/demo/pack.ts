import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { accept, type Outcome } from '@tri/units'

import type { CommunityDocument } from '../community-file/document-shape.ts'
import { readCommunityFile } from '../community-file/read-community-file.ts'
import type { Problem } from '../problem.ts'
import { readReadings } from '../readings/read-readings.ts'
import { PlayedMeters } from './played-meters.ts'

/** The neighbourhood that comes with the program. */
export const BORGO_SOLE = fileURLToPath(new URL('../../../../scenarios/borgo-sole', import.meta.url))

/** A community's file and the readings beside it. */
export interface Pack {
  readonly document: CommunityDocument
  readonly played: PlayedMeters
}

/**
 * Reads a folder with `community.json` and `readings/`, by the same readers as anybody's files.
 *
 * @returns every problem of the community's file, or else of the readings
 */
export async function openPack(folder: string): Promise<Outcome<Pack, readonly Problem[]>> {
  const document = await readCommunityFile(join(folder, 'community.json'))
  if (!document.ok) return document
  const names = await readdir(join(folder, 'readings'))
  const files = names.toSorted().map((name) => join(folder, 'readings', name))
  const readings = await readReadings(files, document.value)
  if (!readings.ok) return readings
  return accept({ document: document.value, played: new PlayedMeters(readings.value) })
}
