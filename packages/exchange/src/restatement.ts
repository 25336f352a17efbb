import {
  Fault,
  microCredit,
  must,
  total,
  wattHour,
  type MicroCredit,
  type Slot,
  type WattHour,
} from '@tri/units'

import type { MemberSettlement, RingLine } from './member-settlement.ts'
import { RINGS, type Ring } from './ring.ts'
import type { Settlement } from './settle.ts'

/** After less before, of one member in one ring. The amounts differ by more than Wh x price where the price changed. */
export interface LineDifference {
  readonly ring: Ring
  readonly givenWh: WattHour
  readonly receivedWh: WattHour
  readonly earnedMicroCredit: MicroCredit
  readonly spentMicroCredit: MicroCredit
}

/** After less before, of one member for whom anything changed. */
export interface MemberDifference {
  readonly member: string
  readonly importWh: WattHour
  readonly exportWh: WattHour
  readonly ownWh: WattHour
  readonly gridImportWh: WattHour
  readonly gridExportWh: WattHour
  readonly missingSlots: number
  /** Only rings in which something changed, nearest first. */
  readonly lines: readonly LineDifference[]
  readonly feeMicroCredit: MicroCredit
  readonly creditMicroCredit: MicroCredit
}

/** What a new version of a settlement posts: the differences, whose credit sums to 0 with the commons'. */
export interface Restatement {
  readonly community: string
  readonly firstSlot: Slot
  readonly slots: number
  readonly rootBefore: string
  readonly rootAfter: string
  /** Sorted by member id; nobody for whom nothing changed. */
  readonly members: readonly MemberDifference[]
  readonly commonsMicroCredit: MicroCredit
}

/**
 * The differences between two versions of one period's settlement. Equal versions have none; the earlier version stays
 * what it was, and settling its statements again gives its root.
 *
 * @throws Fault `restatement-elsewhere` when the two are not the same period of the same community
 */
export function restate(before: Settlement, after: Settlement): Restatement {
  const { community, firstSlot, slots } = after
  const isSame = before.community === community && before.firstSlot === firstSlot && before.slots === slots
  if (!isSame)
    throw new Fault('restatement-elsewhere', {
      before: periodOf(before),
      after: periodOf(after),
    })
  const was = new Map(before.members.map((member) => [member.member, member]))
  const is = new Map(after.members.map((member) => [member.member, member]))
  const ids = [...new Set([...was.keys(), ...is.keys()])].sort()
  const members = ids.map((id) => difference(id, was.get(id), is.get(id))).filter(hasChanged)
  const commonsMicroCredit = microCredit(after.commonsMicroCredit - before.commonsMicroCredit)
  const sum = total(members.map((member) => member.creditMicroCredit)) + commonsMicroCredit
  must(sum === 0, 'a restatement neither makes nor loses credit', { sum })
  return {
    community,
    firstSlot,
    slots,
    rootBefore: before.root,
    rootAfter: after.root,
    members,
    commonsMicroCredit,
  }
}

function periodOf({ community, firstSlot, slots }: Settlement): string {
  return `${community} ${firstSlot}+${slots}`
}

function difference(
  member: string,
  was: MemberSettlement | undefined,
  is: MemberSettlement | undefined,
): MemberDifference {
  const energy = (of: (one: MemberSettlement) => number): WattHour => wattHour(less(is, was, of))
  const credit = (of: (one: MemberSettlement) => number): MicroCredit => microCredit(less(is, was, of))
  const lines = RINGS.map((ring) => lineDifference(ring, lineIn(was, ring), lineIn(is, ring)))
  return {
    member,
    importWh: energy((one) => one.importWh),
    exportWh: energy((one) => one.exportWh),
    ownWh: energy((one) => one.ownWh),
    gridImportWh: energy((one) => one.gridImportWh),
    gridExportWh: energy((one) => one.gridExportWh),
    missingSlots: less(is, was, (one) => one.missingSlots),
    lines: lines.filter((line) => line.givenWh !== 0 || line.receivedWh !== 0 || isPaidOtherwise(line)),
    feeMicroCredit: credit((one) => one.feeMicroCredit),
    creditMicroCredit: credit((one) => one.creditMicroCredit),
  }
}

function isPaidOtherwise({ earnedMicroCredit, spentMicroCredit }: LineDifference): boolean {
  return earnedMicroCredit !== 0 || spentMicroCredit !== 0
}

/** After less before; who was not there had 0. */
function less<T>(is: T | undefined, was: T | undefined, of: (one: T) => number): number {
  return (is === undefined ? 0 : of(is)) - (was === undefined ? 0 : of(was))
}

function lineIn(member: MemberSettlement | undefined, ring: Ring): RingLine | undefined {
  return member?.lines.find((line) => line.ring === ring)
}

function lineDifference(ring: Ring, was: RingLine | undefined, is: RingLine | undefined): LineDifference {
  return {
    ring,
    givenWh: wattHour(less(is, was, (line) => line.givenWh)),
    receivedWh: wattHour(less(is, was, (line) => line.receivedWh)),
    earnedMicroCredit: microCredit(less(is, was, (line) => line.earnedMicroCredit)),
    spentMicroCredit: microCredit(less(is, was, (line) => line.spentMicroCredit)),
  }
}

function hasChanged(difference: MemberDifference): boolean {
  const amounts = Object.values(difference).filter((value) => typeof value === 'number')
  return difference.lines.length > 0 || amounts.some((amount) => amount !== 0)
}
