import { readFile, rename, stat, writeFile } from 'node:fs/promises'

import { Fault } from '@tri/units'
import { z } from 'zod'

const OWNER_ONLY = 0o600
const OTHERS = 0o077

/**
 * Reads a file of settings that only its owner may read, because passwords and keys are in it. No fault quotes what it holds.
 *
 * @param code of the fault that names the file and the reason
 * @returns undefined where there is no such file
 * @throws Fault `code` when others may read it, when it is no JSON, and with each place that has another shape
 */
export async function readOwnerFile<T>(
  path: string,
  shape: z.ZodType<T>,
  code: string,
): Promise<T | undefined> {
  const text = await textOf(path, code)
  if (text === undefined) return undefined
  const read = shape.safeParse(parsed(text, path, code))
  if (!read.success) throw new Fault(code, { path, reason: z.prettifyError(read.error) })
  return read.data
}

/** Writes it whole, for its owner alone: a reader sees the old file or the new one. */
export async function writeOwnerFile(path: string, settings: unknown): Promise<void> {
  const text = `${JSON.stringify(settings, undefined, 2)}\n`
  await writeFile(`${path}.new`, text, { mode: OWNER_ONLY, flush: true })
  await rename(`${path}.new`, path)
}

async function textOf(path: string, code: string): Promise<string | undefined> {
  try {
    if (((await stat(path)).mode & OTHERS) !== 0)
      throw new Fault(code, { path, reason: 'others may read it: chmod 600' })
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new Fault(code, { path, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

function parsed(text: string, path: string, code: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The cause is dropped on purpose: a parser's message quotes the text, and there are secrets in it.
    throw new Fault(code, { path, reason: 'it is no JSON' })
  }
}
