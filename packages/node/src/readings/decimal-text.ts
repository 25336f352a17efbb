import { MICRO_WH_PER_WH } from './reading-options.ts'

/** Whole Wh and µWh of the last number read; one object for all rows, because there are millions. */
export class EnergyText {
  wh = 0
  micro = 0
  isNegative = false
  readonly #separator: string

  constructor(decimal: 'point' | 'comma') {
    this.#separator = decimal === 'comma' ? ',' : '.'
  }

  /**
   * Reads a decimal number exactly to the µWh.
   *
   * @param text          such as `0.3125`; an exponent is accepted, a thousands separator is not
   * @param microWhPer    µWh in one of its unit
   * @returns             whether it is a number; then `wh`, `micro` and `isNegative` hold it
   */
  read(text: string, microWhPer: number): boolean {
    const match = NUMBER.exec(text)
    if (match === null) return false
    const [, sign, whole = '', mark, digits = '', exponent] = match
    if (mark !== undefined && mark !== this.#separator) return false
    if (whole === '' && digits === '') return false
    if (whole.length > WHOLE_DIGITS_MAX || digits.length > FRACTION_DIGITS_MAX || exponent !== undefined) {
      return this.readNumber(Number(text.replace(',', '.')), microWhPer)
    }
    this.#set(Number(whole) * microWhPer + fractionOf(digits, microWhPer), sign === '-')
    return true
  }

  /** The same for a number that was a number already, as in Parquet. */
  readNumber(value: number, microWhPer: number): boolean {
    const micro = Math.round(Math.abs(value) * microWhPer)
    if (!Number.isFinite(micro)) return false
    this.#set(micro, value < 0)
    return true
  }

  #set(micro: number, isNegative: boolean): void {
    this.wh = Math.floor(micro / MICRO_WH_PER_WH)
    this.micro = Number.isSafeInteger(micro) ? micro % MICRO_WH_PER_WH : 0
    this.isNegative = isNegative && micro !== 0
  }
}

const NUMBER = /^([+-])?(\d*)(?:([.,])(\d*))?(?:[eE]([+-]?\d{1,3}))?$/
const WHOLE_DIGITS_MAX = 15
const FRACTION_DIGITS_MAX = 12

function fractionOf(digits: string, microWhPer: number): number {
  if (digits === '') return 0
  const per = 10 ** digits.length
  const value = Number(digits)
  // Exact when the unit is divisible by the decimals; otherwise what is rounded lies beyond the µWh.
  return microWhPer % per === 0 ? value * (microWhPer / per) : Math.round((value * microWhPer) / per)
}
