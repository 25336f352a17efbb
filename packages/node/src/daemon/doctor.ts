import { access, constants, readFile, stat, statfs } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { stewardsOf, sumOfBalances, type KeyValue } from '@tri/community'
import { typescriptKernel } from '@tri/exchange'
import { findEngine, openReplica } from '@tri/ledger'
import { Fault, faultSentence, present } from '@tri/units'

import { faultTexts } from '../fault-texts.ts'
import { KEY_FILE, readKeyRing } from '../keys/key-ring.ts'
import { loadKernel } from '../kernel.ts'
import { readLedgerFile } from '../ledger/ledger-file.ts'
import { dataFolderAt, readRunning } from './data-folder.ts'

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
const RETRIES = '/proc/sys/net/ipv4/tcp_retries2'
/** Five times sent in vain is twelve seconds of silence. Measured with and without it by `npm run chaos`. */
const RETRIES_MAX = 5
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
  return [...found, ...(await bookFindings(path, language)), ...(await ledgerFindings(path, language))]
}

/** Opens the book alone: no engine is started, so nothing is signed. */
async function bookFindings(path: string, language: 'en' | 'it'): Promise<Finding[]> {
  const folder = dataFolderAt(path)
  try {
    using replica = openReplica(folder.book, { kernel: await loadKernel() })
    const { steward } = stewardIn(replica.store)
    const keys = await readKeyRing(path)
    const isSole = (await readLedgerFile(folder.ledger)).engine === 'single'
    return [
      finding(
        `the book opens at block ${replica.height} and its balances sum to 0`,
        sumOfBalances(replica.store) === 0,
        'restore the folder: tri ledger restore',
      ),
      finding(
        'the key that signs the blocks is here',
        !isSole || keys.keyOf(steward) !== undefined,
        `bring your copy of ${KEY_FILE} back: without the key of ${steward} nothing becomes final`,
      ),
    ]
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return [finding('the book opens', false, sentence(cause, language))]
  }
}

function stewardIn(store: KeyValue): { readonly steward: string } {
  return { steward: present(stewardsOf(store).stewards[0], 'a book has a steward').member }
}

/** What the engine of several stewards needs; a box that keeps the book alone needs nothing. */
async function ledgerFindings(path: string, language: 'en' | 'it'): Promise<Finding[]> {
  try {
    const file = await readLedgerFile(dataFolderAt(path).ledger)
    if (file.engine === 'single') return [finding('one steward keeps the book: this box', true, '')]
    const { version } = await findEngine()
    return [finding(`the ordering engine is here: CometBFT ${version}`, true, ''), await patienceFinding()]
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    return [finding('the ledger’s engine is here', false, sentence(cause, language))]
  }
}

/** A machine that sends into a cut cable for a quarter of an hour needs half a minute more once the cable is mended. */
async function patienceFinding(): Promise<Finding> {
  const retries = Number(await readFile(RETRIES, 'utf8').catch(() => RETRIES_MAX))
  return finding(
    'links that were cut are soon made anew',
    retries <= RETRIES_MAX,
    `echo net.ipv4.tcp_retries2=${RETRIES_MAX} > /etc/sysctl.d/60-tri.conf && sysctl --system`,
  )
}

function sentence({ code, details }: Fault, language: 'en' | 'it'): string {
  return faultSentence(faultTexts, code, details, language)
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
