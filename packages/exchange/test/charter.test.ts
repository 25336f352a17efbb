import { faultSentence } from '@tri/units'
import { describe, expect, it } from 'vitest'

import {
  RULE_NAMES,
  charterFit,
  charterFrom,
  exchangeFaults,
  type CharterRefusal,
  type RuleName,
} from '../src/index.ts'
import { PROVA, inputOf, street, usableCharter } from './small-community.ts'

const prices = { home: '0.09', street: '0.11', transformer: '0.12' }
const plain = { rule: 'neighbour-first', creditPerKwh: prices }

function refusals(document: unknown): readonly CharterRefusal[] {
  const charter = charterFrom(document)
  return charter.ok ? [] : charter.refusal
}
const codes = (document: unknown) => refusals(document).map(({ is }) => is)

describe('a charter', () => {
  it('reads 0.11 CC per kWh as 110 µCC per Wh', () => {
    expect(usableCharter(PROVA.charter)).toEqual({
      version: 1,
      from: 0,
      rule: 'neighbour-first',
      split: 'systematic',
      matchOn: 'network',
      tariff: { ring: { home: 90, building: 100, street: 110, transformer: 120, substation: 130 }, fee: 0 },
      limit: 0,
    })
  })

  it('reads everything it may say', () => {
    const document = {
      version: 3,
      from: 1_975_040,
      rule: 'static-rounds',
      split: 'largest-remainder',
      matchOn: 'rings',
      creditPerKwh: prices,
      gridBuyPerKwh: '0.30',
      gridSellPerKwh: '0.05',
      feePerKwh: '0.004',
      keys: { m1: '0.333333', m2: '0.666667' },
      priorities: { m1: 1, m2: 100 },
      limit: '12.5',
    }
    expect(usableCharter(document)).toEqual({
      version: 3,
      from: 1_975_040,
      rule: 'static-rounds',
      split: 'largest-remainder',
      matchOn: 'rings',
      tariff: { ring: { home: 90, street: 110, transformer: 120 }, gridBuy: 300, gridSell: 50, fee: 4 },
      keys: { m1: 333_333, m2: 666_667 },
      priorities: { m1: 1, m2: 100 },
      limit: 12_500_000,
    })
  })

  it('keeps exact prices exact and ignores zeros at their end', () => {
    const charter = usableCharter({ ...plain, creditPerKwh: { home: '0.001', street: '0.1100000' } })
    expect(charter.tariff.ring).toEqual({ home: 1, street: 110 })
  })

  it('lets prices rise or stay equal with distance', () => {
    expect(codes({ ...plain, creditPerKwh: { home: '0.1', street: '0.1' }, gridBuyPerKwh: '0.1' })).toEqual(
      [],
    )
  })

  it.each(RULE_NAMES)('knows the rule %s', (rule: RuleName) => {
    const needsKeys = ['static', 'static-rounds', 'austria-static'].includes(rule)
    expect(codes({ ...plain, rule, ...(needsKeys ? { keys: { m1: '1' } } : {}) })).toEqual([])
  })
})

