import { MICRO_CREDIT_PER_CREDIT } from '@tri/units'

export type Locale = 'en-GB' | 'it-IT'

const NO_BREAK = '\u00a0'

/** Numbers as people read them. Intl knows no kilowatt, so the number is formatted and the unit follows a no-break space. */
export interface NumberFormat {
  readonly count: (value: number) => string
  /** W below 1,000, then kW with one decimal. */
  readonly power: (powerW: number) => string
  /** kWh with one decimal. */
  readonly energy: (energyWh: number) => string
  /** kWh with three decimals: to the Wh, as settlement counts it. */
  readonly energyExact: (energyWh: number) => string
  readonly energyChange: (energyWh: number) => string
  readonly wattHours: (energyWh: number) => string
  /** CC with two decimals. */
  readonly credit: (microCredit: number) => string
  /** CC with two decimals and its sign. */
  readonly creditChange: (microCredit: number) => string
  /** CC to the last µCC, as the ledger holds it. */
  readonly creditExact: (microCredit: number) => string
  /** CC per kWh from µCC per Wh. */
  readonly price: (microCreditPerWh: number) => string
  readonly percent: (part01: number) => string
  /** Percent with one decimal, cut and not rounded: what is nearly complete never reads as 100. */
  readonly percentComplete: (part01: number) => string
  readonly metres: (distance: number) => string
  readonly ohms: (resistance: number) => string
}

/** In µCC: half of the last of two decimals of a CC. */
const CREDIT_SHOWN_MIN = 5000
const MICRO_CREDIT_PER_WH_PER_CREDIT_PER_KWH = 1000

function decimal(locale: Locale, digits: number, signed: boolean): (value: number) => string {
  const form = new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Without it Italian prints 1234,5 but 12.345,6.
    useGrouping: 'always',
    signDisplay: signed ? 'exceptZero' : 'negative',
  })
  return (value) => form.format(value).replace('-', '\u2212')
}

const unit = (text: string, symbol: string) => text + NO_BREAK + symbol
const credit = (text: string) => `CC${NO_BREAK}${text}`

/**
 * The formats of one language.
 *
 * @param locale decides decimal sign and grouping
 */
export function numberFormat(locale: Locale): NumberFormat {
  const whole = decimal(locale, 0, false)
  const one = decimal(locale, 1, false)
  const two = decimal(locale, 2, false)
  const three = decimal(locale, 3, false)
  const oneSigned = decimal(locale, 1, true)
  const twoSigned = decimal(locale, 2, true)
  const sixSigned = decimal(locale, 6, true)
  return {
    count: whole,
    power: (powerW) =>
      Math.abs(Math.round(powerW)) < 1000 ? unit(whole(powerW), 'W') : unit(one(powerW / 1000), 'kW'),
    energy: (energyWh) => unit(one(energyWh / 1000), 'kWh'),
    energyExact: (energyWh) => unit(three(energyWh / 1000), 'kWh'),
    energyChange: (energyWh) => unit(oneSigned(energyWh / 1000), 'kWh'),
    wattHours: (energyWh) => unit(whole(energyWh), 'Wh'),
    credit: (microCredit) => credit(two(microCredit / MICRO_CREDIT_PER_CREDIT)),
    creditChange: (microCredit) => {
      // A posting too small for two decimals is still a posting: it must not read as nothing.
      const form = microCredit !== 0 && Math.abs(microCredit) < CREDIT_SHOWN_MIN ? sixSigned : twoSigned
      return credit(form(microCredit / MICRO_CREDIT_PER_CREDIT))
    },
    creditExact: (microCredit) => credit(sixSigned(microCredit / MICRO_CREDIT_PER_CREDIT)),
    price: (price) => `${credit(three(price / MICRO_CREDIT_PER_WH_PER_CREDIT_PER_KWH))}/kWh`,
    percent: (part01) => unit(whole(part01 * 100), '%'),
    percentComplete: (part01) => unit(one(Math.floor(part01 * 1000) / 10), '%'),
    metres: (distance) => unit(whole(distance), 'm'),
    ohms: (resistance) => unit(three(resistance), 'Ω'),
  }
}
