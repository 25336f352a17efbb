import type { QueuedStatement, RegisterGap, ResidualIncident, SlotIncident } from '@tri/meters'
import { epochMs, slotStart } from '@tri/units'

import type { OutwardsEvent, OutwardsSources } from './outwards-sources.ts'

/** Where the parts of a node tell what happened, and outlets hear it. */
export interface HouseholdEvents extends Pick<OutwardsSources, 'onEvent'> {
  readonly tell: (event: OutwardsEvent) => void
}

/** Events between those who tell and those who hear; one that nobody hears is gone. */
export function householdEvents(): HouseholdEvents {
  const listeners = new Set<(event: OutwardsEvent) => void>()
  return {
    tell: (event) => {
      for (const listener of listeners) listener(event)
    },
    onEvent: (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
  }
}

/** Slots of a meter that nobody read. What its registers counted over them is not told. */
export function gapEvent(meter: string, { firstSlot, slots, why }: RegisterGap): OutwardsEvent {
  return { kind: 'gap', meter, firstSlot, slots, why }
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
