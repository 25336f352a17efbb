import { charterFrom, type NeighbourTree } from '@tri/exchange'
import { accept, epochMs, slot, type Outcome } from '@tri/units'
import { hex } from '@tri/units/crypto'

import { charterAt, charters, writeCharter } from './charters.ts'
import { KEYS_PER_MEMBER_MAX } from './limits.ts'
import { charterRefused, fitting, treeOf } from './network.ts'
import type { MemberEntry, MeterEntry, OperationOf } from './operation.ts'
import { COMMONS, NEW_ACCOUNT } from './posting.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { coordinatorOnly, isCoordinator, type Played, type Scene } from './scene.ts'
import {
  metersIn,
  readMember,
  readMemberKey,
  readMeter,
  readNetwork,
  writeAccount,
  writeMember,
  writeMemberKey,
  writeMeter,
  writeNetwork,
  type Member,
  type Meter,
} from './state.ts'
import { isSteward, stewardsOf } from './stewards.ts'

/** A new member with her account at zero. */
export function joinMember(
  store: Scene['store'],
  entry: MemberEntry,
  at: number,
): Outcome<Member, CommunityRefusal> {
  if (entry.id === COMMONS) return no('member-id-reserved', { member: entry.id })
  if (readMember(store, entry.id) !== undefined) return no('member-known', { member: entry.id })
  const keys = entry.keys.map(hex)
  for (const [i, key] of keys.entries()) {
    const known = readMemberKey(store, key)?.member ?? (keys.indexOf(key) < i ? entry.id : undefined)
    if (known !== undefined) return no('key-known', { member: known })
  }
  const { id, kind, name } = entry
  const member: Member = { id, kind, keys, joinedAt: epochMs(at), ...(name === undefined ? {} : { name }) }
  writeMember(store, member)
  writeAccount(store, id, NEW_ACCOUNT)
  for (const key of keys) writeMemberKey(store, key, { member: id, nonce: 0 })
  return accept(member)
}

export function playJoin(scene: Scene, { member, at }: OperationOf<'member.join'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const joined = joinMember(scene.store, member, at)
  return joined.ok ? accept([{ is: 'member-joined', member: member.id }]) : joined
}

/** A member changes her own keys; the coordinator may change anybody's, as a lost phone must not cost an account. */
export function playKey(scene: Scene, operation: OperationOf<'member.key'>): Played {
  const member = readMember(scene.store, operation.member)
  if (member === undefined) return no('member-unknown', { member: operation.member })
  if (member.id !== scene.signer.id && !isCoordinator(scene))
    return no('not-your-own', { owner: member.id, member: scene.signer.id })
  if (member.leftAt !== undefined) return no('member-left', { member: member.id })
  const key = hex(operation.memberKey)
  return operation.change === 'add' ? addKey(scene, member, key) : removeKey(scene, member, key)
}

function addKey({ store }: Scene, member: Member, key: string): Played {
  const known = readMemberKey(store, key)
  if (known !== undefined) return no('key-known', { member: known.member })
  if (member.keys.length >= KEYS_PER_MEMBER_MAX)
    return no('keys-too-many', { member: member.id, most: KEYS_PER_MEMBER_MAX })
  writeMember(store, { ...member, keys: [...member.keys, key] })
  writeMemberKey(store, key, { member: member.id, nonce: 0 })
  return accept([{ is: 'member-key-added', member: member.id }])
}

function removeKey({ store }: Scene, member: Member, key: string): Played {
  if (!member.keys.includes(key)) return no('key-not-hers', { member: member.id })
  if (member.keys.length === 1) return no('last-key', { member: member.id })
  // The key's record stays: its nonces remain used, and nobody else can ever register it.
  writeMember(store, { ...member, keys: member.keys.filter((one) => one !== key) })
  return accept([{ is: 'member-key-removed', member: member.id }])
}

export function playLeave(scene: Scene, operation: OperationOf<'member.leave'>): Played {
  const member = readMember(scene.store, operation.member)
  if (member === undefined) return no('member-unknown', { member: operation.member })
  if (member.id !== scene.signer.id && !isCoordinator(scene))
    return no('not-your-own', { owner: member.id, member: scene.signer.id })
  if (member.leftAt !== undefined) return no('member-left', { member: member.id })
  if (member.id === scene.head.coordinator) return no('coordinator-stays')
  const meter = metersIn(scene.store).find((one) => one.member === member.id && one.until === undefined)
  if (meter !== undefined) return no('member-has-meters', { member: member.id, meter: meter.id })
  if (isSteward(stewardsOf(scene.store), member.id)) return no('member-is-steward', { member: member.id })
  writeMember(scene.store, { ...member, leftAt: epochMs(operation.at) })
  return accept([{ is: 'member-left', member: member.id }])
}

