import { approvalsNeeded, memberOfKey, stewardProposals, stewardsOf, type StewardEntry } from '@tri/community'
import { findEngine, nextSigningKey } from '@tri/ledger'
import { Fault } from '@tri/units'

import type { OpenNode } from '../daemon/open-node.ts'
import { headOf } from '../services/view.ts'
import { changedSet } from './candidates.ts'
import type { OpenSeat } from './open-seat.ts'

/** Sizes of a set that bear as many failures as they can for their number. */
const COUNTS = [1, 4, 7, 10, 13] as const

/** What came of a proposal. */
export interface Proposed {
  readonly stewards: readonly string[]
  readonly approvals: number
  readonly needed: number
  /** In force already: the one who proposed was enough. */
  readonly isInForce: boolean
}

type Seated = { readonly node: OpenNode; readonly seat: OpenSeat }

/**
 * Proposes that the boxes which are ready become stewards.
 *
 * @throws Fault `candidates-too-few` when nobody is ready, or the community would have a number of stewards that is of no
 *               use; `engine-absent`
 */
export async function addCandidates({ node, seat }: Seated): Promise<Proposed> {
  const ready = seat.candidates.list()
  const current = await ownSet({ node, seat })
  const set = changedSet(current, { add: ready.map(({ entry }) => entry) })
  // With nobody new a steward alone would hand over to herself, and stop.
  if (ready.length === 0) throw tooFew(set.length, 0, set.length + 1)
  mustBeUsable(set.length, ready.length)
  // Once the others are on record this box goes on with their engine: it must be here before that.
  if (set.length > 1) await findEngine()
  await addKeys(node, ready)
  const proposed = await propose({ node, seat }, set)
  seat.candidates.forget(ready.map(({ entry }) => entry.member))
  return proposed
}

/** Proposes a ready box in the place of a steward. @throws Fault `steward-unknown`, `candidates-too-few` */
export async function replaceSteward(
  { node, seat }: Seated,
  { old, by }: { readonly old: string; readonly by: string },
): Promise<Proposed> {
  const ready = seat.candidates.list().filter(({ entry }) => entry.member === by)
  const current = await ownSet({ node, seat })
  mustBeSteward(current, old)
  const set = changedSet(current, { add: ready.map(({ entry }) => entry), remove: [old] })
  mustBeUsable(set.length, ready.length)
  await addKeys(node, ready)
  const proposed = await propose({ node, seat }, set)
  seat.candidates.forget([by])
  return proposed
}

/** Proposes the set without some of its stewards. @throws Fault `steward-unknown`, `candidates-too-few` */
export async function removeStewards(seated: Seated, members: readonly string[]): Promise<Proposed> {
  const current = await ownSet(seated)
  for (const member of members) mustBeSteward(current, member)
  const set = changedSet(current, { remove: members })
  mustBeUsable(set.length, 0)
  return propose(seated, set)
}

/**
 * Proposes a new signing key for this box, and its door as it is now. The old key signs until the stewards have agreed; the
 * box then takes the new one by itself.
 *
 * @throws Fault `candidates-too-few` for a steward alone; `steward-unknown`
 */
export async function rotateOwnKey({ node, seat }: Seated): Promise<Proposed> {
  const { stewards } = stewardsOf(node.ledger.store)
  mustBeSteward(stewards, seat.seat.member)
  // A steward alone signs with the key that founded the community: an exchange needs others who go on.
  if (stewards.length === 1) throw tooFew(1, 0, 2)
  const key = await nextSigningKey(node.folder.engine)
  return propose({ node, seat }, changedSet(stewards, { add: [{ ...(await seat.entry()), key }] }))
}

/** Approves a proposal: the one named, or the only one there is. @throws Fault `proposal-absent` */
export async function approveProposal({ node, seat }: Seated, wanted?: string): Promise<Proposed> {
  const open = stewardProposals(node.ledger.store)
  const found = open.find(({ id }) => id === wanted) ?? (wanted === undefined ? open.at(-1) : undefined)
  if (found === undefined) throw new Fault('proposal-absent')
  const events = await node.writer.mustAct(seat.seat.member, {
    kind: 'steward.approve',
    proposal: found.id,
  })
  return outcomeOf(events, found.stewards)
}

/** The set on record; a steward alone signs with her member's key, and goes on among others with her engine's. */
async function ownSet({ node, seat }: Seated): Promise<readonly StewardEntry[]> {
  const { stewards } = stewardsOf(node.ledger.store)
  return stewards.length > 1 ? stewards : changedSet(stewards, { add: [await seat.entry()] })
}

/** Each box made a key for its member, with which she approves from there; only the coordinator may add it. */
async function addKeys(
  node: OpenNode,
  ready: readonly { readonly entry: StewardEntry; readonly memberKey: Uint8Array }[],
): Promise<void> {
  const { coordinator } = headOf(node.view)
  for (const { entry, memberKey } of ready) {
    if (memberOfKey(node.ledger.store, memberKey) !== undefined) continue
    if (node.keys.keyOf(coordinator) === undefined)
      throw new Fault('member-key-for-coordinator', { member: entry.member, coordinator })
    await node.writer.mustAct(coordinator, {
      kind: 'member.key',
      member: entry.member,
      change: 'add',
      memberKey,
    })
  }
}

async function propose({ node, seat }: Seated, stewards: readonly StewardEntry[]): Promise<Proposed> {
  const events = await node.writer.mustAct(seat.seat.member, { kind: 'steward.propose', stewards })
  return outcomeOf(events, stewards)
}

function outcomeOf(
  events: Awaited<ReturnType<OpenNode['writer']['mustAct']>>,
  stewards: readonly StewardEntry[],
): Proposed {
  const told = events.find(({ is }) => is === 'stewards-proposed' || is === 'stewards-approved')
  const isCounted = told?.is === 'stewards-proposed' || told?.is === 'stewards-approved'
  return {
    stewards: stewards.map(({ member }) => member),
    approvals: isCounted ? told.approvals : 0,
    needed: isCounted ? told.needed : approvalsNeeded(stewards.length),
    isInForce: events.some(({ is }) => is === 'stewards-changed'),
  }
}

function mustBeSteward(stewards: readonly StewardEntry[], member: string): void {
  if (!stewards.some((one) => one.member === member)) throw new Fault('steward-unknown', { member })
}

function mustBeUsable(count: number, ready: number): void {
  if (!COUNTS.some((one) => one === count)) throw tooFew(count, ready, count)
}

/** `atLeast` is where the next size of use is looked for. */
function tooFew(count: number, ready: number, atLeast: number): Fault {
  const next = COUNTS.find((one) => one >= atLeast) ?? count
  return new Fault('candidates-too-few', { ready, count, missing: next - count })
}
