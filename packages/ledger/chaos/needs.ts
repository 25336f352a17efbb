import { Fault } from '@tri/units'

import { findEngine } from '../src/cometbft/engine-binary.ts'
import { run } from './shell.ts'

const PROGRAMS = ['ip', 'nft', 'mkfs.ext4', 'mount', 'umount'] as const

/** What this machine lacks for towns of stewards' boxes, in words; undefined when it has everything. */
export async function missing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root on Linux'
  for (const program of PROGRAMS) if (!(await isInstalled(program))) return `${program} is not installed`
  try {
    await findEngine()
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
}

async function isInstalled(program: string): Promise<boolean> {
  return run('sh', '-c', `command -v ${program}`).then(
    () => true,
    () => false,
  )
}
