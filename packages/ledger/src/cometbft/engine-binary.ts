import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

import { Fault } from '@tri/units'

const run = promisify(execFile)
const VERSION = /^v?(0\.38\.\d+)\b/
const ANSWER_MS = 20_000

/** The engine on this machine. */
export interface EngineBinary {
  readonly path: string
  readonly version: string
}

/**
 * Finds CometBFT: where TRI_COMETBFT says, else on the PATH, else where `npm run build:engine` puts it.
 *
 * @throws Fault `engine-absent` with where was looked; `engine-version` when it is not 0.38
 */
export async function findEngine(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<EngineBinary> {
  const said = environment['TRI_COMETBFT']
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const built = join(process.cwd(), 'node_modules/.cache/tri/cometbft')
  const candidates =
    said === undefined || said === '' ? [...onPath.map((folder) => join(folder, 'cometbft')), built] : [said]
  for (const path of candidates) if (await isRunnable(path)) return { path, version: await versionOf(path) }
  throw new Fault('engine-absent', {
    looked: said === undefined || said === '' ? 'it is not on the PATH' : `TRI_COMETBFT names ${said}`,
  })
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await run(path, ['version'], { timeout: ANSWER_MS })
  const version = VERSION.exec(stdout.trim())?.[1]
  if (version === undefined) throw new Fault('engine-version', { path, version: stdout.trim().slice(0, 40) })
  return version
}

async function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
