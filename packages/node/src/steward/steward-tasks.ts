import { approvalsNeeded, stewardProposals, stewardsOf } from '@tri/community'
import { Fault, present } from '@tri/units'
import { fromHex, hex, sha256 } from '@tri/units/crypto'
import { z } from 'zod'

import { readRunning } from '../daemon/data-folder.ts'
import { systemRandom, type OpenNode } from '../daemon/open-node.ts'
import { headOf } from '../services/view.ts'
import { invitationText } from './invitation.ts'
import { makeStewardSeat, type MadeSeat } from './make-seat.ts'
import type { OpenSeat } from './open-seat.ts'
import { readSeat } from './seat-file.ts'
import {
  addCandidates,
  approveProposal,
  removeStewards,
  rotateOwnKey,
  replaceSteward,
  type Proposed,
} from './steward-acts.ts'

const SEED_BYTES = 32
const SECRET_BYTES = 16
/** The name of an engine's node; a steward alone has no engine, and is named by her door. */
const NODE_BYTES = 20
const id = z.string().min(1).max(64)

/** What the owner's tasks of a steward take. */
export const stewardWishes = {
  init: z.strictObject({ address: z.string().max(128), member: id.optional() }),
  invite: z.strictObject({ member: id }),
  add: z.strictObject({}),
  approve: z.strictObject({ proposal: id.optional() }),
  replace: z.strictObject({ old: id, by: id }),
  remove: z.strictObject({ members: z.array(id).min(1).max(12) }),
  rotate: z.strictObject({}),
  status: z.strictObject({}),
} as const

/** Where a steward's tasks run: a node, and her door when it is open. */
export interface StewardDesk {
  readonly node: OpenNode
  readonly steward?: OpenSeat | undefined
}

/** The invitation to one member's box. */
export interface Invited {
  readonly member: string
  readonly text: string
}

/** Makes this folder a steward's. The node that runs on it opens its door when it starts next. */
export async function initSteward(
  { node }: StewardDesk,
  wish: z.output<typeof stewardWishes.init>,
): Promise<MadeSeat & { readonly isRunning: boolean }> {
  const member = wish.member ?? (await readSeat(node.folder.path))?.member ?? headOf(node.view).coordinator
  const seed = systemRandom(SEED_BYTES)
  const made = await makeStewardSeat(node.folder, { member, address: wish.address, seed })
  await publishDoor(node, made)
  return { ...made, isRunning: (await readRunning(node.folder)) !== undefined }
}

/**
 * Puts the door of a steward who keeps the book alone on record, under the key that she signs with already: whoever has
 * the text of the genesis can then prove which door is hers.
 */
async function publishDoor(
  { ledger, writer, keys }: OpenNode,
  { member, tls, address }: MadeSeat,
): Promise<void> {
  const [alone, another] = stewardsOf(ledger.store).stewards
  const isOwn = alone?.member === member && another === undefined && hex(alone.key) === ledger.me
  const isTold = alone !== undefined && hex(alone.tls) === tls && alone.addresses[0] === address
  if (!isOwn || isTold || keys.keyOf(member) === undefined) return
  const { key } = alone
  const node = sha256(fromHex(tls)).subarray(0, NODE_BYTES)
  const entry = { member, key, node, tls: fromHex(tls), addresses: [address] }
  await writer.mustAct(member, { kind: 'steward.propose', stewards: [entry] })
}

/** Invites a member's box: once, for a day. @throws Fault `steward-seat-closed`, `invitations-too-many` */
export function inviteSteward(desk: StewardDesk, { member }: z.output<typeof stewardWishes.invite>): Invited {
  const { seat } = seated(desk)
  const secret = systemRandom(SECRET_BYTES)
  if (!seat.invitations.invite(member, secret)) throw new Fault('invitations-too-many')
  const { address, tls } = seat.seat
  return {
    member,
    text: invitationText({ genesis: seat.genesis, member, address, tls: tls.publicKey, secret }),
  }
}

export function addStewards(desk: StewardDesk): Promise<Proposed> {
  return addCandidates(seated(desk))
}

export function approveStewards(
  desk: StewardDesk,
  { proposal }: z.output<typeof stewardWishes.approve>,
): Promise<Proposed> {
  return approveProposal(seated(desk), proposal)
}

export function exchangeSteward(
  desk: StewardDesk,
  wish: z.output<typeof stewardWishes.replace>,
): Promise<Proposed> {
  return replaceSteward(seated(desk), wish)
}

export function dropStewards(
  desk: StewardDesk,
  { members }: z.output<typeof stewardWishes.remove>,
): Promise<Proposed> {
  return removeStewards(seated(desk), members)
}

export function rotateSteward(desk: StewardDesk): Promise<Proposed> {
  return rotateOwnKey(seated(desk))
}

/** The stewards, as the book has them and as this box sees them. */
export function stewardReport({ node, steward }: StewardDesk) {
  const { ledger } = node
  const { stewards, version } = stewardsOf(ledger.store)
  const { engine, height, state, connected, waiting, details } = ledger.ordering.status()
  return {
    engine,
    height,
    state,
    connected,
    waiting,
    details,
    version,
    mayFail: Math.floor((stewards.length - 1) / 3),
    stewards: stewards.map((one) => ({
      member: one.member,
      address: one.addresses[0] ?? null,
      isThisBox: hex(one.key) === ledger.me,
      isConnected: hex(one.key) === ledger.me || ledger.peer(one)?.connected === true,
    })),
    proposals: stewardProposals(ledger.store).map(({ id: proposal, by, stewards: set, approvals }) => ({
      proposal,
      by,
      stewards: set.map(({ member }) => member),
      approvals,
      needed: approvalsNeeded(stewards.length),
    })),
    ready: (steward?.candidates.list() ?? []).map(({ entry, height: at }) => ({
      member: entry.member,
      address: entry.addresses[0] ?? null,
      height: at,
    })),
    incidents: ledger.incidents.list().map(({ kind, address, height: at }) => ({
      kind,
      address: hex(address),
      height: at,
    })),
  }
}

function seated({ node, steward }: StewardDesk): { readonly node: OpenNode; readonly seat: OpenSeat } {
  if (steward === undefined) throw new Fault('steward-seat-closed')
  return { node, seat: present(steward, 'the door is open') }
}
