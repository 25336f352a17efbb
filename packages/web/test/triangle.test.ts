import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { arrowWidth, triangleFlows, type TrianglePowers } from '../src/charts/triangle-flows.ts'
import { numberFormat } from '../src/format/number.ts'

/** A home whose sensors all work: what it makes and uses decides what goes out or comes in. */
const homes = fc
  .record({ producedW: fc.nat(12_000), consumedW: fc.nat(12_000) })
  .map(({ producedW, consumedW }): TrianglePowers => {
    const net = consumedW - producedW
    return {
      producedW,
      consumedW,
      importedW: Math.max(0, net),
      exportedW: Math.max(0, -net),
      residualW: 0,
      residual01: 0,
    }
  })

/** W that rounding may hide: half of the last digit shown, for each of three figures. */
const ROUNDING_W = 150

/** What a person reads, back in W. */
function readBack(shown: string): number {
  const [number = '', unit = ''] = shown.split('\u00a0')
  return Number(number.replaceAll(',', '')) * (unit === 'kW' ? 1000 : 1)
}

describe('the triangle', () => {
  it('balances at every corner on 200 random homes, as shown', () => {
    const { power } = numberFormat('en-GB')
    const shown = (powerW: number) => readBack(power(powerW))
    fc.assert(
      fc.property(homes, (home) => {
        const flows = triangleFlows(home)
        const own = flows.ownW ?? Number.NaN
        expect(flows.addsUp).toBe(true)
        expect(own + flows.givenW).toBe(home.producedW)
        expect(own + flows.receivedW).toBe(home.consumedW)
        const given = shown(own) + shown(flows.givenW)
        const received = shown(own) + shown(flows.receivedW)
        expect(Math.abs(given - shown(home.producedW ?? 0))).toBeLessThanOrEqual(ROUNDING_W)
        expect(Math.abs(received - shown(home.consumedW ?? 0))).toBeLessThanOrEqual(ROUNDING_W)
      }),
      { seed: 20_260_522, numRuns: 200 },
    )
  })

  it('shows what no sensor explains instead of spreading it', () => {
    fc.assert(
      fc.property(homes, (home) => {
        const without = {
          ...home,
          producedW: null,
          residualW: -(home.producedW ?? 0),
          residual01: (home.producedW ?? 0) === 0 ? 0 : 0.4,
        }
        const flows = triangleFlows(without)
        expect(flows.unmeasured01).toBe(without.residual01)
        expect(flows.addsUp).toBe(without.residual01 === 0)
        expect(flows.ownW).toBe(Math.max(0, (home.consumedW ?? 0) - home.importedW))
      }),
      { numRuns: 200 },
    )
  })

  it('does not invent own use when neither side is measured', () => {
    const blind = {
      producedW: null,
      consumedW: null,
      importedW: 300,
      exportedW: 0,
      residualW: 300,
      residual01: 1,
    }
    expect(triangleFlows(blind)).toEqual({
      ownW: null,
      givenW: 0,
      receivedW: 300,
      addsUp: false,
      unmeasured01: 1,
    })
  })

  it('calls a rest below half a percent rounding, and no more', () => {
    const home = { producedW: 1000, consumedW: 1000, importedW: 0, exportedW: 0, residualW: 4 }
    expect(triangleFlows({ ...home, residual01: 0.0049 }).addsUp).toBe(true)
    expect(triangleFlows({ ...home, residual01: 0.005 }).addsUp).toBe(false)
  })

  it('draws no arrow for nothing, and a seen one for a trickle', () => {
    expect(arrowWidth(0, 1000)).toBe(0)
    expect(arrowWidth(1, 12_000)).toBeGreaterThan(2)
    expect(arrowWidth(12_000, 12_000)).toBe(14)
  })
})