export function playSite(scene: Scene, { site }: OperationOf<'site.add'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const network = readNetwork(scene.store)
  if (network.some(({ id }) => id === site.id)) return no('site-known', { site: site.id })
  const tree = treeOf([...network, site], [])
  if (!tree.ok) return tree
  writeNetwork(scene.store, [...network, site])
  return accept([{ is: 'site-added', site: site.id }])
}

/** Checks that the meter's member exists and its id is new, and writes it; the network is the caller's to check. */
export function addMeter(
  store: Scene['store'],
  entry: MeterEntry,
  added: number,
): CommunityRefusal | undefined {
  if (readMeter(store, entry.id) !== undefined) return no('meter-known', { meter: entry.id }).refusal
  const member = readMember(store, entry.member)
  if (member === undefined) return no('member-unknown', { member: entry.member }).refusal
  if (member.leftAt !== undefined) return no('member-left', { member: entry.member }).refusal
  writeMeter(store, { ...entry, from: slot(entry.from), added })
  return undefined
}

export function playMeter(scene: Scene, { meter }: OperationOf<'meter.add'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const wrong = addMeter(scene.store, meter, scene.sequence)
  if (wrong !== undefined) return { ok: false, refusal: wrong }
  const { settledUntil } = scene.head
  if (meter.from < settledUntil) return no('slot-settled', { settledUntil, slot: meter.from })
  const tree = treeOfMeters(scene.store, metersIn(scene.store))
  if (!tree.ok) return tree
  // A meter can open a ring that has no price yet: the charters it will live under must fit.
  const inForce = charterAt(scene.store, slot(meter.from))
  for (const charter of charters(scene.store).filter(({ from }) => from >= inForce.from)) {
    const fit = fitting(charter, tree.value)
    if (!fit.ok) return fit
  }
  return accept([{ is: 'meter-added', meter: meter.id }])
}

export function playRetire(scene: Scene, operation: OperationOf<'meter.retire'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const meter = readMeter(scene.store, operation.meter)
  if (meter === undefined) return no('meter-unknown', { meter: operation.meter })
  if (meter.until !== undefined) return no('meter-retired', { meter: meter.id })
  const { settledUntil } = scene.head
  const until = slot(operation.until)
  if (until < settledUntil) return no('slot-settled', { settledUntil, slot: until })
  writeMeter(scene.store, { ...meter, until: slot(Math.max(until, meter.from)) })
  return accept([{ is: 'meter-retired', meter: meter.id, until }])
}

/**
 * The tree of meters, each with its column even where it does not count yet or no longer: a charter's keys name them, and
 * a settlement computed again years later must find the same columns.
 */
export function treeOfMeters(
  store: Scene['store'],
  meters: readonly Meter[],
): Outcome<NeighbourTree, CommunityRefusal> {
  const places = meters.map(({ id, site }) => ({ meter: id, node: site }))
  return treeOf(readNetwork(store), places)
}

export function playAmend(scene: Scene, operation: OperationOf<'charter.amend'>): Played {
  const refused = coordinatorOnly(scene)
  if (refused !== undefined) return refused
  const charter = charterFrom(operation.charter)
  if (!charter.ok) return charterRefused(charter.refusal)
  const last = charters(scene.store).at(-1)
  const { version, from } = charter.value
  if (last !== undefined && (version !== last.version + 1 || from <= last.from))
    return no('charter-out-of-turn', { version: last.version + 1, after: last.from })
  const { settledUntil } = scene.head
  if (from < settledUntil) return no('slot-settled', { settledUntil, slot: from })
  const tree = treeOfMeters(scene.store, metersIn(scene.store))
  if (!tree.ok) return tree
  const fit = fitting(charter.value, tree.value)
  if (!fit.ok) return fit
  writeCharter(scene.store, charter.value, operation.charter)
  return accept([{ is: 'charter-amended', version, from }])
}
