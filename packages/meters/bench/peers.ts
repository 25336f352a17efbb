import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { workerProcess, type WorkerProcess } from './worker-process.ts'

/** Where the peers are: in the cache, never among what the product is made of. */
const FOLDER = join(import.meta.dirname, '../../../node_modules/.cache/tri/peers')
const NPM = { 'dsmr-parser': '2.1.1', 'smartmeter-obis': '4.0.0' } as const
const PYPI = { 'dsmr-parser': '1.11.2', pymodbus: '3.16.1' } as const
/** The one dependency of a peer that is published as source alone; all others come as they will run. */
const SOURCE_ONLY = ['--no-binary', 'tailer']
const WAIT_MS = 240_000

/** The peers that could be had, and why the others could not. */
export interface Peers {
  readonly npm: NodeJS.Require | string
  readonly python: WorkerProcess | string
}

/** What a peer is called in the figures. */
export const PEER_NAMES = {
  dsmrNpm: `dsmr-parser ${NPM['dsmr-parser']} (npm)`,
  obis: `smartmeter-obis ${NPM['smartmeter-obis']} (npm)`,
  dsmrPython: `dsmr-parser ${PYPI['dsmr-parser']} (PyPI)`,
  pymodbus: `pymodbus ${PYPI.pymodbus} (PyPI)`,
} as const

/** Installs the peers where they are not there yet; none of their install scripts runs. */
export function installPeers(): Peers {
  return { npm: got(npmPeers), python: got(pythonPeers) }
}

function got<T>(get: () => T): T | string {
  try {
    return get()
  } catch (cause) {
    // A yardstick that cannot be had is told in its row; the other figures stand.
    return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? 'unknown'
  }
}

function npmPeers(): NodeJS.Require {
  const prefix = join(FOLDER, 'npm')
  mkdirSync(prefix, { recursive: true })
  if (!existsSync(join(prefix, 'node_modules/smartmeter-obis/package.json')))
    run('npm', [
      'install',
      '--prefix',
      prefix,
      '--ignore-scripts',
      '--no-save',
      '--no-fund',
      '--no-audit',
      '--silent',
      ...Object.entries(NPM).map(([name, version]) => `${name}@${version}`),
    ])
  return createRequire(join(prefix, 'peer.cjs'))
}

function pythonPeers(): WorkerProcess {
  const venv = join(FOLDER, 'python')
  const python = join(venv, 'bin/python')
  const packages = Object.entries(PYPI).map(([name, version]) => `${name}==${version}`)
  if (!existsSync(python)) run('python3', ['-m', 'venv', venv])
  if (!existsSync(join(venv, 'peers-are-installed'))) {
    run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', ...SOURCE_ONLY, ...packages])
    run('touch', [join(venv, 'peers-are-installed')])
  }
  return workerProcess(python, [join(import.meta.dirname, 'peer-worker.py')])
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { timeout: WAIT_MS, stdio: ['ignore', 'ignore', 'pipe'] })
}
