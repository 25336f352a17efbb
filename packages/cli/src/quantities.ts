import { MICRO_CREDIT_PER_CREDIT, WATT_HOUR_PER_KILOWATT_HOUR } from '@tri/units'

const MICRO_DIGITS = 6

/** Energy for people: kWh with three decimals, exact. */
export function kilowattHours(energyWh: number): string {
  return `${(energyWh / WATT_HOUR_PER_KILOWATT_HOUR).toFixed(3)} kWh`
}

/** Credit for people: `CC +1.234567`, exact to the micro-credit, without the zeros at its end beyond cents. */
export function credits(amountMicroCredit: number, signed = false): string {
  const sign = amountMicroCredit < 0 ? '-' : signed && amountMicroCredit > 0 ? '+' : ''
  const whole = Math.floor(Math.abs(amountMicroCredit) / MICRO_CREDIT_PER_CREDIT)
  const micro = Math.abs(amountMicroCredit) % MICRO_CREDIT_PER_CREDIT
  const digits = String(micro)
    .padStart(MICRO_DIGITS, '0')
    .replace(/0{1,4}$/, '')
  return `CC ${sign}${whole}.${digits}`
}

/**
 * Credit as people type it: `12`, `12.5` or `12,50`, at most six decimals.
 *
 * @returns µCC, or undefined when it is not such a number or not above 0
 */
export function creditsFrom(text: string): number | undefined {
  const found = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text.trim())
  if (found === null) return undefined
  const amount =
    Number(found[1]) * MICRO_CREDIT_PER_CREDIT + Number((found[2] ?? '').padEnd(MICRO_DIGITS, '0'))
  return amount > 0 ? amount : undefined
}
