import type { MatchKernel } from '@tri/exchange'
import {
  Fault,
  accept,
  epochMs,
  must,
  slotOf,
  type EpochMs,
  type MicroCredit,
  type Outcome,
} from '@tri/units'
import { hex, isSignedBy, sha256 } from '@tri/units/crypto'

import { playFinalise, playObject } from './certification.ts'
import { charterAt } from './charters.ts'
import { playCapture, playHold, playLimit, playRelease, playTransfer, releaseExpired } from './credit.ts'
import type { CommunityEvent } from './event.ts'
import { found } from './founding.ts'
import type { KeyValue } from './key-value.ts'
import { OPERATION_BYTES_MAX } from './limits.ts'
import { operationFrom } from './operation-shape.ts'
import { OPERATION_DOMAIN, type Operation, type OperationOf, type SignedOperation } from './operation.ts'
import { overlayOn } from './overlay.ts'
import { no, type CommunityRefusal } from './refusal.ts'
import { playAmend, playJoin, playKey, playLeave, playMeter, playRetire, playSite } from './registry.ts'
import { markRegistry } from './registry-view.ts'
import type { Played, Scene } from './scene.ts'
import { playRestate, playSettle } from './settlement.ts'
import { playStatements } from './statements.ts'
import { playRefound } from './refounding.ts'
import { playApprove, playPropose } from './stewards.ts'
import {
  headOf,
  readApplied,
  readHead,
  readMember,
  readMemberKey,
  recordBytes,
  writeHead,
  writeMemberKey,
} from './state.ts'
import { stateKeys } from './state-keys.ts'

/** What apply needs besides the book. */
export interface ApplyPorts {
  readonly kernel: MatchKernel
  /**
   * Whether the caller has verified this signature under these bytes before, with the key that they name: a door that
   * keeps what it verified, or verifies on several cores at once, is spared a second time. It is the caller's word, which
   * apply believes. It must be about both, as the same bytes under another signature are a forgery, and it may only tell
   * what was found by verifying. False, or the port left out: apply verifies.
   */
  readonly isSigned?: (signed: Pick<SignedOperation, 'bytes' | 'signature'>, digest: string) => boolean
}

/**
 * Applies one operation to the book, wholly or not at all. Pure but for the writes to `store`: no clock, no dice; time is
 * in the operation. Total: no bytes make it throw.
 *
 * @param store  the book; an operation that is refused leaves it as it was
 * @param signed its bytes decide: they are read and checked again here
 * @returns      what happened, or the first rule that was broken; every replica gives the same. An operation applied
 *               before gives `operation-repeated` and changes nothing.
 * @see          docs/operations.md for the fields, the order of refusals and the events
 */
export function apply(
  store: KeyValue,
  signed: Pick<SignedOperation, 'bytes' | 'signature'>,
  ports: ApplyPorts,
): Outcome<readonly CommunityEvent[], CommunityRefusal> {
  const read = operationAtTheDoor(signed.bytes)
  if (!read.ok) return read
  const operation = read.value
  const digest = hex(sha256(signed.bytes))
  const known = knownOrRefused(store, operation, digest)
  if (known !== undefined) return known
  const overlay = overlayOn(store)
  const set =
    operation.kind === 'community.found'
      ? foundingScene(overlay, operation, { digest, kernel: ports.kernel })
      : memberScene(overlay, operation, ports.kernel)
  if (!set.ok) return set
  const isSigned = (): boolean =>
    ports.isSigned?.(signed, digest) === true ||
    isSignedBy(operation.key, OPERATION_DOMAIN, signed.bytes, signed.signature)
  const admitted = admit(set.value, operation, isSigned)
  if (admitted !== undefined) return admitted
  const expired = releaseExpired(set.value)
  const played = play(set.value, operation)
  if (!played.ok) return played
  conclude(set.value, operation, digest)
  overlay.commit()
  return accept([...expired, ...played.value])
}

function operationAtTheDoor(bytes: Uint8Array): Outcome<Operation, CommunityRefusal> {
  if (bytes.length > OPERATION_BYTES_MAX)
    return no('malformed', { place: 'operation', expected: `at most ${OPERATION_BYTES_MAX} bytes` })
  try {
    return accept(operationFrom(bytes))
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    if (fault.code === 'version-unknown') return no('version-unknown', fault.details)
    if (fault.code === 'operation-malformed') return no('malformed', fault.details)
    must(fault.code === 'bytes-not-canonical', 'reading an operation fails in a known way', {
      code: fault.code,
    })
    return no('malformed', { place: 'operation', expected: 'canonical bytes' })
  }
}

function knownOrRefused(store: KeyValue, operation: Operation, digest: string): Played | undefined {
  const head = readHead(store)
  if (head === undefined) return operation.kind === 'community.found' ? undefined : no('not-founded')
  const { community } = head
  if (operation.community !== community)
    return operation.kind === 'community.found'
      ? no('already-founded', { community })
      : no('other-community', { asked: operation.community, community })
  const applied = readApplied(store, operation.id)
  if (applied !== undefined)
    return applied.digest === digest
      ? accept([{ is: 'operation-repeated', sequence: applied.sequence }])
      : no('id-taken', { id: operation.id })
  return operation.kind === 'community.found' ? no('already-founded', { community }) : undefined
}

