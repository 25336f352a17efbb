import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { z } from 'zod'

import { outwardsShape, type OutwardsSettings } from './outwards-shape.ts'

const OWNER_ONLY_FILE = 0o600
const OTHERS = 0o077

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
  const path = outwardsPath(folder)
  let text: string
  try {
    if (((await stat(path)).mode & OTHERS) !== 0)
      throw new Fault('outwards-file-unusable', { path, reason: 'others may read it: chmod 600' })
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new Fault('outwards-file-unusable', { path, reason: reasonOf(cause) }, { cause })
  }
  const read = outwardsShape.safeParse(parsed(text, path))
  if (!read.success) throw new Fault('outwards-file-unusable', { path, reason: z.prettifyError(read.error) })
  return read.data
}

/** Writes it whole: a reader sees the old file or the new one. */
export async function writeOutwards(folder: string, settings: OutwardsSettings): Promise<void> {
  const path = outwardsPath(folder)
  const text = `${JSON.stringify(settings, undefined, 2)}\n`
  await writeFile(`${path}.new`, text, { mode: OWNER_ONLY_FILE, flush: true })
  await rename(`${path}.new`, path)
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // A parser's message quotes the text, and there are secrets in it.
    throw new Fault('outwards-file-unusable', { path, reason: 'it is no JSON' }, { cause })
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
