import type { Locale } from './number.ts'

/** Amounts above a million CC are typing errors. */
const CREDIT_MAX = 1_000_000

/**
 * Reads an amount as a person writes it: `12`, `3.5`, `3,50`, in Italian with a comma, in English with a point; the
 * other sign is taken too where it cannot be a thousands sign.
 *
 * @returns µCC, or undefined when it is no amount above zero with at most two decimals
 */
export function readAmount(written: string): number | undefined {
  const parts = /^\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*$/.exec(written)
  if (parts === null) return undefined
  const [, whole = '', decimals = ''] = parts
  const hundredths = Number(whole) * 100 + Number(decimals.padEnd(2, '0'))
  return hundredths > 0 && hundredths <= CREDIT_MAX * 100 ? hundredths * 10_000 : undefined
}

/** How an amount is written in a language, without a unit: for an example beside a field. */
export function writtenAmount(locale: Locale, credit: number): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(credit)
}
