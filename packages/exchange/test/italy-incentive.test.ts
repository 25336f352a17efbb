import { describe, expect, it } from 'vitest'

import { premiumCents, premiumTariff, premiumUse, type ItalianPlant } from '../src/index.ts'

const roof = (
  powerKw: number,
  zone: ItalianPlant['zone'] = 'south',
  isPhotovoltaic = true,
): ItalianPlant => ({
  powerKw,
  zone,
  isPhotovoltaic,
})

/** EUR/MWh in, EUR/MWh out. */
function tariffAt(plant: ItalianPlant, zonalPrice: number): number {
  const steps = premiumTariff(plant, Math.round(zonalPrice * 1000))
  return steps.ok ? steps.value.tariff / 1000 : Number.NaN
}

describe('the Italian premium tariff', () => {
  // Plant of 200-600 kW: "70 + max(0, 180 - Pz), at most 110", the bonus of the north added after the cap.
  it.each([
    ['dear energy leaves the base', 400, 'south', 200, 70],
    ['at 180 the variable part begins', 400, 'south', 180, 70],
    ['at 160 it is 20', 400, 'south', 160, 90],
    ['at 140 it reaches the cap', 400, 'south', 140, 110],
    ['cheaper energy stays at the cap', 400, 'south', 50, 110],
    ['a negative price too', 400, 'south', -20, 110],
    ['the north adds 10 after the cap', 400, 'north', 50, 120],
    ['the centre adds 4', 400, 'centre', 180, 74],
    ['a small plant has 80', 200, 'south', 180, 80],
    ['and is capped at 120', 200, 'south', 100, 120],
    ['a fraction above 200 kW is the next class', 200.1, 'south', 180, 70],
    ['600 kW still is', 600, 'south', 180, 70],
    ['a large plant has 60', 600.1, 'south', 180, 60],
    ['and is capped at 100', 1000, 'south', 0, 100],
    ['prices count to the thousandth', 400, 'south', 179.999, 70.001],
  ] as const)('%s', (_, powerKw, zone, zonalPrice, expected) => {
    expect(tariffAt(roof(powerKw, zone), zonalPrice)).toBe(expected)
  })

  it('shows its steps', () => {
    expect(premiumTariff(roof(400, 'north'), 100_000)).toEqual({
      ok: true,
      value: {
        base: 70_000,
        variable: 80_000,
        cap: 110_000,
        capped: 110_000,
        zoneBonus: 10_000,
        tariff: 120_000,
      },
    })
  })

  it('gives the bonus of the zone to photovoltaic plants only', () => {
    expect(tariffAt(roof(400, 'north', false), 180)).toBe(70)
  })

  it('has nothing for plants above 1000 kW, nor for power that is none', () => {
    expect(premiumTariff(roof(1000.1), 0)).toEqual({ ok: false, refusal: 'plant-too-large' })
    expect(premiumTariff(roof(0), 0)).toEqual({ ok: false, refusal: 'power-unusable' })
    expect(premiumTariff(roof(Number.NaN), 0)).toEqual({ ok: false, refusal: 'power-unusable' })
    expect(premiumCents(roof(2000), [{ sharedWh: 1, zonalPrice: 0 }])).toEqual({
      ok: false,
      refusal: 'plant-too-large',
    })
  })

  it('sums hours exactly and rounds once, half up, to the cent', () => {
    // 1 MWh at 90 EUR/MWh and 0.5 MWh at 110: 90 + 55 = 145 EUR.
    const hours = [
      { sharedWh: 1_000_000, zonalPrice: 160_000 },
      { sharedWh: 500_000, zonalPrice: 100_000 },
    ]
    expect(premiumCents(roof(400), hours)).toEqual({ ok: true, value: 14_500 })
    // 50 Wh at 100 EUR/MWh are 0.5 cents, 49 Wh are less.
    expect(premiumCents(roof(1000), [{ sharedWh: 50, zonalPrice: 0 }])).toEqual({ ok: true, value: 1 })
    expect(premiumCents(roof(1000), [{ sharedWh: 49, zonalPrice: 0 }])).toEqual({ ok: true, value: 0 })
    expect(premiumCents(roof(1000), [])).toEqual({ ok: true, value: 0 })
  })
})

describe('the use of the premium', () => {
  it('is free up to 55 % of the injected energy, 45 % with a capital grant', () => {
    expect(premiumUse(60, 100, false)).toEqual({ freeWh: 55, boundWh: 5 })
    expect(premiumUse(60, 100, true)).toEqual({ freeWh: 45, boundWh: 15 })
    expect(premiumUse(55, 100, false)).toEqual({ freeWh: 55, boundWh: 0 })
    expect(premiumUse(0, 0, false)).toEqual({ freeWh: 0, boundWh: 0 })
  })
})
