import { slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { RuleParts, SharingRule } from '../rules/sharing-rule.ts'
import { seededDice, type Dice } from './synthetic-community.ts'

const seeds = fc.integer({ min: 0, max: 0x7fffffff })

/**
 * The laws that every sharing rule keeps, whatever its formula.
 *
 * @param bound a rule bound to any charter and community, drawn from a seed, with its count of meters
 */
export function sharingRuleSuite(
  name: string,
  bound: (seed: number) => { readonly rule: SharingRule; readonly meters: number },
): void {
  const law = (title: string, holds: (one: Drawn) => void): void =>
    it(title, () => fc.assert(fc.property(seeds, (seed) => holds(drawn(seed, bound(seed))))))

  describe(`the sharing rule ${name}`, () => {
    law('gives what it takes', ({ parts }) => {
      expect(sum(parts.givenWh)).toBe(sum(parts.takenWh))
    })

    law('gives nobody more than she needs, and takes from nobody more than she has', (one) => {
      for (let i = 0; i < one.needWh.length; i++) {
        expect(isWithin(one.parts.takenWh[i], one.needWh[i])).toBe(true)
        expect(isWithin(one.parts.givenWh[i], one.surplusWh[i])).toBe(true)
      }
    })

    law('shares no more than there is on either side', ({ parts, needWh, surplusWh }) => {
      expect(sum(parts.takenWh)).toBeLessThanOrEqual(Math.min(sum(needWh), sum(surplusWh)))
    })

    law('decides the same interval the same way, whatever it decided before', (one) => {
      const again = { takenWh: one.parts.takenWh.map(() => 7), givenWh: one.parts.givenWh.map(() => 7) }
      one.rule.allocate({ ...one, interval: slot(one.interval + 1) }, again)
      one.rule.allocate(one, again)
      expect(again).toEqual(one.parts)
    })
  })
}

interface Drawn {
  readonly rule: SharingRule
  readonly interval: ReturnType<typeof slot>
  readonly needWh: Int32Array
  readonly surplusWh: Int32Array
  readonly parts: RuleParts
}

function drawn(
  seed: number,
  { rule, meters }: { readonly rule: SharingRule; readonly meters: number },
): Drawn {
  const dice = seededDice(seed ^ 0x2545f491)
  const needWh = energies(dice, meters)
  const surplusWh = energies(dice, meters)
  if (rule.basis === 'net')
    for (let i = 0; i < meters; i++) {
      const own = Math.min(needWh[i] ?? 0, surplusWh[i] ?? 0)
      needWh[i] = (needWh[i] ?? 0) - own
      surplusWh[i] = (surplusWh[i] ?? 0) - own
    }
  const interval = slot(Math.floor(dice() * 2_000_000))
  const parts = { takenWh: new Int32Array(meters), givenWh: new Int32Array(meters) }
  rule.allocate({ interval, needWh, surplusWh }, parts)
  return { rule, interval, needWh, surplusWh, parts }
}

function energies(dice: Dice, meters: number): Int32Array {
  return Int32Array.from({ length: meters }, () => (dice() < 0.4 ? 0 : Math.floor(dice() * 4000)))
}

function isWithin(value: number | undefined, most: number | undefined): boolean {
  return value !== undefined && most !== undefined && value >= 0 && value <= most
}

function sum(values: Int32Array): number {
  return values.reduce((before, value) => before + value, 0)
}
