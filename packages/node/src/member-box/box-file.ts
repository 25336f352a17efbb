import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Fault } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'
import { z } from 'zod'

import type { ListedDoor } from './member-invitation.ts'

/** The file that makes a data folder a member's own box. */
export const MEMBER_BOX_FILE = 'member-box.json'
const OWNER_ONLY = 0o600

const bytes32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform(fromHex)
const fileShape = z.strictObject({
  format: z.literal('tri/member-box/1'),
  genesis: z.string().max(120),
  member: z.string().min(1).max(64),
  /** Of the box's own key. */
  seed: bytes32,
  /** Of the key in the invitation, until the box's own has taken its place. */
  invitedSeed: bytes32.optional(),
  doors: z.array(z.strictObject({ address: z.string().max(128), tls: bytes32 })),
})

/** Whose box a folder is, and what it was told when it began. */
export interface BoxFile {
  readonly genesis: string
  readonly member: string
  readonly seed: Uint8Array
  readonly invitedSeed?: Uint8Array | undefined
  readonly doors: readonly ListedDoor[]
}

/** Whether a folder is a member's own box. */
export function isMemberBox(folder: string): boolean {
  return existsSync(join(folder, MEMBER_BOX_FILE))
}

/** @throws Fault `member-box-file-unusable`, which names the file and never what it holds */
export async function readBoxFile(folder: string): Promise<BoxFile> {
  const path = join(folder, MEMBER_BOX_FILE)
  try {
    const { format: _, ...file } = fileShape.parse(JSON.parse(await readFile(path, 'utf8')))
    return file
  } catch {
    // The cause is dropped on purpose: a parser's message may quote the key.
    throw new Fault('member-box-file-unusable', { path })
  }
}

/** Writes the file in one step, for its owner alone. */
export async function writeBoxFile(folder: string, file: BoxFile): Promise<void> {
  const path = join(folder, MEMBER_BOX_FILE)
  const { genesis, member, seed, invitedSeed, doors } = file
  const json = JSON.stringify({
    format: 'tri/member-box/1',
    genesis,
    member,
    seed: hex(seed),
    ...(invitedSeed === undefined ? {} : { invitedSeed: hex(invitedSeed) }),
    doors: doors.map(({ address, tls }) => ({ address, tls: hex(tls) })),
  })
  await writeFile(`${path}.new`, `${json}\n`, { mode: OWNER_ONLY, flush: true })
  await rename(`${path}.new`, path)
}
