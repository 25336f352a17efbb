import {
  charterAt,
  charters,
  communityHead,
  settlementDraft,
  signedAct,
  type Act,
  type Book,
  type KeyValue,
  type SignedOperation,
  type SlotRange,
} from '@tri/community'
import { RULES, type MatchKernel } from '@tri/exchange'
import { accept, must, present, refuse, type EpochMs, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { KeyRing } from '../keys/key-ring.ts'

/** Hexadecimal digits of an operation's id. */
const ID_DIGITS = 32

/** What signing and settling take: the book, the keys of those who act, and the kernel. */
export interface DemoDesk {
  /** For queries. */
  readonly store: KeyValue
  /** Applies operations in order and acknowledges them together. */
  readonly applyAll: (signed: readonly SignedOperation[]) => readonly ReturnType<Book['apply']>[]
  readonly keys: Pick<KeyRing, 'keyOf'>
  readonly kernel: MatchKernel
}

/** An act, whose it is, and when by her clock. */
export interface Doing {
  readonly by: string
  readonly at: EpochMs
  readonly act: Act
}

/**
 * Signs acts of different members, each with the member's own key, and applies them to the book, as their nodes would.
 *
 * @returns for each act the name of the rule that was broken, if one was
 */
export function submitAll(desk: DemoDesk, doings: readonly Doing[]): Outcome<undefined, string>[] {
  must(
    new Set(doings.map(({ by }) => by)).size === doings.length,
    'each member acts once: her next number is one',
  )
  // Made from what came before it, not from dice: the same seed gives the same book, byte for byte.
  const sequence = communityHead(desk.store)?.sequence ?? 0
  const signed = doings.map(({ by, at, act }) => {
    const key = present(desk.keys.keyOf(by), 'whoever acts in the demo has her key in the demo')
    const id = hex(sha256(new TextEncoder().encode(`${by}\n${act.kind}\n${at}\n${sequence}`))).slice(
      0,
      ID_DIGITS,
    )
    return signedAct(desk.store, { by, key, id, at }, act)
  })
  return desk.applyAll(signed).map((outcome) => (outcome.ok ? accept(undefined) : refuse(outcome.refusal.is)))
}

/**
 * Settles as much of a range as lies under one charter, in whole intervals of its rule.
 *
 * @returns the period that was settled, undefined when there is none yet, or the rule that was broken
 */
export function settle(
  desk: DemoDesk,
  wanted: SlotRange,
  at: EpochMs,
): Outcome<SlotRange | undefined, string> {
  const range = settleable(desk, wanted)
  if (range.slots <= 0) return accept(undefined)
  const draft = settlementDraft(desk.store, range, desk.kernel)
  if (!draft.ok) return refuse(draft.refusal.is)
  const settled = coordinatorDoes(desk, at, { kind: 'energy.settle', ...draft.value.claim })
  return settled.ok ? accept(range) : settled
}

/** The coordinator declares a period final. */
export function certify(desk: DemoDesk, range: SlotRange, at: EpochMs): Outcome<undefined, string> {
  return coordinatorDoes(desk, at, { kind: 'energy.finalise', ...range })
}

function coordinatorDoes(desk: DemoDesk, at: EpochMs, act: Act): Outcome<undefined, string> {
  const by = present(communityHead(desk.store), 'the book of a demo is founded').coordinator
  return present(submitAll(desk, [{ by, at, act }])[0], 'one act has one outcome')
}

function settleable({ store }: DemoDesk, { firstSlot, slots }: SlotRange): SlotRange {
  const { intervalSlots } = RULES[charterAt(store, firstSlot).rule]
  const nextCharter = charters(store).find(({ from }) => from > firstSlot)
  const most = Math.min(slots, (nextCharter?.from ?? Number.POSITIVE_INFINITY) - firstSlot)
  return { firstSlot, slots: most - (most % intervalSlots) }
}
