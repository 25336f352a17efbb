const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const POWER_MAX = POWERS.length - 1
const BINARY32_DIGITS_MIN = 6
const BINARY32_DIGITS_MAX = 9

/**
 * The number that `digits` times ten to the `exponent` names, as if it had been written out in decimal and read.
 *
 * Whole digits below 2^53 and powers of ten up to 10^22 are exact, and one operation on two exact numbers is rounded
 * once: it gives the same number as reading the decimal does, and a scale factor costs nothing.
 *
 * @param digits   any number, or a whole one of any size; only a safe integer takes the short way
 * @param exponent a whole number
 */
export function scaled(digits: number | bigint, exponent: number): number {
  if (typeof digits === 'bigint') return Number(exponent === 0 ? digits : `${digits}e${exponent}`)
  if (exponent === 0) return digits
  const power = POWERS[Math.abs(exponent)]
  if (power === undefined || Math.abs(exponent) > POWER_MAX || !Number.isSafeInteger(digits))
    return Number(shifted(String(digits), exponent))
  return exponent > 0 ? digits * power : digits / power
}

function shifted(decimal: string, exponent: number): string {
  const [mantissa, own] = decimal.split('e')
  return `${mantissa ?? '0'}e${Number(own ?? 0) + exponent}`
}

/** The shortest decimal that a 32-bit float stands for: 0.1, not 0.10000000149011612. */
export function shortestOfBinary32(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value)) return value
  for (let digits = BINARY32_DIGITS_MIN; digits < BINARY32_DIGITS_MAX; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(BINARY32_DIGITS_MAX))
}
