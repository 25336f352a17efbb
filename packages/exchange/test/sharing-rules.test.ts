import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { RULE_NAMES, sharingRule, type RuleName } from '../src/index.ts'
import { randomSettlement, sharingRuleSuite } from '../src/testing/index.ts'
import { inputOf, street } from './small-community.ts'

const decidingRules = RULE_NAMES.filter((rule) => rule !== 'neighbour-first')

for (const rule of decidingRules)
  sharingRuleSuite(rule, (seed) => {
    const { charter, tree } = randomSettlement(seed, { rule })
    return { rule: sharingRule(charter, tree), meters: tree.meters.length }
  })

const meters = ['a', 'b', 'c', 'd', 'e', 'p', 'q']
const prices = { home: '0.1', street: '0.1' }
const fifths = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((meter) => [meter, '0.2']))
const energies = fc.array(fc.nat(5000), { minLength: 5, maxLength: 5 })
const surpluses = fc.array(fc.nat(9000), { minLength: 2, maxLength: 2 })
const intervals = fc.nat(2_000_000)

/** Five consumers and two producers in one interval. */
function allocated(
  rule: RuleName,
  options: object,
  need: readonly number[],
  surplus: readonly number[],
  at = 0,
) {
  const { charter, tree } = inputOf({
    ...street(meters),
    charter: { rule, creditPerKwh: prices, ...options },
    slots: [{}, {}, {}, {}],
  })
  const needWh = Int32Array.from([...need, 0, 0])
  const surplusWh = Int32Array.from([0, 0, 0, 0, 0, ...surplus])
  const parts = { takenWh: new Int32Array(7), givenWh: new Int32Array(7) }
  sharingRule(charter, tree).allocate({ interval: slot(at), needWh, surplusWh }, parts)
  return { taken: [...parts.takenWh].slice(0, 5), given: [...parts.givenWh].slice(5) }
}

const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0)

describe.each(['systematic', 'largest-remainder'])('split by %s', (split) => {
  it('pro rata gives everybody the floor or the ceiling of her exact share', () => {
    fc.assert(
      fc.property(energies, surpluses, intervals, (need, surplus, at) => {
        const { taken, given } = allocated('pro-rata', { split }, need, surplus, at)
        const shared = Math.min(sum(need), sum(surplus))
        for (const [parts, weights] of [
          [taken, need],
          [given, surplus],
        ] as const)
          for (const [i, part] of parts.entries()) {
            const exact = (shared * weights[i]!) / Math.max(1, sum(weights))
            expect(Math.abs(part - exact)).toBeLessThan(1)
          }
      }),
    )
  })

  it('pro rata, equal shares and a key for all in rounds share the same total: all that can be', () => {
    fc.assert(
      fc.property(energies, surpluses, intervals, (need, surplus, at) => {
        const all = Math.min(sum(need), sum(surplus))
        for (const [rule, options] of [
          ['pro-rata', {}],
          ['equal-share', {}],
          ['static-rounds', { keys: fifths }],
          ['italy-cer', {}],
          ['austria-dynamic', {}],
        ] as const)
          expect(sum(allocated(rule, { split, ...options }, need, surplus, at).taken)).toBe(all)
      }),
    )
  })

  it('a static key in one round shares no more than in several, and nobody passes her key', () => {
    fc.assert(
      fc.property(energies, surpluses, intervals, (need, surplus, at) => {
        const once = allocated('static', { split, keys: fifths }, need, surplus, at).taken
        const rounds = allocated('static-rounds', { split, keys: fifths }, need, surplus, at).taken
        expect(sum(once)).toBeLessThanOrEqual(sum(rounds))
        for (const part of once) expect(part).toBeLessThanOrEqual(Math.ceil(sum(surplus) / 5))
      }),
    )
  })

  it('equal shares differ by one Wh at most between those still short', () => {
    fc.assert(
      fc.property(energies, surpluses, intervals, (need, surplus, at) => {
        const { taken } = allocated('equal-share', { split }, need, surplus, at)
        const short = taken.filter((part, i) => part < need[i]!)
        const most = Math.max(0, ...taken)
        for (const part of short) expect(part).toBeGreaterThanOrEqual(most - 1)
      }),
    )
  })

  it('a tier is served as if the later ones were not there', () => {
    fc.assert(
      fc.property(energies, surpluses, intervals, (need, surplus, at) => {
        const priorities = { a: 1, b: 1 }
        const tiers = allocated('pro-rata', { split, priorities }, need, surplus, at).taken
        const alone = allocated('pro-rata', { split }, [need[0]!, need[1]!, 0, 0, 0], surplus, at).taken
        expect(tiers.slice(0, 2)).toEqual(alone.slice(0, 2))
      }),
    )
  })
})

describe('rounding over time', () => {
  it('leaves no consumer behind: over 600 slots three equal needs get the same within two percent', () => {
    const sums = [0, 0, 0, 0, 0]
    for (let at = 0; at < 600; at++) {
      const { taken } = allocated('pro-rata', {}, [7, 7, 7, 0, 0], [10, 0], at)
      for (const [i, part] of taken.entries()) sums[i] = sums[i]! + part
    }
    for (const part of sums.slice(0, 3)) expect(Math.abs(part - 2000)).toBeLessThan(40)
    expect(sum(sums)).toBe(6000)
  })

  it('leaves neither meter nor community the fraction of a factored Wh', () => {
    let taken = 0
    for (let at = 0; at < 800; at++)
      taken += sum(
        allocated('austria-dynamic', { participation: { a: 50 } }, [3, 0, 0, 0, 0], [9, 9], at).taken,
      )
    expect(Math.abs(taken - 1200)).toBeLessThan(40)
  })
})

describe('sums beyond 2^53', () => {
  it('are split exactly', () => {
    const large = 2 ** 30
    const { taken } = allocated('pro-rata', {}, [large, large - 1, 1, 0, 0], [large, large - 1], 5)
    expect(sum(taken)).toBe(2 * large - 1)
    // 2^30 x (2^30 - 1) / (2^31 - 1) = 536 870 911.75, and 536 870 912.25 for the other: the first gets the Wh left.
    const halves = allocated(
      'pro-rata',
      { split: 'largest-remainder' },
      [large - 1, large, 0, 0, 0],
      [large, 0],
    )
    expect(halves.taken.slice(0, 2)).toEqual([536_870_912, 536_870_912])
  })
})
