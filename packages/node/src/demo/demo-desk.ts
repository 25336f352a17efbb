import {
  charterAt,
  charters,
  communityHead,
  settlementDraft,
  type Act,
  type KeyValue,
  type SlotRange,
} from '@tri/community'
import { RULES, type MatchKernel } from '@tri/exchange'
import { accept, present, refuse, type EpochMs, type Outcome } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { BookWriter, Doing } from '../services/book-writer.ts'

/** Hexadecimal digits of an operation's id. */
const ID_DIGITS = 32

/** What acting and settling take: the final state, the keys of those who act, and the kernel. */
export interface DemoDesk {
  /** For queries. */
  readonly store: KeyValue
  readonly writer: Pick<BookWriter, 'actAll'>
  readonly kernel: MatchKernel
}

/** What a member does in the demo, and when by the demo's clock. */
export type DemoDoing = Doing & { readonly at: EpochMs }

/**
 * Hands in acts of different members, each signed with the member's own key, as their nodes would.
 *
 * @returns for each act the name of the rule that was broken, if one was
 */
export async function submitAll(
  desk: DemoDesk,
  doings: readonly DemoDoing[],
): Promise<Outcome<undefined, string>[]> {
  // Made from what came before it, not from dice: the same seed gives the same book, byte for byte.
  const sequence = communityHead(desk.store)?.sequence ?? 0
  const named = doings.map((doing) => {
    const seed = new TextEncoder().encode(`${doing.by}\n${doing.act.kind}\n${doing.at}\n${sequence}`)
    return { ...doing, id: hex(sha256(seed)).slice(0, ID_DIGITS) }
  })
  const outcomes = await desk.writer.actAll(named)
  return outcomes.map((outcome) => (outcome.ok ? accept(undefined) : refuse(outcome.refusal.is)))
}

/**
 * Settles as much of a range as lies under one charter, in whole intervals of its rule.
 *
 * @returns the period that was settled, undefined when there is none yet, or the rule that was broken
 */
export async function settle(
  desk: DemoDesk,
  wanted: SlotRange,
  at: EpochMs,
): Promise<Outcome<SlotRange | undefined, string>> {
  const range = settleable(desk, wanted)
  if (range.slots <= 0) return accept(undefined)
  const draft = settlementDraft(desk.store, range, desk.kernel)
  if (!draft.ok) return refuse(draft.refusal.is)
  const settled = await coordinatorDoes(desk, at, { kind: 'energy.settle', ...draft.value.claim })
  return settled.ok ? accept(range) : settled
}

/** The coordinator declares a period final. */
export async function certify(
  desk: DemoDesk,
  range: SlotRange,
  at: EpochMs,
): Promise<Outcome<undefined, string>> {
  return coordinatorDoes(desk, at, { kind: 'energy.finalise', ...range })
}

async function coordinatorDoes(desk: DemoDesk, at: EpochMs, act: Act): Promise<Outcome<undefined, string>> {
  const by = present(communityHead(desk.store), 'the book of a demo is founded').coordinator
  const [outcome] = await submitAll(desk, [{ by, at, act }])
  return present(outcome, 'one act has one outcome')
}

function settleable({ store }: DemoDesk, { firstSlot, slots }: SlotRange): SlotRange {
  const { intervalSlots } = RULES[charterAt(store, firstSlot).rule]
  const nextCharter = charters(store).find(({ from }) => from > firstSlot)
  const most = Math.min(slots, (nextCharter?.from ?? Number.POSITIVE_INFINITY) - firstSlot)
  return { firstSlot, slots: most - (most % intervalSlots) }
}
