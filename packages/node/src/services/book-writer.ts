import { signedAct, type Act, type Book, type CommunityEvent, type CommunityRefusal } from '@tri/community'
import { Fault, type EpochMs, type Outcome } from '@tri/units'
import type { KeyPair } from '@tri/units/crypto'

import type { KeyRing } from '../keys/key-ring.ts'

/** Puts acts of members whose keys this node holds into the book. */
export interface BookWriter {
  /**
   * Signs and applies.
   *
   * @param by the member who acts
   * @param id a key of the caller's own: the same id is applied once; a new one when left out
   * @throws Fault `key-not-held` when another node has the member's key
   */
  act(by: string, act: Act, id?: string): Outcome<readonly CommunityEvent[], CommunityRefusal>
  /** The same where a refusal would be our own mistake or the caller's. @throws Fault `operation-refused` */
  mustAct(by: string, act: Act, id?: string): readonly CommunityEvent[]
}

export interface WriterPorts {
  readonly book: Book
  readonly keys: KeyRing
  readonly now: () => EpochMs
  /** A new id, never given before. */
  readonly newId: () => string
}

export function bookWriter({ book, keys, now, newId }: WriterPorts): BookWriter {
  const act: BookWriter['act'] = (by, what, id = newId()) => {
    const key: KeyPair | undefined = keys.keyOf(by)
    if (key === undefined) throw new Fault('key-not-held', { member: by })
    return book.apply(signedAct(book.store, { by, key, id, at: now() }, what))
  }
  return {
    act,
    mustAct: (by, what, id) => {
      const outcome = act(by, what, id)
      if (outcome.ok) return outcome.value
      throw operationRefused(outcome.refusal)
    },
  }
}

/** A refusal of the book as the fault that a command or page shows. */
export function operationRefused(refusal: CommunityRefusal): Fault {
  return new Fault(refusal.is, refusal.details)
}
