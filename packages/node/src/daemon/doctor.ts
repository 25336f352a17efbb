import { access, constants, stat, statfs } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { sumOfBalances } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { Fault, faultSentence } from '@tri/units'

import { faultTexts } from '../fault-texts.ts'
import { KEY_FILE } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { dataFolderAt, readRunning } from './data-folder.ts'
import { openNode } from './open-node.ts'

/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean
  readonly name: string
  /** What to do; null where all is well. */
  readonly advice: string | null
}

const NODE_MAJOR_MIN = 26
const FREE_BYTES_MIN = 500_000_000
const OTHERS_MAY_READ = 0o077
const WEB_PAGES = fileURLToPath(new URL('../../../web/dist/index.html', import.meta.url))

/** Looks at the machine, the program and a data folder, and says what to mend. Nothing is changed. */
export async function examine(path: string, language: 'en' | 'it' = 'en'): Promise<Finding[]> {
  return [
    finding(
      'Node runtime',
      Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN,
      `this is ${process.versions.node}: run npm ci, then npm run tri`,
    ),
    finding('pages are built', await exists(WEB_PAGES), 'npm run build:web'),
    finding('both kernels load', await kernelsLoad(), 'npm run build:kernels, or reinstall: npm ci'),
    ...(await folderFindings(path, language)),
  ]
}

async function folderFindings(path: string, language: 'en' | 'it'): Promise<Finding[]> {
  const folder = dataFolderAt(path)
  if (!(await exists(folder.community)))
    return [finding(`data folder ${path}`, false, `tri community init FILE --data ${path}`)]
  const disk = await statfs(path)
  const keys = await stat(`${path}/${KEY_FILE}`).catch(() => undefined)
  const found = [
    finding(`data folder ${path}`, true, ''),
    finding(
      'room on the disk',
      disk.bavail * disk.bsize >= FREE_BYTES_MIN,
      'less than 500 MB are free: make room',
    ),
    finding(
      'keys are yours alone',
      keys !== undefined && (keys.mode & OTHERS_MAY_READ) === 0,
      `chmod 600 ${path}/${KEY_FILE}`,
    ),
  ]
  if ((await readRunning(folder)) !== undefined)
    return [...found, finding('a node runs on it: tri status', true, '')]
  try {
    await using node = await openNode(path)
    return [
      ...found,
      finding(
        'the book opens and its balances sum to 0',
        sumOfBalances(node.view.store) === 0,
        'restore the folder from a copy',
      ),
    ]
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return [
      ...found,
      finding('the book opens', false, faultSentence(faultTexts, cause.code, cause.details, language)),
    ]
  }
}

function finding(name: string, ok: boolean, advice: string): Finding {
  return { ok, name, advice: ok ? null : advice }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
}

async function kernelsLoad(): Promise<boolean> {
  try {
    const kernel = await loadKernel()
    return kernel.name !== typescriptKernel.name
  } catch {
    // Whatever is wrong with the binary, the finding says what to do.
    return false
  }
}
