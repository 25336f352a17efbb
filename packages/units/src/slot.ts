import { Fault } from './fault.ts'

declare const time: unique symbol

/** A quarter hour `[from, until)`, counted from 1970 in UTC. */
export type Slot = number & { readonly [time]: 'slot' }
/** Milliseconds since 1970 in UTC. */
export type EpochMs = number & { readonly [time]: 'ms' }

/** Milliseconds of a slot. */
export const SLOT_MS = 900_000
/** Slots of an hour: a law that counts in hours sums four. */
export const SLOTS_PER_HOUR = 4
/** Slots of a UTC day; a local day has 92, 96 or 100. */
export const SLOTS_PER_UTC_DAY = 96
/** The year 10000: a slot beyond it is a typing error. */
export const SLOT_MAX = 281_474_976

/**
 * A slot number.
 *
 * @throws Fault `slot-unusable` when it is not a whole number from 0 to SLOT_MAX
 */
export function slot(value: number): Slot {
  if (!Number.isInteger(value) || value < 0 || value > SLOT_MAX)
    throw new Fault('slot-unusable', { slot: value })
  return value as Slot
}

/**
 * An instant.
 *
 * @param value ms since 1970 UTC, a whole number that is not negative
 * @throws Fault `instant-unusable`
 */
export function epochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value) || value < 0) throw new Fault('instant-unusable', { instant: value })
  return value as EpochMs
}

/** The slot in which an instant lies. */
export function slotOf(instant: EpochMs): Slot {
  return slot(Math.floor(instant / SLOT_MS))
}

/** The first instant of a slot. */
export function slotStart(of: Slot): EpochMs {
  return epochMs(of * SLOT_MS)
}
