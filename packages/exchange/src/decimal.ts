/** What a decimal string holds at a given fineness: whole units, or why not. */
export type Decimal =
  | { readonly is: 'exact'; readonly units: number }
  | { readonly is: 'too-fine' }
  | { readonly is: 'unusable' }

// Nine digits before the point keep every price, key and limit far inside the safe integers.
const DECIMAL = /^(\d{1,9})(?:\.(\d{1,18}))?$/

/**
 * Reads a decimal string as a whole number of units of 10^-digits, without floating point.
 *
 * @param digits decimals that the unit can hold, 0 to 6; further ones are `too-fine` unless they are zeros
 */
export function decimalOf(value: unknown, digits: number): Decimal {
  const match = typeof value === 'string' ? DECIMAL.exec(value) : null
  if (match === null) return { is: 'unusable' }
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction.length > digits) return { is: 'too-fine' }
  return { is: 'exact', units: Number(`${match[1]}${fraction.padEnd(digits, '0')}`) }
}

/** Whole units of 10^-digits as the shortest decimal string: 110 at 3 digits is "0.11". */
export function decimalText(units: number, digits: number): string {
  const sign = units < 0 ? '-' : ''
  const padded = String(Math.abs(units)).padStart(digits + 1, '0')
  const whole = padded.slice(0, padded.length - digits)
  const fraction = padded.slice(padded.length - digits).replace(/0+$/, '')
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}
