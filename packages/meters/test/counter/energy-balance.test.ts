import { slot, wattHour } from '@tri/units'
import { law } from '@tri/units/testing'
import { nat, record } from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  balancedSlot,
  isBeyond,
  type CounterSlot,
  type MeasuredFlows,
  type NeighbourShare,
} from '../../src/counter/energy-balance.ts'

const NOON = slot(1_977_936)

/** The household of docs/maths/tri-counter.md. */
const CASA: MeasuredFlows = {
  production: 1000,
  import: 200,
  discharge: 'absent',
  consumption: undefined,
  export: 700,
  charge: 100,
}

function balanced(measured: MeasuredFlows, share?: NeighbourShare): CounterSlot {
  const balance = balancedSlot(NOON, measured, share)
  if (!balance.ok) throw new Error(balance.refusal)
  return balance.value
}

describe('the balance of a slot', () => {
  test('derives consumption where nobody measures it, and then leaves no residual', () => {
    const { flows, residualWh, isRedundant } = balanced(CASA)
    expect(flows.consumption).toEqual({ wh: 400, origin: 'derived' })
    expect(flows.discharge).toEqual({ wh: 0, origin: 'absent' })
    expect({ residualWh, isRedundant }).toEqual({ residualWh: 0, isRedundant: false })
  })

  test('shows what the meters disagree by, and says when it is more than they may be off', () => {
    const seen = balanced({ ...CASA, consumption: 380 })
    expect(seen).toMatchObject({ residualWh: 20, toleranceWh: 30, isRedundant: true })
    expect(isBeyond(balanced({ ...CASA, consumption: 370 }))).toBe(false)
    expect(isBeyond(balanced({ ...CASA, consumption: 369 }))).toBe(true)
    expect(isBeyond(balanced({ ...CASA, consumption: 430 }))).toBe(false)
    // What goes out grows with it, and so does the tolerance, by a fiftieth.
    expect(isBeyond(balanced({ ...CASA, consumption: 432 }))).toBe(true)
  })

  test('shows a derived flow that cannot be', () => {
    const { flows, residualWh } = balanced({ ...CASA, production: 0 })
    expect(flows.consumption).toEqual({ wh: 0, origin: 'derived' })
    expect(residualWh).toBe(-600)
  })

  test('derives production as well, when consumption is measured', () => {
    expect(balanced({ ...CASA, production: undefined, consumption: 400 }).flows.production.wh).toBe(1000)
  })

  test('tells the three directions apart, once the slot is settled', () => {
    const share = { receivedWh: wattHour(200), givenWh: wattHour(300) }
    expect(balanced(CASA, share)).toMatchObject({
      own: { inWh: 1000, outWh: 100 },
      neighbours: { inWh: 200, outWh: 300 },
      grid: { inWh: 0, outWh: 400 },
    })
    expect(balanced(CASA)).toMatchObject({ neighbours: undefined, grid: { inWh: 200, outWh: 700 } })
  })

  test('is refused when more than one flow is unknown, or more was shared than the meter saw', () => {
    expect(balancedSlot(NOON, { ...CASA, charge: undefined })).toEqual({
      ok: false,
      refusal: 'flows-unknown',
    })
    const share = { receivedWh: wattHour(201), givenWh: wattHour(0) }
    expect(balancedSlot(NOON, CASA, share)).toEqual({ ok: false, refusal: 'share-too-large' })
  })
})

const anyWh = nat({ max: 10_000 })
const anyFlows = record({
  production: anyWh,
  import: anyWh,
  discharge: anyWh,
  consumption: anyWh,
  export: anyWh,
  charge: anyWh,
})

law(
  'what comes in is what goes out and the residual, in the flows and in the directions',
  anyFlows,
  (measured) => {
    const { flows, residualWh, own, grid } = balanced(measured)
    const inWh = flows.production.wh + flows.import.wh + flows.discharge.wh
    const outWh = flows.consumption.wh + flows.export.wh + flows.charge.wh
    const ways = own.inWh + grid.inWh - own.outWh - grid.outWh - flows.consumption.wh
    return inWh === outWh + residualWh && ways === residualWh
  },
)

law('a derived consumption that can be leaves no residual', anyFlows, (measured) => {
  const { flows, residualWh } = balanced({ ...measured, consumption: undefined })
  return flows.consumption.wh > 0 ? residualWh === 0 : residualWh <= 0
})
