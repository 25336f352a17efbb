import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  coarsenedToRings,
  matchTotals,
  RINGS,
  typescriptKernel,
  type NeighbourTree,
  type NetworkNode,
} from '../src/index.ts'
import { seededDice, syntheticNetWh, syntheticTown } from '../src/testing/index.ts'
import {
  anySeed,
  matched,
  randomNetwork,
  randomNetWh,
  runOf,
  SPLITS,
  treeOf,
  type RandomNetwork,
} from './random-network.ts'

const small = { nodes: 30, meters: 25 }
const need = (net: number): number => Math.max(net, 0)
const surplus = (net: number): number => Math.max(-net, 0)
const magnitude = (wh: bigint): bigint => (wh < 0n ? -wh : wh)
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0)

/** Net Wh in the range of a group, by position. */
const inGroup = (tree: NeighbourTree, netWh: Int32Array, g: number): number[] =>
  [...tree.order.subarray(tree.groupFrom[g], tree.groupUntil[g])].map((column) => netWh[column]!)

const groupsInside = (tree: NeighbourTree, g: number): number[] =>
  [...tree.groupFrom.keys()].filter(
    (i) => tree.groupFrom[i]! >= tree.groupFrom[g]! && tree.groupUntil[i]! <= tree.groupUntil[g]!,
  )

describe.each(SPLITS)('matching neighbour first, split by %s', (split) => {
  test('no place sends surplus out, or takes energy in, while both are left inside it', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const tree = treeOf(randomNetwork(seed, small))
        const netWh = randomNetWh(seed, tree.meters.length)
        const { groupWh } = matched(typescriptKernel, runOf(tree, netWh, split))
        for (const g of tree.groupFrom.keys()) {
          const nets = inGroup(tree, netWh, g)
          const inside = sum(groupsInside(tree, g).map((i) => groupWh[i]!))
          const needLeft = sum(nets.map(need)) - inside
          const surplusLeft = sum(nets.map(surplus)) - inside
          expect(Math.min(needLeft, surplusLeft)).toBe(0)
          expect(Math.max(needLeft, surplusLeft)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('in every slot and ring what is received was given, to the Wh, and nobody moves more than her own', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1, max: 40 }), (seed, slots) => {
        const tree = treeOf(randomNetwork(seed, small))
        const meters = tree.meters.length
        const netWh = randomNetWh(seed, meters * slots)
        const { flowWh, givenWh, receivedWh, groupWh } = matched(typescriptKernel, runOf(tree, netWh, split))
        const flow = (ring: number, column: number, t: number) =>
          flowWh[(ring * meters + column) * slots + t]!
        for (let t = 0; t < slots; t++) {
          for (const ring of tree.rings.keys())
            expect(sum(tree.meters.map((_, column) => flow(ring, column, t)))).toBe(0)
          for (const column of tree.meters.keys()) {
            const net = netWh[column * slots + t]!
            const moved = tree.rings.map((_, ring) => flow(ring, column, t))
            expect(moved.every((wh) => wh === 0 || Math.sign(wh) === Math.sign(net))).toBe(true)
            expect(Math.abs(sum(moved))).toBeLessThanOrEqual(Math.abs(net))
          }
        }
        for (const cell of givenWh.keys()) {
          const row = flowWh.subarray(cell * slots, (cell + 1) * slots)
          expect([receivedWh[cell], givenWh[cell]]).toEqual([
            sum([...row].map(need)),
            sum([...row].map(surplus)),
          ])
        }
        expect(sum(groupWh)).toBe(sum(givenWh))
        expect(sum(receivedWh)).toBe(sum(givenWh))
      }),
    )
  })

  test('every share is the floor or the ceiling of the exact one', () => {
    fc.assert(
      fc.property(anySeed, fc.boolean(), (seed, isLarge) => {
        const tree = treeOf(chainOfRings(seed))
        const netWh = randomNetWh(seed, tree.meters.length, isLarge ? 200_000_000 / tree.meters.length : 4000)
        const { flowWh } = matched(typescriptKernel, runOf(tree, netWh, split))
        const rest = BigInt64Array.from(netWh, BigInt)
        for (const [ring] of tree.rings.entries()) {
          for (const g of [...tree.groupRing.keys()].filter((group) => tree.groupRing[group] === ring)) {
            const columns = [...tree.order.subarray(tree.groupFrom[g], tree.groupUntil[g])]
            const [short, long] = [1n, -1n]
              .map((side) => columns.filter((column) => rest[column]! * side > 0n))
              .map((members) => ({
                members,
                wh: members.reduce((wh, column) => wh + magnitude(rest[column]!), 0n),
              }))
              .toSorted((a, b) => Number(a.wh - b.wh))
            const partOf = (column: number) => magnitude(BigInt(flowWh[ring * tree.meters.length + column]!))
            for (const column of short!.members) expect(partOf(column)).toBe(magnitude(rest[column]!))
            for (const column of long!.members) {
              // part - 1 < weight x short / long < part + 1, without a division
              const exact = magnitude(rest[column]!) * short!.wh
              expect((partOf(column) - 1n) * long!.wh < exact).toBe(true)
              expect(exact < (partOf(column) + 1n) * long!.wh).toBe(true)
            }
          }
          for (const column of tree.meters.keys())
            rest[column]! -= BigInt(flowWh[ring * tree.meters.length + column]!)
        }
      }),
    )
  })

  test('meters, nodes and slots may come in any order or in pieces: each meter gets the same', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 2, max: 300 }), (seed, slots) => {
        const network = randomNetwork(seed, small)
        const tree = treeOf(network)
        const netWh = randomNetWh(seed, tree.meters.length * slots)
        const whole = matched(typescriptKernel, runOf(tree, netWh, split))
        const again = treeOf({ nodes: network.nodes.toReversed(), places: network.places.toReversed() })
        const totals = matchTotals(again)
        const cut = 1 + (seed % (slots - 1))
        for (const [at, until] of [
          [cut, slots],
          [0, cut],
        ] as const) {
          const run = runOf(again, netWh, split, 1_976_544 + at)
          typescriptKernel.match({ ...run, at, slots: until - at }, totals)
        }
        const { flowWh, ...wholeTotals } = whole
        expect(totals).toEqual(wholeTotals)
        expect(flowWh.length).toBe(tree.rings.length * netWh.length)
      }),
    )
  })

  test('over 120 days no member drifts more than 150 Wh from her exact shares', () => {
    const tree = treeOf(syntheticTown(48))
    const slots = 120 * 96
    const netWh = new Int32Array(48 * slots)
    // A year's day 60 to 180 has the most hours in which both sides are there.
    syntheticNetWh(netWh, 48, slots, 7)
    const { flowWh } = matched(typescriptKernel, runOf(tree, netWh, split))
    expect(Math.max(...driftWh(tree, netWh, flowWh, slots))).toBeLessThanOrEqual(150)
  })
})

