import type { MemberName, Mark } from '@tri/contract'
import {
  certificates,
  charterAt,
  communityHead,
  memberById,
  members,
  meters,
  type Head,
  type KeyValue,
  type Member,
  type Meter,
} from '@tri/community'
import { RULES, type MatchKernel } from '@tri/exchange'
import type { OrderingStatus } from '@tri/ledger'
import { present, slotOf, type EpochMs, type Slot } from '@tri/units'

import type { SlotRange } from '../calendar.ts'
import type { CommunityDocument } from '../community-file/document-shape.ts'
import type { HouseholdReadings } from '../household/household-readings.ts'
import type { AccountView } from './account-view.ts'

/** Power at one meter now, W, each >= 0; one of them is 0. */
export interface MeterPower {
  readonly importW: number
  readonly exportW: number
}

/** What the meters say at this moment. A meter that does not report is left out. */
export interface LivePower {
  readonly at: EpochMs
  readonly byMeter: ReadonlyMap<string, MeterPower>
}

/** The community's clock: the machine's, or that of a year that is played. */
export interface CommunityClock {
  nowMs(): EpochMs
  readonly speed: number | null
}

/** Everything that answers are made from. Nothing in it is written to by an answer. */
export interface NodeView extends AccountView {
  readonly store: KeyValue
  readonly kernel: MatchKernel
  readonly document: CommunityDocument
  readonly household: HouseholdReadings
  readonly livePower: () => LivePower | undefined
  /** Whether blocks become final now. */
  readonly ledgerState: () => OrderingStatus['state']
  readonly about: { readonly version: string; readonly mode: 'demo' | 'node'; readonly startedAt: EpochMs }
}

/** The head of a book that is open: it was founded. */
export function headOf(view: Pick<NodeView, 'store'>): Head {
  return present(communityHead(view.store), 'an open book is founded')
}

/** Slots settled as one under the charter in force: 4 for rules that settle hours. */
export function intervalSlotsAt(view: NodeView, at: Slot): number {
  return RULES[charterAt(view.store, at).rule].intervalSlots
}

/** The quarter hour in which the community is now. */
export function slotNow(view: NodeView): Slot {
  return slotOf(view.clock.nowMs())
}

/** The connection meters of a member, as the book has them. */
export function metersOf(view: Pick<NodeView, 'store'>, member: string): Meter[] {
  return meters(view.store).filter((meter) => meter.member === member)
}

/** Columns that are nobody's private life: meters of the cooperative and of the municipality. */
export function privateColumns(view: NodeView, memberOf: readonly string[]): boolean[] {
  const kinds = new Map(members(view.store).map(({ id, kind }) => [id, kind]))
  return memberOf.map((member) => {
    const kind = kinds.get(member)
    return kind !== 'cooperative' && kind !== 'municipality'
  })
}

/** A member as other members see it. */
export function memberNameOf(view: Pick<NodeView, 'store'>, id: string): MemberName | undefined {
  const member = memberById(view.store, id)
  return member === undefined ? undefined : nameOf(member)
}

export function nameOf({ id, name, kind }: Member): MemberName {
  return { id, name: name ?? null, kind }
}

/** How final a range is: certified when one certificate without an objection covers it, else provisional. */
export function markOf(view: Pick<NodeView, 'store'>, range: SlotRange): Mark {
  const until = range.firstSlot + range.slots
  const covers = certificates(view.store, range).some(
    (one) =>
      one.objection === undefined && one.firstSlot <= range.firstSlot && one.firstSlot + one.slots >= until,
  )
  return covers ? 'certified' : 'provisional'
}
