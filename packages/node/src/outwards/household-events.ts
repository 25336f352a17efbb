import type { QueuedStatement, ResidualIncident, SlotIncident } from '@tri/meters'
import { epochMs, slotStart } from '@tri/units'

import type { MeterSlot } from '../devices/meter-slots.ts'
import type { OutwardsEvent } from './outwards-sources.ts'

/** Slots that nobody read: those that follow one another, for the same reason, are one event. */
export function gapEvents(slots: readonly MeterSlot[]): OutwardsEvent[] {
  const gaps: Extract<OutwardsEvent, { kind: 'gap' }>[] = []
  for (const { meter, change } of slots) {
    if (change.is !== 'gap') continue
    const last = gaps.at(-1)
    const follows =
      last?.meter === meter && last.why === change.why && last.firstSlot + last.slots === change.slot
    if (follows) gaps.splice(-1, 1, { ...last, slots: last.slots + 1 })
    else gaps.push({ kind: 'gap', meter, firstSlot: change.slot, slots: 1, why: change.why })
  }
  return gaps
}

/** Something that happened to a meter. */
export function meterIncidentEvent({ is, meter, at }: SlotIncident): OutwardsEvent {
  return { kind: 'incident', is, meter, at: epochMs(at) }
}

/** A balance of the household that does not hold. */
export function residualIncidentEvent({ cause, from }: ResidualIncident): OutwardsEvent {
  return { kind: 'incident', is: cause.is, meter: undefined, at: slotStart(from) }
}

/** A statement that the book did not take. @param refusal by its name */
export function statementRefusedEvent({ statement }: QueuedStatement, refusal: string): OutwardsEvent {
  return { kind: 'statement-refused', meter: statement.meter, slot: statement.slot, refusal }
}
