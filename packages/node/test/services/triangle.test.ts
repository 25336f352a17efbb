import { epochMs } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { triangleOf, type HouseholdPower } from '../../src/services/triangle.ts'

const at = epochMs(1_781_267_525_000)
const read = { isConnectionRead: true }
const watts = fc.integer({ min: 0, max: 50_000 })

/** Any household: what neighbours take up is a part of what its connection lets in or out. */
const anyPower: fc.Arbitrary<HouseholdPower> = fc
  .record({
    producedW: fc.option(watts),
    consumedW: fc.option(watts),
    isConnectionRead: fc.boolean(),
    importedW: watts,
    exportedW: watts,
    from01: fc.integer({ min: 0, max: 100 }),
    to01: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ from01, to01, ...power }) => ({
    ...power,
    fromNeighboursW: Math.floor((power.importedW * from01) / 100),
    toNeighboursW: Math.floor((power.exportedW * to01) / 100),
  }))

describe('the triangle', () => {
  it('balances in every household: what comes in goes out, or is printed as the residual', () => {
    fc.assert(
      fc.property(anyPower, (power) => {
        const shown = triangleOf(power, at)
        const comesIn = (shown.producedW ?? 0) + shown.importedW
        const goesOut = (shown.consumedW ?? 0) + shown.exportedW
        expect(comesIn).toBe(goesOut + shown.residualW)
        expect(shown.fromNeighboursW + shown.fromGridW).toBe(shown.importedW)
        expect(shown.toNeighboursW + shown.toGridW).toBe(shown.exportedW)
        expect(shown.residual01).toBeGreaterThanOrEqual(0)
        expect(shown.residual01).toBeLessThanOrEqual(1)
        expect(shown.residual01 === 0).toBe(shown.residualW === 0)
      }),
      { numRuns: 200 },
    )
  })

  it('has no residual while all three sensors agree, and prints it once one is removed', () => {
    fc.assert(
      fc.property(watts, watts, watts, (producedW, importedW, exported) => {
        const exportedW = Math.min(exported, producedW + importedW)
        const consumedW = producedW + importedW - exportedW
        const power = {
          ...read,
          producedW,
          consumedW,
          importedW,
          exportedW,
          fromNeighboursW: 0,
          toNeighboursW: 0,
        }
        expect(triangleOf(power, at).residualW).toBe(0)
        expect(triangleOf({ ...power, consumedW: null }, at).residualW).toBe(consumedW)
        expect(triangleOf({ ...power, producedW: null }, at).residualW).toBe(0 - producedW)
      }),
      { numRuns: 200 },
    )
  })

  it('names the sensor that is missing', () => {
    const power = { ...read, importedW: 0, exportedW: 700, fromNeighboursW: 0, toNeighboursW: 700 }
    const shown = triangleOf({ ...power, producedW: 1000, consumedW: null }, at)
    expect(shown.consumedW).toBeNull()
    expect(shown.sensors).toMatchObject({ production: true, consumption: false })
    expect(shown).toMatchObject({ residualW: 300, residual01: 0.3 })
    const unread = triangleOf({ ...power, producedW: 0, consumedW: 0, isConnectionRead: false }, at)
    expect(unread.sensors).toEqual({ connection: false, production: true, consumption: true })
  })

  it('takes what the connection lets in as used where no plant was told of', () => {
    const power = { ...read, importedW: 450, exportedW: 0, fromNeighboursW: 450, toNeighboursW: 0 }
    const shown = triangleOf({ ...power, producedW: null, consumedW: null }, at)
    expect(shown).toMatchObject({ consumedW: 450, residualW: 0, residual01: 0, fromGridW: 0 })
  })

  it('is empty and balanced when nothing flows', () => {
    const power = { ...read, producedW: 0, consumedW: 0, importedW: 0, exportedW: 0 }
    const shown = triangleOf({ ...power, fromNeighboursW: 0, toNeighboursW: 0 }, at)
    expect(shown).toMatchObject({ residualW: 0, residual01: 0 })
  })
})
