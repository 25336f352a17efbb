import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { edgeCostWhOhm, tradesOf, typescriptKernel } from '../src/index.ts'
import { anySeed, matched, randomNetwork, randomNetWh, runOf, treeOf } from './random-network.ts'

const viaPo = () =>
  treeOf({
    nodes: [
      { id: 'cabina', ring: 'transformer', ohm: 0 },
      { id: 'via-po', ring: 'street', parent: 'cabina', ohm: 0.021 },
      { id: 'casa-1', ring: 'home', parent: 'via-po', ohm: 0.004 },
      { id: 'casa-2', ring: 'home', parent: 'via-po', ohm: 0.006 },
      { id: 'school', ring: 'home', parent: 'cabina', ohm: 0.01 },
    ],
    places: [
      { meter: 'm1', node: 'casa-1' },
      { meter: 'm2', node: 'casa-2' },
      { meter: 'm3', node: 'school' },
    ],
  })

describe('who sold to whom', () => {
  test('the street is served first, the school beyond it gets the rest', () => {
    const trades = tradesOf(viaPo(), Int32Array.of(-500, 300, 450))
    expect(trades.map(({ ohm, ...trade }) => ({ ...trade, ohm: Math.round(ohm * 1e6) / 1e6 }))).toEqual([
      { seller: 0, buyer: 1, energyWh: 300, ring: 'street', ohm: 0.01 },
      { seller: 0, buyer: 2, energyWh: 200, ring: 'transformer', ohm: 0.035 },
    ])
  })

  test('the smallest community costs what the edge formula says', () => {
    const cost = edgeCostWhOhm(viaPo(), { netWh: Int32Array.of(-500, 300, 0), stride: 1, at: 0, slots: 1 })
    expect(cost).toBeCloseTo(8, 12)
  })

  test('there are fewer trades than meters, each group matches what the kernels match, nobody oversells', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const tree = treeOf(randomNetwork(seed, { nodes: 50, meters: 60 }))
        const netWh = randomNetWh(seed, tree.meters.length)
        const trades = tradesOf(tree, netWh)
        expect(trades.length).toBeLessThan(tree.meters.length)
        const { receivedWh } = matched(typescriptKernel, runOf(tree, netWh, 'systematic'))
        const meters = tree.meters.length
        for (const [index, ring] of tree.rings.entries()) {
          const traded = trades
            .filter((trade) => trade.ring === ring)
            .reduce((wh, { energyWh }) => wh + energyWh, 0)
          const shared = receivedWh.subarray(index * meters, (index + 1) * meters).reduce((a, b) => a + b, 0)
          expect(traded).toBe(shared)
        }
        const left = Int32Array.from(netWh)
        for (const { seller, buyer, energyWh } of trades) {
          expect(energyWh).toBeGreaterThan(0)
          left[seller]! += energyWh
          left[buyer]! -= energyWh
        }
        for (const [column, net] of netWh.entries()) expect(left[column]! * net).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('a slot in which nobody has anything to give has no trades', () => {
    expect(tradesOf(viaPo(), Int32Array.of(5, 300, 0))).toEqual([])
    expect(tradesOf(viaPo(), new Int32Array(3))).toEqual([])
  })
})
