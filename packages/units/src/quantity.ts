import { Fault } from './fault.ts'

declare const unit: unique symbol

/** Instantaneous power in W. Positive is into the household. */
export type Watt = number & { readonly [unit]: 'W' }
/** Energy in Wh: a safe integer. Registers, statements and settlement count in it; it is exact. */
export type WattHour = number & { readonly [unit]: 'Wh' }
/** Community Credit in µCC: a safe integer; 1 CC = 1 000 000 µCC. */
export type MicroCredit = number & { readonly [unit]: 'µCC' }
/** A price in µCC per Wh: a safe integer. 0.12 CC/kWh is 120. */
export type MicroCreditPerWattHour = number & { readonly [unit]: 'µCC/Wh' }

/** µCC in 1 CC. */
export const MICRO_CREDIT_PER_CREDIT = 1_000_000
/** Wh in 1 kWh. */
export const WATT_HOUR_PER_KILOWATT_HOUR = 1000

function safeInteger(value: number, of: string): number {
  if (!Number.isSafeInteger(value)) throw new Fault('quantity-not-exact', { value, unit: of })
  return value
}

/**
 * Energy as an exact quantity.
 *
 * @param value Wh, a safe integer
 * @throws Fault `quantity-not-exact` for anything else
 */
export function wattHour(value: number): WattHour {
  return safeInteger(value, 'Wh') as WattHour
}

/**
 * Power as a quantity; physics may have fractions.
 *
 * @param value W, finite
 * @throws Fault `quantity-not-exact` when it is not finite
 */
export function watt(value: number): Watt {
  if (!Number.isFinite(value)) throw new Fault('quantity-not-exact', { value, unit: 'W' })
  return value as Watt
}

/**
 * Credit as an exact quantity.
 *
 * @param value µCC, a safe integer
 * @throws Fault `quantity-not-exact` for anything else
 */
export function microCredit(value: number): MicroCredit {
  return safeInteger(value, 'µCC') as MicroCredit
}

/**
 * A price as an exact quantity.
 *
 * @param value µCC per Wh, a safe integer
 * @throws Fault `quantity-not-exact` for anything else
 */
export function microCreditPerWattHour(value: number): MicroCreditPerWattHour {
  return safeInteger(value, 'µCC/Wh') as MicroCreditPerWattHour
}

/**
 * What an energy costs, exact: a product that leaves the safe integers is refused, not rounded.
 *
 * @param energy Wh
 * @param price  µCC per Wh
 * @returns      µCC
 * @throws Fault `quantity-not-exact` when the product is not a safe integer
 */
export function priceOf(energy: WattHour, price: MicroCreditPerWattHour): MicroCredit {
  return microCredit(energy * price)
}
