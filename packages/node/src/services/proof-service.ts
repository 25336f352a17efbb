import {
  settlementInputAt,
  settlementRecords,
  stateKeys,
  operationSequence,
  type SettlementRecord,
} from '@tri/community'
import { meterShare, settle } from '@tri/exchange'
import { meterPartOf, nodePrimitives, proofOf, type ProofSource } from '@tri/ledger'
import { accept, must, refuse, type Outcome, type Slot } from '@tri/units'

import { lineOfOperation } from './line-of-operation.ts'
import { metersOf, type NodeView } from './view.ts'

/** What a member wants proved; her balance when nothing is named. */
export interface ProofWish {
  readonly member: string
  /** The operation that posted a line to her account. */
  readonly posting?: string | undefined
  /** A settled quarter hour. */
  readonly slot?: Slot | undefined
  /** Which of her meters; the first when left out. */
  readonly meter?: string | undefined
}

export type ProofRefusal =
  | 'posting-unknown'
  | 'slot-not-settled'
  | 'period-too-short'
  | 'meter-not-hers'
  | 'proof-not-ready'

/**
 * Slots of the shortest period of which one meter's part is proved: a local day in spring. The path names the digest of a
 * neighbour's columns; those of a single quarter hour are few enough to be tried out.
 */
export const PROVED_SLOTS_MIN = 92

/**
 * The bytes of a proof for one member: of her balance as it is now, of one posting, or of one meter's quarter hour with
 * its day. Whoever checks them needs the text of the genesis and nothing else.
 */
export async function memberProof(
  view: Pick<NodeView, 'store' | 'kernel'>,
  source: ProofSource,
  wish: ProofWish,
): Promise<Outcome<Uint8Array, ProofRefusal>> {
  if (wish.slot !== undefined) return await slotProof(view, source, { ...wish, slot: wish.slot })
  const key = recordKey(view, wish)
  if (key === undefined) return refuse('posting-unknown')
  return ready(await proofOf(source, key))
}

function recordKey(view: Pick<NodeView, 'store'>, { member, posting }: ProofWish): string | undefined {
  if (posting === undefined) return stateKeys.account(member)
  const sequence = operationSequence(view.store, posting)
  const line = sequence === undefined ? undefined : lineOfOperation(view, member, sequence)
  return line === undefined ? undefined : stateKeys.line(member, line.number)
}

async function slotProof(
  view: Pick<NodeView, 'store' | 'kernel'>,
  source: ProofSource,
  { member, slot, meter }: ProofWish & { readonly slot: Slot },
): Promise<Outcome<Uint8Array, ProofRefusal>> {
  const hers = metersOf(view, member).map(({ id }) => id)
  const of = meter ?? hers[0]
  if (of === undefined || !hers.includes(of)) return refuse('meter-not-hers')
  const record = settlementRecords(view.store, { firstSlot: slot, slots: 1 })[0]
  if (record === undefined) return refuse('slot-not-settled')
  if (record.slots < PROVED_SLOTS_MIN) return refuse('period-too-short')
  const key = stateKeys.settlementVersion(record.firstSlot + record.slots, record.version)
  return ready(await proofOf(source, key, meterPart(view, record, { meter: of, slot })))
}

/** Settles the period once more, as whoever checks a settlement does, for the meter's columns and everybody's leaves. */
function meterPart(
  { store, kernel }: Pick<NodeView, 'store' | 'kernel'>,
  { firstSlot, slots, version }: SettlementRecord,
  { meter, slot }: { readonly meter: string; readonly slot: Slot },
) {
  const input = settlementInputAt(store, { firstSlot, slots }, version)
  must(input.ok, 'a settled period can be settled again')
  const { header, columns, intervalSlots } = meterShare(input.value, kernel, meter)
  const { leaves } = settle(input.value, kernel)
  const index = input.value.tree.meters.indexOf(meter)
  const settled = { header: { ...header }, intervalSlots, ...columns }
  return meterPartOf(nodePrimitives, settled, { leaves, index }, slot)
}

function ready(bytes: Uint8Array | undefined): Outcome<Uint8Array, ProofRefusal> {
  return bytes === undefined ? refuse('proof-not-ready') : accept(bytes)
}
