import { RINGS, type Ring } from '@tri/exchange'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { mayShowTotal, shownRings } from '../../src/services/threshold.ts'

const homes = (energyWh: readonly number[]) => ({ energyWh, isPrivate: energyWh.map(() => true) })

describe('a total over homes', () => {
  it('is shown from the fifth home on', () => {
    expect(mayShowTotal(homes([1, 1, 1, 1]))).toBe(false)
    expect(mayShowTotal(homes([1, 1, 1, 1, 1]))).toBe(true)
  })

  it('is hidden when one home has more than 40 % of it', () => {
    expect(mayShowTotal(homes([40, 15, 15, 15, 15]))).toBe(true)
    expect(mayShowTotal(homes([41, 15, 15, 15, 14]))).toBe(false)
  })

  it('does not count public plants: whoever knows them can subtract them', () => {
    const energyWh = [1000, 1, 1, 1, 1]
    expect(mayShowTotal({ energyWh, isPrivate: [false, true, true, true, true] })).toBe(false)
    expect(
      mayShowTotal({ energyWh: [...energyWh, 1], isPrivate: [false, ...homes([1, 1, 1, 1, 1]).isPrivate] }),
    ).toBe(true)
  })

  it('counts what a home gives as much as what it takes', () => {
    expect(mayShowTotal(homes([-41, 15, 15, 15, 14]))).toBe(false)
  })

  it('of zero tells of nobody', () => {
    expect(mayShowTotal(homes([0, 0, 0, 0, 0]))).toBe(true)
  })

  it('looks only at the meters it stands for', () => {
    expect(mayShowTotal(homes([1, 1, 1, 1, 1]), [0, 1, 2, 3])).toBe(false)
    expect(mayShowTotal(homes([90, 1, 1, 1, 1, 1]), [1, 2, 3, 4, 5])).toBe(true)
  })

  it('says the same in whatever order the homes stand', () => {
    const shuffled = fc
      .array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 12 })
      .chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })))
    fc.assert(
      fc.property(shuffled, ([parts, again]) => {
        expect(mayShowTotal(homes(again))).toBe(mayShowTotal(homes(parts)))
      }),
    )
  })
})

describe('ring totals', () => {
  const anyTotals = fc
    .subarray([...RINGS])
    .chain((rings) =>
      fc.tuple(
        fc.constant(rings),
        fc.array(fc.nat(10_000), { minLength: rings.length, maxLength: rings.length }),
        fc.array(fc.boolean(), { minLength: rings.length, maxLength: rings.length }),
      ),
    )
    .map(([rings, energies, open]) => ({
      totals: rings.map((ring, i): readonly [Ring, number] => [ring, energies[i] ?? 0]),
      isOpen: (ring: Ring) => open[rings.findIndex((one) => one === ring)] === true,
    }))

  it('that are hidden are never one alone, for the sum would tell it', () => {
    fc.assert(
      fc.property(anyTotals, ({ totals, isOpen }) => {
        const hidden = totals.length - Object.keys(shownRings(totals, isOpen)).length
        expect(hidden === 1 && totals.length > 1).toBe(false)
      }),
    )
  })

  it('that are shown are whole, and of rings that pass', () => {
    fc.assert(
      fc.property(anyTotals, ({ totals, isOpen }) => {
        for (const [ring, energyWh] of Object.entries(shownRings(totals, isOpen))) {
          const found = totals.find(([one]) => one === ring)
          expect(found?.[1]).toBe(energyWh)
          expect(found !== undefined && isOpen(found[0])).toBe(true)
        }
      }),
    )
  })

  it('leave out the smallest other one beside one that is hidden', () => {
    const totals = [
      ['home', 30],
      ['street', 500],
      ['transformer', 80],
    ] as const
    expect(shownRings(totals, (ring) => ring !== 'street')).toEqual({ transformer: 80 })
    expect(shownRings(totals, () => true)).toEqual({ home: 30, street: 500, transformer: 80 })
  })
})
