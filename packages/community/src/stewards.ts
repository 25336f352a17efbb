import { accept, epochMs, present } from '@tri/units'
import { fromHex, hex, isBindingKey } from '@tri/units/crypto'

import type { CommunityEvent } from './event.ts'
import { keysUnder, type KeyValue } from './key-value.ts'
import { PROTOCOL_FIRST, STEWARD_COUNTS } from './limits.ts'
import type { OperationOf, ProtocolStep, StewardEntry } from './operation.ts'
import { no } from './refusal.ts'
import { isCoordinator, type Played, type Scene } from './scene.ts'
import {
  headOf,
  readMember,
  recordBytes,
  records,
  recordsIn,
  type StewardProposal,
  type StewardSet,
} from './state.ts'
import { stateKeys } from './state-keys.ts'

type Refused = ReturnType<typeof no>

/**
 * Who keeps the book now. Until the stewards first agree on a set it is the coordinator alone, with the key that signed
 * the founding and no addresses.
 */
export function stewardsOf(store: KeyValue): StewardSet {
  const bytes = store.get(stateKeys.stewards)
  if (bytes !== undefined) return records.stewardSet(bytes)
  // A book founded before stewards were recorded: its coordinator still has the key she began with.
  const { coordinator } = headOf(store)
  const key = present(readMember(store, coordinator)?.keys[0], 'a coordinator always has a key')
  return foundingSet(coordinator, fromHex(key))
}

function foundingSet(member: string, key: Uint8Array): StewardSet {
  const founder = { member, key, node: new Uint8Array(), tls: new Uint8Array(), addresses: [] }
  return { version: 0, stewards: [founder] }
}

/** The proposals that can still be approved, by id. */
export function stewardProposals(store: KeyValue): StewardProposal[] {
  const { version } = stewardsOf(store)
  return proposalsIn(store).filter(({ follows }) => follows === version)
}

/**
 * The versions of the rules that the stewards agreed on, with the heights from which they hold, first to last; the first
 * version, which the community was founded under, is not among them. An agreement that becomes final only after its
 * height holds from the next height on.
 */
export function protocolSteps(store: KeyValue): ProtocolStep[] {
  return [...recordsIn(store, keysUnder('protocol'), records.protocol)]
}

/** The sequence numbers of the operations with which the set of stewards became another one, first to last. */
export function stewardChanges(store: KeyValue): number[] {
  return [...recordsIn(store, keysUnder('stewards-changed'), records.stewardChange)].map(
    ({ sequence }) => sequence,
  )
}

/** Stewards who must agree: more than two thirds. */
export function approvalsNeeded(stewards: number): number {
  return Math.floor((2 * stewards) / 3) + 1
}

/** Keeps the key that founded the community: the first block is signed with it. */
export function writeFoundingSteward(store: KeyValue, member: string, key: Uint8Array): void {
  store.set(stateKeys.stewards, recordBytes(foundingSet(member, key)))
}

export function isSteward({ stewards }: StewardSet, member: string): boolean {
  return stewards.some((steward) => steward.member === member)
}

function proposalsIn(store: KeyValue): StewardProposal[] {
  return [...recordsIn(store, keysUnder('steward-proposal'), records.stewardProposal)]
}

/** Proposes a set of stewards, and a version of the rules if wanted. What its author proposed before is withdrawn. */
export function playPropose(scene: Scene, operation: OperationOf<'steward.propose'>): Played {
  const { store, signer } = scene
  const current = stewardsOf(store)
  const mayApprove = isSteward(current, signer.id)
  if (!mayApprove && !isCoordinator(scene)) return no('not-a-steward', { member: signer.id })
  const wrong = wrongSet(store, operation.stewards) ?? wrongStep(store, operation, current)
  if (wrong !== undefined) return wrong
  for (const { id, by } of proposalsIn(store))
    if (by === signer.id) store.delete(stateKeys.stewardProposal(id))
  const { id, at, stewards, protocol } = operation
  const proposal: StewardProposal = {
    id,
    by: signer.id,
    at: epochMs(at),
    follows: current.version,
    stewards,
    ...(protocol === undefined ? {} : { protocol }),
    approvals: mayApprove ? [signer.id] : [],
  }
  return accept(agreed(scene, { proposal, current, is: 'stewards-proposed' }))
}

