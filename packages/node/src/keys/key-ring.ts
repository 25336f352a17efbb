import { chmod, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { fromHex, hex, keyPairFromSeed, type KeyPair } from '@tri/units/crypto'
import { z } from 'zod'

/** The file with the private keys; only its owner may read it. */
export const KEY_FILE = 'keys.json'
const OWNER_ONLY = 0o600
const SEED_BYTES = 32

const keyFileShape = z.strictObject({
  format: z.literal('tri/keys/1'),
  seeds: z.record(z.string().max(64), z.string().regex(/^[0-9a-f]{64}$/)),
})

/**
 * The private keys that this node holds: the coordinator's, and those of members who have no node of their own yet. They
 * never leave the file and this process.
 */
export interface KeyRing {
  /** The member's key, or undefined when another node holds it. */
  readonly keyOf: (member: string) => KeyPair | undefined
  readonly members: readonly string[]
}

/**
 * Makes a key for each member and writes them where only the owner reads.
 *
 * @param folder   the data folder
 * @param members  ids, each once
 * @param seedOf   32 bytes a member, from the system's randomness (in the demo from its seed)
 */
export async function createKeyRing(
  folder: string,
  members: readonly string[],
  seedOf: (member: string) => Uint8Array,
): Promise<KeyRing> {
  const seeds = Object.fromEntries(
    members.map((member) => [member, hex(seedOf(member).subarray(0, SEED_BYTES))]),
  )
  const path = join(folder, KEY_FILE)
  await writeFile(`${path}.new`, JSON.stringify({ format: 'tri/keys/1', seeds }), { mode: OWNER_ONLY })
  await chmod(`${path}.new`, OWNER_ONLY)
  await rename(`${path}.new`, path)
  return ringOf(seeds)
}

/** Reads the keys of a data folder. @throws Fault `keys-unreadable` naming the file, never what it holds */
export async function readKeyRing(folder: string): Promise<KeyRing> {
  const path = join(folder, KEY_FILE)
  try {
    return ringOf(keyFileShape.parse(JSON.parse(await readFile(path, 'utf8'))).seeds)
  } catch {
    // The cause is dropped on purpose: a parser's message may quote the file.
    throw new Fault('keys-unreadable', { path })
  }
}

function ringOf(seeds: Readonly<Record<string, string>>): KeyRing {
  const pairs = new Map<string, KeyPair>()
  return {
    members: Object.keys(seeds).toSorted(),
    keyOf: (member) => {
      const seed = Object.hasOwn(seeds, member) ? seeds[member] : undefined
      if (seed === undefined) return undefined
      const known = pairs.get(member) ?? keyPairFromSeed(fromHex(seed))
      pairs.set(member, known)
      return known
    },
  }
}
