import {
  apply,
  nextNonce,
  overlayOn,
  signedAct,
  type Act,
  type CommunityEvent,
  type CommunityRefusal,
  type KeyValue,
  type SignedOperation,
} from '@tri/community'
import type { MatchKernel } from '@tri/exchange'
import type { Ordering } from '@tri/ledger'
import { Fault, accept, refuse, type EpochMs, type Outcome } from '@tri/units'
import { hex, sha256, type KeyPair } from '@tri/units/crypto'

import type { KeyRing } from '../keys/key-ring.ts'
import type { FinalBlocks } from '../ledger/final-blocks.ts'

/** What came of an act that is final, or the rule that it broke. */
export type Acted = Outcome<readonly CommunityEvent[], CommunityRefusal>

/** An act, whose it is, and when by her clock. */
export interface Doing {
  readonly by: string
  readonly act: Act
  /** The caller's own; a new one when left out. */
  readonly id?: string
  /** The node's clock when left out. */
  readonly at?: EpochMs
}

/**
 * Hands acts of members whose keys this node holds to the stewards. A promise resolves when the act is final, that is
 * when the state has it, or when it was refused.
 */
export interface BookWriter {
  /**
   * Signs, hands in, and waits.
   *
   * @param by the member who acts
   * @param id a key of the caller's own: the same id is applied once; a new one when left out
   * @throws Fault `key-not-held` when another node has the member's key; `operation-not-taken`, `operation-not-final`
   */
  act(by: string, act: Act, id?: string): Promise<Acted>
  /** The same where a refusal would be our own mistake or the caller's. @throws Fault the refusal */
  mustAct(by: string, act: Act, id?: string): Promise<readonly CommunityEvent[]>
  /** Several acts, handed in one after the other without waiting in between, so that they become final together. */
  actAll(doings: readonly Doing[]): Promise<readonly Acted[]>
  /**
   * Several acts, of which either all are handed in or none: they are played on a copy of the state first.
   *
   * @returns their events
   * @throws Fault the first refusal, before anything is handed in
   */
  mustActAll(doings: readonly Doing[]): Promise<readonly (readonly CommunityEvent[])[]>
  /** Signs and hands in nothing: for whoever keeps the bytes and hands them in itself. */
  sign(doing: Doing): SignedOperation
  /** Runs work while no other work of this kind runs: what was drafted at its start still holds at its end. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
}

export interface WriterPorts {
  readonly store: KeyValue
  readonly ordering: Pick<Ordering, 'submit' | 'settled'>
  readonly blocks: Pick<FinalBlocks, 'expect'>
  readonly kernel: MatchKernel
  readonly keys: Pick<KeyRing, 'keyOf'>
  readonly now: () => EpochMs
  /** A new id, never given before. */
  readonly newId: () => string
  /** Ends the patience of whoever waits for finality. */
  readonly patience: () => AbortSignal
}

export function bookWriter(ports: WriterPorts): BookWriter {
  const sign = signerOver(ports)
  const handIn = handerOver(ports)
  const act: BookWriter['act'] = async (by, what, id) =>
    handIn(sign({ by, act: what, ...(id === undefined ? {} : { id }) }))
  const actAll = async (doings: readonly Doing[]) => Promise.all(doings.map((one) => handIn(sign(one))))
  let turn: Promise<unknown> = Promise.resolve()
  return {
    sign,
    act,
    mustAct: async (by, what, id) => valueOf(await act(by, what, id)),
    actAll,
    mustActAll: async (doings) => {
      const signed = doings.map(sign)
      const rehearsal = overlayOn(ports.store)
      for (const one of signed) valueOf(apply(rehearsal, one, ports))
      return (await Promise.all(signed.map(handIn))).map(valueOf)
    },
    inTurn: async (work) => {
      const mine = turn.then(work)
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

/**
 * Signs with the number above all that a key has used, those that are still on their way included: two acts of one member
 * may wait at the same time.
 */
function signerOver({ store, keys, now, newId }: WriterPorts): BookWriter['sign'] {
  const given = new Map<KeyPair, number>()
  return ({ by, act, id = newId(), at = now() }) => {
    const key = keys.keyOf(by)
    if (key === undefined) throw new Fault('key-not-held', { member: by })
    const nonce = Math.max(nextNonce(store, key.publicKey), (given.get(key) ?? 0) + 1)
    given.set(key, nonce)
    return signedAct(store, { by, key, id, at, nonce }, act)
  }
}

function handerOver({ ordering, blocks, patience }: WriterPorts) {
  return async (signed: SignedOperation): Promise<Acted> => {
    const digest = hex(sha256(signed.bytes))
    using expected = blocks.expect(digest)
    const taken = await ordering.submit(signed)
    if (!taken.ok) throw new Fault('operation-not-taken', { reason: taken.refusal.reason })
    const standing =
      taken.value.is === 'accepted' ? await settledWithin(ordering, digest, patience()) : taken.value
    if (standing.is === 'refused') return refuse(standing.refusal)
    if (standing.is !== 'final') throw new Fault('operation-not-final')
    return accept((await expected.operation).events)
  }
}

async function settledWithin(ordering: WriterPorts['ordering'], digest: string, patience: AbortSignal) {
  try {
    return await ordering.settled(digest, patience)
  } catch (cause) {
    if (patience.aborted) throw new Fault('operation-not-final', {}, { cause })
    throw cause
  }
}

function valueOf(acted: Acted): readonly CommunityEvent[] {
  if (acted.ok) return acted.value
  throw operationRefused(acted.refusal)
}

/** A refusal of the book as the fault that a command or page shows. */
export function operationRefused(refusal: CommunityRefusal): Fault {
  return new Fault(refusal.is, refusal.details)
}
