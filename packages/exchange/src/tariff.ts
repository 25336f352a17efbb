import { present, type MicroCreditPerWattHour } from '@tri/units'

import { RINGS, type Ring } from './ring.ts'

/** The rings that a charter gives a price: all but the grid, whose price is the supplier's. */
export const PRICED_RINGS = RINGS.filter((ring) => ring !== 'grid')

/**
 * What a Wh is worth, in whole µCC: the price that the buyer pays and the seller earns in each ring, and the fee that
 * the buyer pays to the commons on top. The grid's prices are there to compare with; nothing is posted for them.
 */
export interface Tariff {
  readonly ring: Partial<Readonly<Record<Ring, MicroCreditPerWattHour>>>
  readonly gridBuy?: MicroCreditPerWattHour
  readonly gridSell?: MicroCreditPerWattHour
  readonly fee: MicroCreditPerWattHour
}

/** The price of a Wh in a ring. A charter that fits its community (`charterFit`) has one for every ring in use. */
export function priceIn(tariff: Tariff, ring: Ring): MicroCreditPerWattHour {
  return present(tariff.ring[ring], `the tariff has a price for the ring ${ring}`)
}

/** Where a tariff falls with distance. */
export interface PriceFall {
  readonly near: Ring
  readonly nearPrice: number
  readonly far: Ring
  readonly farPrice: number
}

/**
 * Where the tariff falls with distance, nearest first; none in a usable tariff.
 *
 * Non-decreasing ring prices are a metric on the tree, and matching bottom-up is the optimum of any such metric; a price
 * that falls breaks that equivalence. The grid comes last, and is compared with what a buyer pays there: price and fee.
 *
 * @see docs/maths/sharing.md, "Prices that rise with distance"
 */
export function priceFalls(tariff: Tariff): PriceFall[] {
  const priced = PRICED_RINGS.flatMap((ring) => {
    const price = tariff.ring[ring]
    return price === undefined ? [] : [{ ring, price }]
  })
  const falls = priced.flatMap<PriceFall>(({ ring: far, price: farPrice }, i) => {
    const before = priced[i - 1]
    return before !== undefined && farPrice < before.price
      ? [{ near: before.ring, nearPrice: before.price, far, farPrice }]
      : []
  })
  const last = priced.reduce<(typeof priced)[number] | undefined>(
    (a, b) => (a === undefined || b.price > a.price ? b : a),
    undefined,
  )
  if (last === undefined || tariff.gridBuy === undefined || tariff.gridBuy >= last.price + tariff.fee)
    return falls
  const nearPrice = last.price + tariff.fee
  return [...falls, { near: last.ring, nearPrice, far: 'grid', farPrice: tariff.gridBuy }]
}
