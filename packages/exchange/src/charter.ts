import {
  SLOT_MAX,
  accept,
  microCredit,
  microCreditPerWattHour,
  refuse,
  slot,
  type FaultDetails,
  type MicroCredit,
  type MicroCreditPerWattHour,
  type Outcome,
  type Slot,
} from '@tri/units'

import { decimalOf, decimalText } from './decimal.ts'
import type { Ring } from './ring.ts'
import type { Split } from './rounding.ts'
import { RULE_NAMES, isRuleName, ruleUses, type RuleName, type RuleOption } from './rules/rule-name.ts'
import { PRICED_RINGS, priceFalls, type Tariff } from './tariff.ts'

/** Decimals of a price in CC per kWh that whole µCC per Wh can hold. */
export const PRICE_DECIMALS = 3
/** Decimals of a limit in CC that whole µCC can hold. */
export const CREDIT_DECIMALS = 6
/** Decimals of a key; as in the coefficient files of Spain's distributors. */
export const KEY_DECIMALS = 6
/** What keys sum to: millionths of the surplus. */
export const KEY_ONE = 1_000_000
/** The last priority a charter may give; meters it does not name come after all of them. */
export const PRIORITY_MAX = 100

/** A whole number for each meter id. */
export type ByMeter = Readonly<Record<string, number>>

/** The rules in force from a slot on. Amounts are whole numbers; what a document says in decimals is exact here. */
export interface Charter {
  readonly version: number
  readonly from: Slot
  readonly rule: RuleName
  readonly split: Split
  /** `rings` pools all meters of a ring at once; `network` matches at every node of the network. */
  readonly matchOn: 'network' | 'rings'
  readonly tariff: Tariff
  /** Millionths of the surplus, summing to KEY_ONE. */
  readonly keys?: ByMeter
  /** For each producing meter its own keys: millionths of its surplus, summing to KEY_ONE. */
  readonly pairs?: Readonly<Record<string, ByMeter>>
  /** Percent of a meter's energy that takes part, 1 to 100; 100 where none is given. */
  readonly participation?: ByMeter
  /** 1 is served first; 1 to PRIORITY_MAX. */
  readonly priorities?: ByMeter
  /** How far below zero an account may go by its own act, µCC, >= 0. */
  readonly limit: MicroCredit
}

/** Why a charter cannot be used: a code with its sentence in `exchangeFaults`, and what fills the sentence. */
export interface CharterRefusal {
  readonly is:
    | 'charter-unreadable'
    | 'charter-field-unknown'
    | 'charter-field-unusable'
    | 'rule-unknown'
    | 'ring-unknown'
    | 'decimal-unusable'
    | 'decimal-too-fine'
    | 'ring-price-missing'
    | 'ring-price-falls'
    | 'keys-missing'
    | 'keys-sum'
    | 'keys-and-pairs'
    | 'participation-unusable'
    | 'priority-unusable'
    | 'option-not-used'
    | 'charter-meter-unknown'
  readonly details: FaultDetails
}

/** Takes note of a problem and goes on: a charter's author wants to hear all of them at once. */
export type Note = (is: CharterRefusal['is'], details: FaultDetails) => void

type Fields = Readonly<Record<string, unknown>>

const FIELDS = new Set([
  'version',
  'from',
  'rule',
  'split',
  'matchOn',
  'creditPerKwh',
  'gridBuyPerKwh',
  'gridSellPerKwh',
  'feePerKwh',
  'keys',
  'pairs',
  'participation',
  'priorities',
  'limit',
])
const OPTIONS: readonly RuleOption[] = ['keys', 'pairs', 'participation', 'priorities']

/**
 * Reads the `charter` of a community file: prices and keys are decimal strings, "0.11" CC per kWh being 110 µCC per Wh.
 *
 * @param document an object: `rule`, `creditPerKwh` by ring, and optionally `version` (1), `from` (slot 0), `split`
 *                 ("systematic"), `matchOn` ("network"), `gridBuyPerKwh`, `gridSellPerKwh`, `feePerKwh` ("0"), `keys`,
 *                 `pairs`, `participation`, `priorities`, `limit` in CC ("0")
 * @returns        the charter, or every reason why it cannot be used, in the order of the fields
 * @see            docs/formats.md; whether it fits a community's meters and network is `charterFit`
 */
