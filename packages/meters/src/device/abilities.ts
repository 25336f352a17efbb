import type { EpochMs } from '@tri/units'

import type { OrderOutcome } from '../ocpp/charging-orders.ts'

/** The most that a device may draw: power, or the current of each phase. */
export type DrawLimit = {
  /** Phases that the limit counts on; what the device has when absent. */
  readonly phases?: 1 | 2 | 3
  /** Until when it holds; until another comes when absent. */
  readonly untilAt?: EpochMs
} & (
  | { readonly limitW: number; readonly limitA?: undefined }
  | { readonly limitA: number; readonly limitW?: undefined }
)

/** A device whose draw can be limited. It never throws: the outcome tells. */
export interface Limiter {
  /** In place of the limit before. */
  limit(to: DrawLimit): Promise<OrderOutcome>
  unlimit(): Promise<OrderOutcome>
}

/** A device that can be switched. It never throws: the outcome tells. */
export interface Switch {
  turnOn(): Promise<OrderOutcome>
  turnOff(): Promise<OrderOutcome>
}