function foundingScene(
  store: KeyValue,
  operation: OperationOf<'community.found'>,
  { digest, kernel }: { readonly digest: string; readonly kernel: MatchKernel },
): Outcome<Scene, CommunityRefusal> {
  const founded = found(store, operation, digest)
  if (!founded.ok) return founded
  const { head, coordinator } = founded.value
  const { bookTime } = head
  const limitInForce = limitAt(store, bookTime)
  return accept({ store, head, signer: coordinator, sequence: 1, bookTime, kernel, limitInForce })
}

function memberScene(
  store: KeyValue,
  operation: Operation,
  kernel: MatchKernel,
): Outcome<Scene, CommunityRefusal> {
  const head = headOf(store)
  const signer = readMember(store, operation.by)
  if (signer === undefined) return no('signer-unknown', { member: operation.by })
  const bookTime = timeAfter(head.bookTime, operation, head.coordinator)
  const limitInForce = limitAt(store, bookTime)
  return accept({ store, head, signer, sequence: head.sequence + 1, bookTime, kernel, limitInForce })
}

/** Looked up when it is first asked for, and then known for the rest of the operation. */
function limitAt(store: KeyValue, bookTime: EpochMs): Scene['limitInForce'] {
  let limit: MicroCredit | undefined
  return () => (limit ??= charterAt(store, slotOf(bookTime)).limit)
}

/** Only the coordinator's operations move the book's time: a member's clock expires nobody else's holds. */
function timeAfter(bookTime: EpochMs, operation: Operation, coordinator: string): EpochMs {
  return operation.by === coordinator ? epochMs(Math.max(bookTime, operation.at)) : bookTime
}

/** The checks that every operation passes, in the order of the protocol. */
function admit(
  { store, signer, bookTime }: Scene,
  operation: Operation,
  isSigned: () => boolean,
): ReturnType<typeof no> | undefined {
  const key = hex(operation.key)
  if (!signer.keys.includes(key)) return no('key-not-hers', { member: signer.id })
  const { expiresAt, nonce } = operation
  if (expiresAt <= bookTime || expiresAt <= operation.at) return no('expired', { expiresAt, bookTime })
  const last = readMemberKey(store, key)?.nonce ?? 0
  if (nonce <= last) return no('nonce-used', { nonce, last })
  if (!isSigned()) return no('signature-wrong')
  // Whoever left may still spend her credit or pay her debt, and nothing else.
  if (signer.leftAt !== undefined && operation.kind !== 'credit.transfer')
    return no('member-left', { member: signer.id })
  return undefined
}

function play(scene: Scene, operation: Operation): Played {
  switch (operation.kind) {
    case 'community.found':
      return accept([{ is: 'community-founded', community: operation.community }])
    case 'member.join':
      return playJoin(scene, operation)
    case 'member.key':
      return playKey(scene, operation)
    case 'member.leave':
      return playLeave(scene, operation)
    case 'site.add':
      return playSite(scene, operation)
    case 'meter.add':
      return playMeter(scene, operation)
    case 'meter.retire':
      return playRetire(scene, operation)
    case 'charter.amend':
      return playAmend(scene, operation)
    case 'credit.transfer':
      return playTransfer(scene, operation)
    case 'credit.hold':
      return playHold(scene, operation)
    case 'credit.capture':
      return playCapture(scene, operation)
    case 'credit.release':
      return playRelease(scene, operation)
    case 'credit.limit':
      return playLimit(scene, operation)
    case 'energy.statements':
      return playStatements(scene, operation)
    case 'energy.settle':
      return playSettle(scene, operation)
    case 'energy.restate':
      return playRestate(scene, operation)
    case 'energy.finalise':
      return playFinalise(scene, operation)
    case 'energy.object':
      return playObject(scene, operation)
    case 'steward.propose':
      return playPropose(scene, operation)
    case 'steward.approve':
      return playApprove(scene, operation)
    case 'steward.refound':
      return playRefound(scene, operation)
    default:
      return unknownKind(operation)
  }
}

/** The types leave no kind over: this only keeps the switch above complete. */
function unknownKind(operation: never): Played {
  must(false, 'every kind of operation has its play', { operation })
  return no('malformed')
}

/** Counts the operation, remembers its id and its nonce, and moves the book's time. */
function conclude(
  { store, head, signer, sequence, bookTime }: Scene,
  operation: Operation,
  digest: string,
): void {
  const { settledUntil } = readHead(store) ?? head
  writeHead(store, { ...head, sequence, bookTime, settledUntil })
  writeMemberKey(store, hex(operation.key), { member: signer.id, nonce: operation.nonce })
  store.set(stateKeys.operation(operation.id), recordBytes({ digest, sequence }))
  markRegistry(store, { kind: operation.kind, digest, sequence })
}