describe('a charter is refused', () => {
  const cases: readonly [string, unknown, readonly CharterRefusal['is'][]][] = [
    ['when it is no object', 'neighbour-first', ['charter-unreadable']],
    ['when it is a list', [], ['charter-unreadable']],
    ['for a field that does not exist', { ...plain, prices: {} }, ['charter-field-unknown']],
    ['without a rule', { creditPerKwh: prices }, ['rule-unknown']],
    ['for a rule named after an object’s own parts', { ...plain, rule: 'constructor' }, ['rule-unknown']],
    ['without prices', { rule: 'neighbour-first' }, ['charter-field-unusable']],
    [
      'for a price of the grid among the rings',
      { ...plain, creditPerKwh: { grid: '0.2' } },
      ['ring-unknown'],
    ],
    ['for a price as a number', { ...plain, creditPerKwh: { home: 0.09 } }, ['decimal-unusable']],
    ['for a negative price', { ...plain, creditPerKwh: { home: '-0.09' } }, ['decimal-unusable']],
    ['for a decimal comma', { ...plain, creditPerKwh: { home: '0,09' } }, ['decimal-unusable']],
    [
      'for a price finer than 1 µCC per Wh',
      { ...plain, creditPerKwh: { home: '0.0901' } },
      ['decimal-too-fine'],
    ],
    ['for a limit finer than 1 µCC', { ...plain, limit: '0.0000001' }, ['decimal-too-fine']],
    ['for a negative limit', { ...plain, limit: '-5' }, ['decimal-unusable']],
    ['for version 0', { ...plain, version: 0 }, ['charter-field-unusable']],
    ['for a slot with a fraction', { ...plain, from: 1.5 }, ['charter-field-unusable']],
    ['for an unknown split', { ...plain, split: 'floor' }, ['charter-field-unusable']],
    ['for an unknown net to match on', { ...plain, matchOn: 'map' }, ['charter-field-unusable']],
    [
      'for ring prices that fall',
      { ...plain, creditPerKwh: { home: '0.12', street: '0.11' } },
      ['ring-price-falls'],
    ],
    ['when the grid is cheaper than a ring', { ...plain, gridBuyPerKwh: '0.119' }, ['ring-price-falls']],
    [
      'when the fee lifts a ring above the grid',
      { ...plain, gridBuyPerKwh: '0.12', feePerKwh: '0.001' },
      ['ring-price-falls'],
    ],
    ['without the keys it needs', { ...plain, rule: 'static' }, ['keys-missing']],
    [
      'when the keys sum to less than 1',
      { ...plain, rule: 'static', keys: { a: '0.5', b: '0.499999' } },
      ['keys-sum'],
    ],
    [
      'when the keys sum to more than 1',
      { ...plain, rule: 'static', keys: { a: '0.5', b: '0.500001' } },
      ['keys-sum'],
    ],
    ['for no keys at all', { ...plain, rule: 'static', keys: {} }, ['keys-sum']],
    [
      'for keys that are a list',
      { ...plain, rule: 'static', keys: ['1'] },
      ['charter-field-unusable', 'keys-missing'],
    ],
    [
      'for a key that is too fine',
      { ...plain, rule: 'static', keys: { a: '0.3333333' } },
      ['decimal-too-fine'],
    ],
    [
      'when a producer’s pairs miss 1',
      { ...plain, rule: 'static', pairs: { p: { a: '0.9' } } },
      ['keys-sum'],
    ],
    [
      'for keys beside pairs',
      { ...plain, rule: 'static', keys: { a: '1' }, pairs: { p: { a: '1' } } },
      ['keys-and-pairs'],
    ],
    ['for keys that the rule does not use', { ...plain, keys: { a: '1' } }, ['option-not-used']],
    ['for priorities under neighbour first', { ...plain, priorities: { a: 1 } }, ['option-not-used']],
    [
      'for a participation of 0',
      { ...plain, rule: 'austria-dynamic', participation: { a: 0 } },
      ['participation-unusable'],
    ],
    [
      'for a participation of 101',
      { ...plain, rule: 'austria-dynamic', participation: { a: 101 } },
      ['participation-unusable'],
    ],
    [
      'for half a percent',
      { ...plain, rule: 'austria-dynamic', participation: { a: 1.5 } },
      ['participation-unusable'],
    ],
    ['for priority 0', { ...plain, rule: 'pro-rata', priorities: { a: 0 } }, ['priority-unusable']],
    ['for priority 101', { ...plain, rule: 'pro-rata', priorities: { a: 101 } }, ['priority-unusable']],
  ]
  it.each(cases)('%s', (_, document, expected) => {
    expect(codes(document)).toEqual(expected)
  })

  it('with all its problems at once, in the order of its fields', () => {
    const document = {
      rule: 'best',
      split: 'x',
      creditPerKwh: { home: '0.2', street: '0.1', moon: '1' },
      limit: 'all',
    }
    expect(codes(document)).toEqual([
      'rule-unknown',
      'charter-field-unusable',
      'ring-unknown',
      'ring-price-falls',
      'decimal-unusable',
    ])
  })

  it('with a sentence in both languages that says why falling prices break the optimum', () => {
    const [refusal] = refusals({ ...plain, creditPerKwh: { home: '0.12', street: '0.11' } })
    const sentence = (language: 'en' | 'it') =>
      faultSentence(exchangeFaults, refusal?.is ?? '', refusal?.details ?? {}, language)
    expect(sentence('en')).toContain('0.11 for "street" is below 0.12 for "home"')
    expect(sentence('en')).toContain('a far match would be cheaper than a near one')
    expect(sentence('it')).toContain('non sarebbe più l’ottimo')
  })

  it('with every placeholder of its sentences filled', () => {
    const all = cases.flatMap(([, document]) => refusals(document))
    for (const { is, details } of all)
      for (const language of ['en', 'it'] as const)
        expect(faultSentence(exchangeFaults, is, details, language)).not.toMatch(/\{\w+\}/)
  })
})

describe('a charter fits its community', () => {
  const { tree } = inputOf({ ...street(['m1', 'm2']), charter: plain, slots: [{}] })

  it('when every ring in use has a price and every meter it names is there', () => {
    expect(charterFit(usableCharter(plain), tree).ok).toBe(true)
  })

  it('not without a price for a ring in which its meters can match', () => {
    const fit = charterFit(usableCharter({ ...plain, creditPerKwh: { home: '0.1' } }), tree)
    expect(fit).toEqual({
      ok: false,
      refusal: [{ is: 'ring-price-missing', details: { ring: 'street' } }],
    })
  })

  it('not without a price for home when a meter may share with itself', () => {
    const charter = usableCharter({ rule: 'austria-dynamic', creditPerKwh: { street: '0.1' } })
    expect(charterFit(charter, tree)).toMatchObject({ ok: false, refusal: [{ details: { ring: 'home' } }] })
  })

  it.each([
    ['keys', { rule: 'static', keys: { m1: '0.5', m9: '0.5' } }],
    ['participation', { rule: 'austria-dynamic', participation: { m9: 50 } }],
    ['priorities', { rule: 'pro-rata', priorities: { m9: 1 } }],
    ['pairs', { rule: 'static', pairs: { m9: { m1: '1' } } }],
    ['pairs', { rule: 'static', pairs: { m1: { m9: '1' } } }],
  ])('not when its %s name a meter that is not there', (field, options) => {
    const fit = charterFit(usableCharter({ creditPerKwh: prices, ...options }), tree)
    expect(fit).toEqual({
      ok: false,
      refusal: [{ is: 'charter-meter-unknown', details: { field, meter: 'm9' } }],
    })
  })
})
