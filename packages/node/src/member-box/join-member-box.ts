import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'

import { Fault } from '@tri/units'

import { makeDataFolder } from '../daemon/data-folder.ts'
import { isMemberBox, readBoxFile, writeBoxFile } from './box-file.ts'
import { memberInvitationFrom } from './member-invitation.ts'

const SEED_BYTES = 32

/** What `tri follow` is given to begin with. */
export interface MemberJoining {
  readonly invitation: string
  /** The new data folder; one that was begun with the same invitation goes on. */
  readonly folder: string
  /** The text of the genesis as it is printed, to compare the invitation with. */
  readonly genesis?: string | undefined
  readonly random?: (bytes: number) => Uint8Array
}

/**
 * Begins a member's own box: writes down whose it is and makes its key. Nothing is asked of anybody yet: opening it takes
 * the invitation up.
 *
 * @throws Fault `invitation-unusable`, `genesis-differs` when the printed text is of another community,
 *               `data-folder-not-empty`
 */
export async function beginMemberBox({
  invitation,
  folder,
  genesis,
  random = randomBytes,
}: MemberJoining): Promise<void> {
  const { seed: invitedSeed, ...invited } = memberInvitationFrom(invitation)
  if (genesis !== undefined && genesis.trim() !== invited.genesis)
    throw new Fault('genesis-differs', { place: 'genesis.text' })
  if (isMemberBox(folder)) {
    const known = await readBoxFile(folder)
    if (known.genesis === invited.genesis && known.member === invited.member) return
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await makeDataFolder(folder)
  await writeBoxFile(folder, { ...invited, seed: new Uint8Array(random(SEED_BYTES)), invitedSeed })
}