export function playApprove(scene: Scene, operation: OperationOf<'steward.approve'>): Played {
  const { store, signer } = scene
  const current = stewardsOf(store)
  if (!isSteward(current, signer.id)) return no('not-a-steward', { member: signer.id })
  const bytes = store.get(stateKeys.stewardProposal(operation.proposal))
  if (bytes === undefined) return no('proposal-unknown', { proposal: operation.proposal })
  const known = records.stewardProposal(bytes)
  if (known.follows !== current.version) return no('proposal-superseded', { proposal: known.id })
  if (known.approvals.includes(signer.id))
    return no('approved-already', { member: signer.id, proposal: known.id })
  const gone = known.stewards.find(({ member }) => readMember(store, member)?.leftAt !== undefined)
  if (gone !== undefined) return no('member-left', { member: gone.member })
  const proposal = { ...known, approvals: [...known.approvals, signer.id] }
  return accept(agreed(scene, { proposal, current, is: 'stewards-approved' }))
}

/** The first thing that is wrong with a set, whoever proposes it: its size, then its stewards in their order. */
export function wrongSet(store: KeyValue, stewards: readonly StewardEntry[]): Refused | undefined {
  const count = stewards.length
  if (count === 2 || count === 3) return no('stewards-two-or-three', { count })
  if (!STEWARD_COUNTS.includes(count)) return no('steward-count-unusable', { count })
  const ownerOf = new Map<string, string>()
  for (const { member: id, key, node, tls } of stewards) {
    const member = readMember(store, id)
    if (member === undefined) return no('member-unknown', { member: id })
    if (member.leftAt !== undefined) return no('member-left', { member: id })
    if ([...ownerOf.values()].includes(id)) return no('steward-twice', { member: id })
    if (!isBindingKey(key) || !isBindingKey(tls)) return no('steward-key-unusable', { member: id })
    for (const name of [key, node, tls].map(hex)) {
      const other = ownerOf.get(name)
      if (other !== undefined) return no('steward-key-twice', { member: id, other })
      ownerOf.set(name, id)
    }
  }
  return undefined
}

function wrongStep(
  store: KeyValue,
  { stewards, protocol }: OperationOf<'steward.propose'>,
  current: StewardSet,
): Refused | undefined {
  if (protocol === undefined) return isSameSet(stewards, current) ? no('stewards-unchanged') : undefined
  const last = protocolSteps(store).at(-1) ?? { version: PROTOCOL_FIRST, height: 0 }
  return protocol.version > last.version && protocol.height > last.height
    ? undefined
    : no('protocol-out-of-turn', { ...last })
}

function isSameSet(stewards: readonly StewardEntry[], current: StewardSet): boolean {
  return hex(recordBytes({ stewards })) === hex(recordBytes({ stewards: current.stewards }))
}

/** Makes this the set of the stewards. @returns what changed; nothing when it was the set before */
export function putInForce(
  { store, sequence }: Pick<Scene, 'store' | 'sequence'>,
  stewards: readonly StewardEntry[],
): CommunityEvent[] {
  const current = stewardsOf(store)
  const version = current.version + 1
  store.set(stateKeys.stewards, recordBytes({ version, stewards }))
  if (isSameSet(stewards, current)) return []
  // A proof from the genesis leads through every set: where to find them must not cost a walk through the book.
  store.set(stateKeys.stewardsChanged(sequence), recordBytes({ version, sequence }))
  return [{ is: 'stewards-changed', version, stewards }]
}

interface Agreeing {
  readonly proposal: StewardProposal
  readonly current: StewardSet
  readonly is: 'stewards-proposed' | 'stewards-approved'
}

/** Files a proposal with its approvals, and puts it in force when there are enough of them. */
function agreed({ store, signer, sequence }: Scene, { proposal, current, is }: Agreeing): CommunityEvent[] {
  const { id, stewards, protocol, approvals } = proposal
  store.set(stateKeys.stewardProposal(id), recordBytes(proposal))
  const needed = approvalsNeeded(current.stewards.length)
  const events: CommunityEvent[] = [{ is, proposal: id, by: signer.id, approvals: approvals.length, needed }]
  if (approvals.length < needed) return events
  events.push(...putInForce({ store, sequence }, stewards))
  if (protocol === undefined) return events
  store.set(stateKeys.protocol(protocol.height), recordBytes(protocol))
  return [...events, { is: 'protocol-scheduled', ...protocol }]
}
