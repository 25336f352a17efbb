import { Fault, slot } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { builtMatchKernel } from '../../../tools/build-kernels.ts'
import {
  coarsenedToRings,
  exchangeFaults,
  matchTotals,
  SLOT_WH_MAX,
  typescriptKernel,
  webAssemblyKernel,
  type NeighbourTree,
} from '../src/index.ts'
import { syntheticNetWh, syntheticTown } from '../src/testing/index.ts'
import { matchWasm } from './match-wasm.ts'
import { anySeed, matched, randomNetwork, randomNetWh, runOf, SPLITS, treeOf } from './random-network.ts'

const webassembly = webAssemblyKernel(matchWasm)
const kernels = [typescriptKernel, webassembly]

/** A street of homes, each with a site of its own. */
const street = (homes: number): NeighbourTree =>
  treeOf({
    nodes: [
      { id: 'street', ring: 'street', ohm: 0 },
      ...Array.from({ length: homes }, (_, i) => ({
        id: `h${i}`,
        ring: 'home' as const,
        parent: 'street',
        ohm: 0.01,
      })),
    ],
    places: Array.from({ length: homes }, (_, i) => ({ meter: `m${i}`, node: `h${i}` })),
  })

describe.each(SPLITS)('both kernels give the same bytes, split by %s', (split) => {
  // The bounds of the lanes (2^20 Wh a meter, 2^30 Wh a group) lie between the sizes.
  test.each([40, 4_000, 1_040_000, 1_060_000, 40_000_000])(
    'on any tree, with values up to %d Wh',
    (large) => {
      fc.assert(
        fc.property(anySeed, fc.integer({ min: 1, max: 130 }), (seed, slots) => {
          const tree = treeOf(randomNetwork(seed, { nodes: 30, meters: 50 }))
          const netWh = randomNetWh(seed, tree.meters.length * slots, large)
          const run = runOf(tree, netWh, split, seed % 200_000_000)
          expect(matched(webassembly, run)).toEqual(matched(typescriptKernel, run))
          const coarse = { ...run, tree: coarsenedToRings(tree) }
          expect(matched(webassembly, coarse)).toEqual(matched(typescriptKernel, coarse))
        }),
        { numRuns: 40 },
      )
    },
  )

  test('on a town over many tiles, from the middle of longer columns, with totals carried on', () => {
    const town = treeOf(syntheticTown(700))
    const stride = 2200
    const netWh = new Int32Array(700 * stride)
    syntheticNetWh(netWh, 700, stride, 11, 100)
    const [a, b] = kernels.map((kernel) => {
      const totals = matchTotals(town)
      const run = { tree: town, split, netWh, stride }
      kernel.match({ ...run, firstSlot: slot(1_976_551), at: 7, slots: 1501 }, totals)
      kernel.match({ ...run, firstSlot: slot(1_978_052), at: 1508, slots: 2 }, totals)
      return totals
    })
    expect(b).toEqual(a)
    expect(a!.groupWh.reduce((sum, wh) => sum + wh)).toBeGreaterThan(1_000_000)
  })
})

