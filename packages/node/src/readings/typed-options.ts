import {
  RULE_NAMES,
  SUBSTITUTION_RULES,
  isRuleName,
  type RuleName,
  type SubstitutionRule,
} from '@tri/exchange'
import { Fault } from '@tri/units'

import { DELIMITERS, MICRO_WH_PER, type EnergyUnit, type ReadingOptions } from './reading-options.ts'

/** The sharing rules that a command may name. */
export const SHARING_RULES: readonly string[] = RULE_NAMES

/** What a person typed about a file that does not say it itself. */
export interface TypedReadingOptions {
  readonly timeZone?: string | undefined
  readonly decimal?: string | undefined
  readonly unit?: string | undefined
  readonly delimiter?: string | undefined
  readonly dateOrder?: string | undefined
  readonly absentDirection?: string | undefined
  readonly registerWrapsAt?: string | undefined
}

/** Typed options as the reader takes them. @throws Fault `option-unusable` naming the choices */
export function readingOptionsFrom({
  timeZone,
  decimal,
  unit,
  delimiter,
  dateOrder,
  absentDirection,
  registerWrapsAt,
}: TypedReadingOptions): ReadingOptions {
  return {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(decimal === undefined ? {} : { decimal: decimalFrom(decimal) }),
    ...(unit === undefined ? {} : { unit: unitFrom(unit) }),
    ...(delimiter === undefined ? {} : { delimiter: delimiterFrom(delimiter) }),
    ...(dateOrder === undefined ? {} : { dateOrder: chosen('--date-order', dateOrder, ['dmy', 'mdy']) }),
    ...(absentDirection === undefined
      ? {}
      : { absentDirection: chosen('--absent-direction', absentDirection, ['zero']) }),
    ...(registerWrapsAt === undefined ? {} : { registerWrapsAtWh: wattHoursFrom(registerWrapsAt) }),
  }
}

/** @throws Fault `option-unusable` */
export function ruleNameFrom(value: string): RuleName {
  if (isRuleName(value)) return value
  throw unusable('--rule', value, RULE_NAMES)
}

/** @throws Fault `option-unusable` */
export function substitutionRuleFrom(value: string): SubstitutionRule {
  return chosen('--substitute', value, SUBSTITUTION_RULES)
}

function decimalFrom(value: string): 'point' | 'comma' {
  const mark = chosen('--decimal', value, ['point', 'comma', '.', ','])
  return mark === ',' || mark === 'comma' ? 'comma' : 'point'
}

/** Wh at which a register begins again at 0. */
function wattHoursFrom(value: string): number {
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value)
  throw unusable('--register-wraps-at', value, ['1000000000'])
}

function unitFrom(value: string): EnergyUnit {
  const unit = value.toLowerCase()
  if (isUnit(unit)) return unit
  throw unusable('--unit', value, Object.keys(MICRO_WH_PER))
}

function isUnit(text: string): text is EnergyUnit {
  return Object.hasOwn(MICRO_WH_PER, text)
}

function delimiterFrom(value: string): (typeof DELIMITERS)[number] {
  return value === 'tab' ? '\t' : chosen('--delimiter', value, DELIMITERS)
}

function chosen<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value)
  if (found === undefined) throw unusable(option, value, choices)
  return found
}

function unusable(option: string, value: string, choices: readonly string[]): Fault {
  return new Fault('option-unusable', {
    option,
    value,
    choices: choices.map((one) => (one === '\t' ? 'tab' : one)),
  })
}
