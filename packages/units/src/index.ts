export {
  canonicalBytes,
  canonicalForm,
  fromCanonicalBytes,
  fromOwnBytes,
  type Canonical,
} from './canonical-bytes.ts'
export { CANONICAL_DEPTH_MAX } from './canonical-writer.ts'
export { exactSum, mulDiv, mulMod, total } from './exact.ts'
export { Fault, faultSentence, type FaultDetails, type FaultText, type FaultTexts } from './fault.ts'
export { unitsFaults } from './faults.ts'
export { must, present } from './must.ts'
export { accept, refuse, type Outcome } from './outcome.ts'
export {
  MICRO_CREDIT_PER_CREDIT,
  WATT_HOUR_PER_KILOWATT_HOUR,
  microCredit,
  microCreditPerWattHour,
  priceOf,
  watt,
  wattHour,
  type MicroCredit,
  type MicroCreditPerWattHour,
  type Watt,
  type WattHour,
} from './quantity.ts'
export {
  SLOT_MAX,
  SLOT_MS,
  SLOTS_PER_HOUR,
  SLOTS_PER_UTC_DAY,
  epochMs,
  slot,
  slotOf,
  slotStart,
  type EpochMs,
  type Slot,
} from './slot.ts'
export { METERS_MAX, splitExactly } from './split-exactly.ts'