describe.each(kernels.map((kernel) => ({ kernel, name: kernel.name })))('the $name kernel', ({ kernel }) => {
  test.each(SPLITS)('is exact up to the bound and refuses beyond it, split by %s', (split) => {
    const tree = street(3)
    const atBound = Int32Array.of(SLOT_WH_MAX, -1_000_000_007, -1_000_000_009)
    const { receivedWh, givenWh } = matched(kernel, runOf(tree, atBound, split))
    expect([...receivedWh, ...givenWh]).toEqual([2_000_000_016, 0, 0, 0, 1_000_000_007, 1_000_000_009])
    const long = matched(kernel, runOf(tree, Int32Array.of(-SLOT_WH_MAX, 1_500_000_001, 500_000_003), split))
    expect([...long.givenWh, ...long.receivedWh]).toEqual([
      2_000_000_004, 0, 0, 0, 1_500_000_001, 500_000_003,
    ])
    for (const beyond of [
      [SLOT_WH_MAX, 1, -5],
      [-SLOT_WH_MAX, -1, 5],
      [-SLOT_WH_MAX - 1, 0, 5],
    ]) {
      const netWh = Int32Array.of(...beyond.flatMap((wh) => [0, wh]))
      const fault = () => matched(kernel, runOf(tree, netWh, split, 500))
      expect(fault).toThrow(Fault)
      expect(fault).toThrow('slot-too-large slot=501 most=2147483647')
    }
    expect(Object.keys(exchangeFaults)).toContain('slot-too-large')
  })

  test.each(SPLITS)('splits what is beyond 2^53 as a product exactly, split by %s', (split) => {
    // Surplus of 1.9 GWh over seven roofs for a need of 1.7 GWh: products reach 3 x 10^18.
    const roofs = [271_000_003, 272_000_011, 268_999_999, 270_123_457, 273_456_789, 269_876_543, 275_000_001]
    const tree = street(8)
    const needed = 1_700_000_013
    const { givenWh } = matched(kernel, runOf(tree, Int32Array.of(...roofs.map((wh) => -wh), needed), split))
    const long = BigInt(roofs.reduce((a, b) => a + b))
    for (const [i, roof] of roofs.entries()) {
      const floor = Number((BigInt(roof) * BigInt(needed)) / long)
      expect([floor, floor + 1]).toContain(givenWh[i])
    }
    expect(givenWh.reduce((a, b) => a + b)).toBe(needed)
  })

  test('leaves alone what nobody can share: no meter, one meter, no slot', () => {
    for (const homes of [0, 1]) {
      const { flowWh, groupWh } = matched(
        kernel,
        runOf(street(homes), new Int32Array(homes).fill(-5), 'systematic'),
      )
      expect([flowWh.length, groupWh.length]).toEqual([0, 0])
    }
    const none = matched(kernel, { ...runOf(street(2), Int32Array.of(-5, 5), 'systematic'), slots: 0 })
    expect([...none.givenWh]).toEqual([0, 0])
  })

  test('overwrites the flows it is given and adds to the totals', () => {
    const tree = street(2)
    const run = runOf(tree, Int32Array.of(-500, 300), 'systematic')
    const totals = matchTotals(tree)
    const flowWh = Int32Array.of(7, 7)
    kernel.match(run, totals, flowWh)
    kernel.match(run, totals, flowWh)
    expect([...flowWh]).toEqual([-300, 300])
    expect([...totals.givenWh, ...totals.receivedWh]).toEqual([600, 0, 0, 600])
  })

  test('will not read beyond the columns', () => {
    const run = { ...runOf(street(2), new Int32Array(6), 'systematic'), slots: 4 }
    expect(() => kernel.match(run, matchTotals(run.tree))).toThrow('every column reaches the last slot')
  })
})

test('largest remainder: equal remainders go to the lower meter id, wherever it hangs', () => {
  // Three roofs of 10 Wh share a need of 10 Wh: 3 1/3 each, so one of them gets the fourth.
  const tree = treeOf({
    nodes: [
      { id: 'street', ring: 'street', ohm: 0 },
      { id: 'z-first', ring: 'home', parent: 'street', ohm: 0 },
      { id: 'a-last', ring: 'home', parent: 'street', ohm: 0 },
    ],
    places: [
      { meter: 'm1', node: 'z-first' },
      { meter: 'm2', node: 'a-last' },
      { meter: 'm3', node: 'street' },
      { meter: 'm4', node: 'street' },
    ],
  })
  for (const kernel of kernels) {
    const { givenWh } = matched(kernel, runOf(tree, Int32Array.of(-10, -10, -10, 10), 'largest-remainder'))
    expect([...givenWh]).toEqual([4, 3, 3, 0])
  }
})

test('the committed WebAssembly is what its source compiles to, byte for byte', async () => {
  expect(Buffer.from(await builtMatchKernel()).equals(matchWasm)).toBe(true)
})
