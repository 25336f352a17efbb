import { Fault } from './fault.ts'
import { must } from './must.ts'

/**
 * floor(a x b / divisor), exact for any safe integers: BigInt where the product leaves 2^53.
 *
 * @throws Fault `quantity-not-exact` when a factor or the result is not a safe integer
 */
export function mulDiv(a: number, b: number, divisor: number): number {
  must(Number.isSafeInteger(divisor) && divisor > 0, 'a product is divided by a positive integer', {
    divisor,
  })
  const product = safe(a) * safe(b)
  // Adding 0 turns -0, which a product with 0 may be, into 0.
  if (Number.isSafeInteger(product)) return Math.floor(product / divisor) + 0
  const [quotient, rest] = bigDivision(a, b, divisor)
  return safe(rest < 0n ? quotient - 1n : quotient)
}

/**
 * a x b mod divisor, exact, in [0, divisor).
 *
 * @throws Fault `quantity-not-exact` when an argument is not a safe integer
 */
export function mulMod(a: number, b: number, divisor: number): number {
  must(Number.isSafeInteger(divisor) && divisor > 0, 'a product is divided by a positive integer', {
    divisor,
  })
  const product = safe(a) * safe(b)
  const rest = Number.isSafeInteger(product) ? product % divisor : Number(bigDivision(a, b, divisor)[1])
  return rest < 0 ? rest + divisor : rest + 0
}

/**
 * The sum of safe integers.
 *
 * @throws Fault `quantity-not-exact` as soon as a value or the sum so far is none: a rounded sum could come back into
 *               range and look exact
 */
export function total(values: Iterable<number>): number {
  let sum = 0
  for (const value of values) sum = exactSum(sum, value)
  return sum
}

/**
 * a + b, exact: one step of `total`, for loops over columns.
 *
 * @throws Fault `quantity-not-exact` when the sum is not a safe integer
 */
export function exactSum(a: number, b: number): number {
  const sum = a + b
  if (!Number.isSafeInteger(sum)) throw new Fault('quantity-not-exact', { value: sum, unit: 'a sum' })
  return sum
}

function bigDivision(a: number, b: number, divisor: number): readonly [bigint, bigint] {
  const product = BigInt(a) * BigInt(b)
  return [product / BigInt(divisor), product % BigInt(divisor)]
}

function safe(value: bigint | number): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new Fault('quantity-not-exact', { value, unit: 'an exact product' })
  return number
}
