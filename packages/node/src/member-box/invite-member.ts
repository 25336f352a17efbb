import { stewardsOf } from '@tri/community'
import { Fault } from '@tri/units'
import { hex, keyPairFromSeed } from '@tri/units/crypto'
import { z } from 'zod'

import { systemRandom } from '../daemon/open-node.ts'
import { headOf } from '../services/view.ts'
import type { Invited, StewardDesk } from '../steward/steward-tasks.ts'
import { INVITED_DOORS_MAX, memberInvitationText, type ListedDoor } from './member-invitation.ts'

const SEED_BYTES = 32

export const memberInviteWish = z.strictObject({ member: z.string().min(1).max(64) })

/**
 * Invites a member's own box: a new key of hers goes into the book and into the text. The box that takes the text up puts a
 * key of its own in its place.
 *
 * @throws Fault `steward-seat-closed` where this node has no open door; `key-not-held`; the book's refusal
 */
export async function inviteMember(
  { node, steward }: StewardDesk,
  { member }: z.output<typeof memberInviteWish>,
): Promise<Invited> {
  if (steward === undefined) throw new Fault('steward-seat-closed')
  const { ledger, keys, view, writer } = node
  const seed = systemRandom(SEED_BYTES)
  const { publicKey } = keyPairFromSeed(seed)
  const { coordinator } = headOf(view)
  // A steward who does not coordinate can still invite those whose pages she serves.
  const by = keys.keyOf(coordinator) === undefined ? member : coordinator
  await writer.mustAct(by, { kind: 'member.key', member, change: 'add', memberKey: publicKey })
  const own: ListedDoor = { address: steward.seat.address, tls: steward.seat.tls.publicKey }
  const others = stewardsOf(ledger.store).stewards.flatMap(({ tls, addresses: [address] }): ListedDoor[] =>
    address === undefined || tls.length === 0 || hex(tls) === hex(own.tls) ? [] : [{ address, tls }],
  )
  const doors = [own, ...others].slice(0, INVITED_DOORS_MAX)
  return { member, text: memberInvitationText({ genesis: steward.genesis, member, seed, doors }) }
}
