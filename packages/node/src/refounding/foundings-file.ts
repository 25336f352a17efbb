import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { foundingsBytes, foundingsFrom, nodePrimitives, type Foundings } from '@tri/ledger'
import { Fault } from '@tri/units'

const FILE = 'foundings.tri'
const OWNER_ONLY = 0o600

/** What a data folder keeps of the foundings before its chain. @throws Fault `foundings-unreadable` */
export async function readFoundings(folder: string): Promise<Foundings> {
  const path = join(folder, FILE)
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { past: [] }
    throw new Fault('foundings-unreadable', { path }, { cause })
  }
  try {
    return foundingsFrom(nodePrimitives, bytes)
  } catch (cause) {
    throw new Fault('foundings-unreadable', { path }, { cause })
  }
}

/** Writes it in one step: whoever opens the folder finds the old file or the new one. */
export async function writeFoundings(folder: string, foundings: Foundings): Promise<void> {
  const path = join(folder, FILE)
  await writeFile(`${path}.new`, foundingsBytes(foundings), { mode: OWNER_ONLY, flush: true })
  await rename(`${path}.new`, path)
}