export function charterFrom(document: unknown): Outcome<Charter, readonly CharterRefusal[]> {
  const problems: CharterRefusal[] = []
  const note: Note = (is, details) => void problems.push({ is, details })
  const fields = fieldsOf(document)
  if (fields === undefined) return refuse([{ is: 'charter-unreadable', details: {} }])
  for (const field of Object.keys(fields)) if (!FIELDS.has(field)) note('charter-field-unknown', { field })
  const rule = ruleFrom(fields['rule'], note)
  const charter = {
    version: wholeFrom(fields, 'version', { least: 1, most: SLOT_MAX, otherwise: 1 }, note),
    from: slot(wholeFrom(fields, 'from', { least: 0, most: SLOT_MAX, otherwise: 0 }, note)),
    rule,
    split: oneOf(fields, 'split', ['systematic', 'largest-remainder'], note),
    matchOn: oneOf(fields, 'matchOn', ['network', 'rings'], note),
    tariff: tariffFrom(fields, note),
    ...optionsFrom(fields, rule, note),
    limit: microCredit(decimalFrom(fields, 'limit', CREDIT_DECIMALS, note) ?? 0),
  } as const satisfies Charter
  return problems.length === 0 ? accept(charter) : refuse(problems)
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function ruleFrom(value: unknown, note: Note): RuleName {
  if (isRuleName(value)) return value
  note('rule-unknown', { value: value ?? '', rules: RULE_NAMES })
  return 'neighbour-first'
}

function wholeFrom(
  fields: Fields,
  field: string,
  range: { readonly least: number; readonly most: number; readonly otherwise: number },
  note: Note,
): number {
  const value = fields[field]
  if (value === undefined) return range.otherwise
  if (isWhole(value, range.least, range.most)) return value
  note('charter-field-unusable', {
    field,
    value,
    expected: `a whole number from ${range.least} to ${range.most}`,
  })
  return range.otherwise
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function oneOf<T extends string>(fields: Fields, field: string, of: readonly [T, ...T[]], note: Note): T {
  const value = fields[field]
  if (value === undefined) return of[0]
  const found = of.find((one) => one === value)
  if (found === undefined)
    note('charter-field-unusable', { field, value, expected: of.map((one) => `"${one}"`).join(' or ') })
  return found ?? of[0]
}

function decimalFrom(fields: Fields, field: string, digits: number, note: Note): number | undefined {
  return fields[field] === undefined ? undefined : unitsOf(fields[field], field, digits, note)
}

function unitsOf(value: unknown, field: string, digits: number, note: Note): number | undefined {
  const decimal = decimalOf(value, digits)
  if (decimal.is === 'exact') return decimal.units
  if (decimal.is === 'too-fine') note('decimal-too-fine', { field, value, digits })
  else note('decimal-unusable', { field, value })
  return undefined
}

function tariffFrom(fields: Fields, note: Note): Tariff {
  const price = (field: string): MicroCreditPerWattHour | undefined => {
    const units = decimalFrom(fields, field, PRICE_DECIMALS, note)
    return units === undefined ? undefined : microCreditPerWattHour(units)
  }
  const gridBuy = price('gridBuyPerKwh')
  const gridSell = price('gridSellPerKwh')
  const tariff = {
    ring: ringPricesFrom(fields['creditPerKwh'], note),
    ...(gridBuy === undefined ? {} : { gridBuy }),
    ...(gridSell === undefined ? {} : { gridSell }),
    fee: price('feePerKwh') ?? microCreditPerWattHour(0),
  }
  for (const { near, nearPrice, far, farPrice } of priceFalls(tariff)) {
    const [nearText, farText] = [
      decimalText(nearPrice, PRICE_DECIMALS),
      decimalText(farPrice, PRICE_DECIMALS),
    ]
    note('ring-price-falls', { near, nearPrice: nearText, far, farPrice: farText })
  }
  return tariff
}

function ringPricesFrom(value: unknown, note: Note): Tariff['ring'] {
  const prices: Partial<Record<Ring, MicroCreditPerWattHour>> = {}
  const fields = fieldsOf(value)
  if (fields === undefined) {
    note('charter-field-unusable', {
      field: 'creditPerKwh',
      value: value ?? '',
      expected: 'a price for each ring',
    })
    return prices
  }
  for (const [name, text] of Object.entries(fields)) {
    const ring = PRICED_RINGS.find((one) => one === name)
    if (ring === undefined) note('ring-unknown', { ring: name, rings: PRICED_RINGS })
    const units = unitsOf(text, `creditPerKwh.${name}`, PRICE_DECIMALS, note)
    if (ring !== undefined && units !== undefined) prices[ring] = microCreditPerWattHour(units)
  }
  return prices
}

function optionsFrom(
  fields: Fields,
  rule: RuleName,
  note: Note,
): Pick<Charter, 'keys' | 'pairs' | 'participation' | 'priorities'> {
  for (const option of OPTIONS) {
    if (fields[option] === undefined || ruleUses(rule, option)) continue
    const rules = RULE_NAMES.filter((name) => ruleUses(name, option))
    note('option-not-used', { rule, field: option, rules })
  }
  const keys = keysFrom(fields['keys'], { field: 'keys', of: '' }, note)
  const pairs = pairsFrom(fields['pairs'], note)
  const participation = wholesFrom(fields['participation'], 'participation', 100, note)
  const priorities = wholesFrom(fields['priorities'], 'priorities', PRIORITY_MAX, note)
  if (keys !== undefined && pairs !== undefined) note('keys-and-pairs', {})
  const hasShares = keys !== undefined || pairs !== undefined
  if (!hasShares && ruleUses(rule, 'keys')) note('keys-missing', { rule })
  return {
    ...(keys === undefined ? {} : { keys }),
    ...(pairs === undefined ? {} : { pairs }),
    ...(participation === undefined ? {} : { participation }),
    ...(priorities === undefined ? {} : { priorities }),
  }
}

function meterFields(value: unknown, field: string, note: Note): Fields | undefined {
  if (value === undefined) return undefined
  const fields = fieldsOf(value)
  if (fields === undefined)
    note('charter-field-unusable', { field, value, expected: 'an entry for each meter' })
  return fields
}

function keysFrom(
  value: unknown,
  at: { readonly field: string; readonly of: string },
  note: Note,
): ByMeter | undefined {
  const fields = meterFields(value, at.field, note)
  if (fields === undefined) return undefined
  const keys = Object.entries(fields).map(
    ([meter, text]) => [meter, unitsOf(text, `${at.field}.${meter}`, KEY_DECIMALS, note)] as const,
  )
  const usable = keys.filter((entry): entry is [string, number] => entry[1] !== undefined)
  const sum = usable.reduce((before, [, units]) => before + units, 0)
  if (usable.length === keys.length && sum !== KEY_ONE)
    note('keys-sum', { of: at.of, sum: decimalText(sum, KEY_DECIMALS) })
  return Object.fromEntries(usable)
}

function pairsFrom(value: unknown, note: Note): Charter['pairs'] {
  const fields = meterFields(value, 'pairs', note)
  if (fields === undefined) return undefined
  const rows = Object.entries(fields).map(
    ([meter, row]) => [meter, keysFrom(row, { field: `pairs.${meter}`, of: ` of ${meter}` }, note)] as const,
  )
  return Object.fromEntries(rows.filter((entry): entry is [string, ByMeter] => entry[1] !== undefined))
}

function wholesFrom(
  value: unknown,
  field: 'participation' | 'priorities',
  most: number,
  note: Note,
): ByMeter | undefined {
  const fields = meterFields(value, field, note)
  if (fields === undefined) return undefined
  const is = field === 'participation' ? 'participation-unusable' : 'priority-unusable'
  const entries = Object.entries(fields)
  for (const [meter, entry] of entries) if (!isWhole(entry, 1, most)) note(is, { meter, value: entry, most })
  return Object.fromEntries(entries.filter((one): one is [string, number] => isWhole(one[1], 1, most)))
}