/** How far each meter's sum of parts is from the sum of its exact shares, in the systematic frame of each group. */
function driftWh(tree: NeighbourTree, netWh: Int32Array, flowWh: Int32Array, slots: number): Float64Array {
  const meters = tree.meters.length
  const drift = new Float64Array(meters)
  const rest = Int32Array.from(netWh)
  for (const [g, ring] of tree.groupRing.entries()) {
    const columns = tree.order.subarray(tree.groupFrom[g], tree.groupUntil[g])
    for (let t = 0; t < slots; t++) {
      const nets = [...columns].map((column) => rest[column * slots + t]!)
      const needs = sum(nets.map(need))
      const surpluses = sum(nets.map(surplus))
      const share = Math.min(needs, surpluses)
      for (const column of columns) {
        const cell = column * slots + t
        const net = rest[cell]!
        const flow = flowWh[ring * meters * slots + cell]!
        const exact = net === 0 ? 0 : (net * share) / (net > 0 ? needs : surpluses)
        drift[column]! += Math.abs(flow) - Math.abs(exact)
        rest[cell] = net - flow
      }
    }
  }
  return drift.map(Math.abs)
}

test('with an offset of 0 the same members always lose: it is never used', () => {
  const slots = 120 * 96
  const dice = seededDice(3)
  const drift = [0, 0, 0]
  for (let t = 0; t < slots; t++) {
    // Three roofs of like size share one neighbour's need; c_i is the running sum.
    const roofs = drift.map(() => 100 + Math.floor(dice() * 20))
    const long = sum(roofs)
    const short = Math.floor(dice() * long)
    let running = 0
    let before = 0
    for (const [i, roof] of roofs.entries()) {
      running += roof
      const upTo = Math.floor((running * short) / long)
      drift[i]! += upTo - before - (roof * short) / long
      before = upTo
    }
  }
  expect(drift[0]).toBeLessThan(-5000)
  expect(drift[2]).toBeGreaterThan(5000)
})

test('matching at the borders of the rings shares as much, in the same rings', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const tree = treeOf(randomNetwork(seed, small))
      const netWh = randomNetWh(seed, tree.meters.length)
      const fine = matched(typescriptKernel, runOf(tree, netWh, 'systematic'))
      const coarse = matched(typescriptKernel, runOf(coarsenedToRings(tree), netWh, 'systematic'))
      const meters = tree.meters.length
      const ringWh = (of: Float64Array) =>
        tree.rings.map((_, ring) => sum(of.subarray(ring * meters, (ring + 1) * meters)))
      expect(ringWh(coarse.receivedWh)).toEqual(ringWh(fine.receivedWh))
    }),
  )
})

/** Rings grow strictly towards the root, so that each meter takes part in one group a ring at most. */
function chainOfRings(seed: number): RandomNetwork {
  const dice = seededDice(seed)
  const distance = [4]
  const nodes: NetworkNode[] = [{ id: 'n0', ring: RINGS[4], ohm: 0 }]
  for (let i = 1; i < 20; i++) {
    const open = [...distance.keys()].filter((node) => distance[node]! > 0)
    const parent = open[Math.floor(dice() * open.length)]!
    distance.push(Math.floor(dice() * distance[parent]!))
    nodes.push({ id: `n${i}`, ring: RINGS[distance[i]!]!, parent: `n${parent}`, ohm: 0.01 })
  }
  const places = Array.from({ length: 2 + Math.floor(dice() * 24) }, (_, i) => ({
    meter: `m${i}`,
    node: `n${Math.floor(dice() * 20)}`,
  }))
  return { nodes, places }
}
