import { METERS_MAX } from '@tri/units'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  coarsenedToRings,
  exchangeFaults,
  neighbourTree,
  ringDistance,
  type NetworkNode,
} from '../src/index.ts'
import { seededDice } from '../src/testing/index.ts'
import { anySeed, randomNetwork, treeOf } from './random-network.ts'

const transformer: NetworkNode = { id: 'cabina', ring: 'transformer', ohm: 0 }
const street: NetworkNode = { id: 'via-po', ring: 'street', parent: 'cabina', ohm: 0.021 }
const house: NetworkNode = { id: 'casa-1', ring: 'home', parent: 'via-po', ohm: 0.004 }

const refusalOf = (nodes: readonly NetworkNode[], places = [{ meter: 'm1', node: 'cabina' }]) => {
  const tree = neighbourTree(nodes, places)
  return tree.ok ? 'no refusal' : tree.refusal
}

describe('a network becomes a neighbour tree', () => {
  test('two homes on a street meet in the ring of the street, at the resistance of the street', () => {
    const tree = treeOf({
      nodes: [transformer, street, house, { ...house, id: 'casa-2', ohm: 0.006 }],
      places: [
        { meter: 'm2', node: 'casa-2' },
        { meter: 'm1', node: 'casa-1' },
      ],
    })
    expect(tree.meters).toEqual(['m1', 'm2'])
    expect(tree.rings).toEqual(['street'])
    expect([...tree.groupFrom, ...tree.groupUntil]).toEqual([0, 2])
    expect([...tree.groupOhm]).toEqual([0.021])
    expect(tree.meterOhm[0]).toBeCloseTo(0.025, 12)
    expect(tree.meterOhm[1]).toBeCloseTo(0.027, 12)
  })

  test('two meters at one site meet in the ring home', () => {
    const places = [
      { meter: 'flat', node: 'casa-1' },
      { meter: 'garage', node: 'casa-1' },
    ]
    expect(treeOf({ nodes: [transformer, street, house], places }).rings).toEqual(['home'])
  })

  test('a place where only one branch has meters forms no group', () => {
    const places = [{ meter: 'm1', node: 'casa-1' }]
    const tree = treeOf({ nodes: [transformer, street, house], places })
    expect(tree.groupFrom.length).toBe(0)
    expect(tree.rings).toEqual([])
  })

  test('a network without meters is a tree of nothing', () => {
    expect(treeOf({ nodes: [transformer], places: [] }).order.length).toBe(0)
  })

  test('a feeder of a hundred thousand joints in a row is no deeper than a bush', () => {
    const nodes: NetworkNode[] = [transformer]
    for (let i = 0; i < 100_000; i++)
      nodes.push({ id: `j${i}`, ring: 'street', parent: i === 0 ? 'cabina' : `j${i - 1}`, ohm: 0.001 })
    const places = [
      { meter: 'near', node: 'j0' },
      { meter: 'far', node: 'j99999' },
    ]
    expect(treeOf({ nodes, places }).meterOhm[0]).toBeCloseTo(100, 9)
  })

  test('the tree does not depend on the order in which nodes and meters are listed', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const network = randomNetwork(seed, { nodes: 40, meters: 30 })
        const dice = seededDice(seed + 1)
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, at: dice() }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ value }) => value)
        const again = treeOf({ nodes: shuffled(network.nodes), places: shuffled(network.places) })
        expect(again).toEqual(treeOf(network))
      }),
    )
  })

  test('groups are contiguous, come after the groups inside them, and never nearer than those', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const tree = treeOf(randomNetwork(seed, { nodes: 60, meters: 40 }))
        expect([...tree.order].toSorted((a, b) => a - b)).toEqual(tree.meters.map((_, c) => c))
        for (const [g, from] of tree.groupFrom.entries())
          for (let later = g + 1; later < tree.groupFrom.length; later++) {
            const isInside = from >= tree.groupFrom[later]! && tree.groupUntil[g]! <= tree.groupUntil[later]!
            const isApart = tree.groupUntil[g]! <= tree.groupFrom[later]!
            expect(isInside || isApart).toBe(true)
            if (isInside) expect(tree.groupRing[g]!).toBeLessThanOrEqual(tree.groupRing[later]!)
          }
      }),
    )
  })
})

describe('a network that is no tree is refused by name', () => {
  test('no node at all', () => expect(refusalOf([])).toEqual({ is: 'no-root', node: '' }))

  test('a node named twice', () =>
    expect(refusalOf([transformer, street, street])).toEqual({ is: 'node-twice', node: 'via-po' }))

  test('the public grid inside the community', () =>
    expect(refusalOf([{ ...transformer, ring: 'grid' }])).toEqual({ is: 'grid-inside', node: 'cabina' }))

  test.each([-0.001, Number.NaN, Number.POSITIVE_INFINITY])('a resistance of %d ohm', (ohm) => {
    expect(refusalOf([transformer, { ...street, ohm }])).toEqual({
      is: 'resistance-negative',
      node: 'via-po',
    })
    expect(refusalOf([transformer, { ...street, ohm: 0 }])).toBe('no refusal')
  })

  test('a parent that is not there', () =>
    expect(refusalOf([transformer, house])).toEqual({ is: 'orphan', node: 'casa-1', other: 'via-po' }))

  test('two roots are one too many', () =>
    expect(refusalOf([transformer, { ...transformer, id: 'cabina-2' }])).toEqual({
      is: 'two-roots',
      node: 'cabina-2',
      other: 'cabina',
    }))

  test.each([
    ['beside the root', [transformer]],
    ['without any root', []],
  ])('a loop %s, named by its first node and not by what hangs from it', (_, roots) => {
    const loop = [
      { ...street, id: 'b', parent: 'c' },
      { ...street, id: 'c', parent: 'd' },
      { ...street, id: 'd', parent: 'b' },
      { ...street, id: 'a', parent: 'd' },
    ]
    expect(refusalOf([...roots, ...loop])).toEqual({ is: 'loop', node: 'b', other: 'c' })
  })

  test('a node that is its own parent', () =>
    expect(refusalOf([transformer, { ...street, parent: 'via-po' }])).toEqual({
      is: 'loop',
      node: 'via-po',
      other: 'via-po',
    }))

  test('a kind that falls towards the root', () =>
    expect(refusalOf([transformer, { ...street, ring: 'substation' }])).toEqual({
      is: 'kind-falls',
      node: 'cabina',
      other: 'via-po',
    }))

  test('a meter placed twice', () => {
    const places = [
      { meter: 'm1', node: 'cabina' },
      { meter: 'm1', node: 'via-po' },
    ]
    expect(refusalOf([transformer, street], places)).toEqual({ is: 'meter-twice', node: 'm1' })
  })

  test('a meter at an unknown place', () =>
    expect(refusalOf([transformer], [{ meter: 'm1', node: 'nowhere' }])).toEqual({
      is: 'place-unknown',
      node: 'm1',
      other: 'nowhere',
    }))

  test('one meter more than a community settles together', () => {
    const places = Array.from({ length: METERS_MAX + 1 }, (_, i) => ({ meter: `m${i}`, node: 'cabina' }))
    expect(refusalOf([transformer], places)).toEqual({ is: 'too-many-meters', node: '131073' })
    expect(refusalOf([transformer], places.slice(1))).toBe('no refusal')
  })

  test('every refusal has its sentence', () => {
    for (const is of ['no-root', 'node-twice', 'grid-inside', 'resistance-negative', 'orphan', 'two-roots'])
      expect(Object.keys(exchangeFaults)).toContain(is)
    for (const is of ['loop', 'kind-falls', 'meter-twice', 'place-unknown', 'too-many-meters'])
      expect(Object.keys(exchangeFaults)).toContain(is)
  })
})

describe('a charter may match at the borders of its rings only', () => {
  test('of groups of one ring inside each other the outermost stays', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const tree = treeOf(randomNetwork(seed, { nodes: 60, meters: 40 }))
        const coarse = coarsenedToRings(tree)
        expect(coarse.rings).toEqual(tree.rings)
        const isAround = (outer: number, inner: number): boolean =>
          tree.groupRing[outer] === tree.groupRing[inner] &&
          outer !== inner &&
          tree.groupFrom[outer]! <= tree.groupFrom[inner]! &&
          tree.groupUntil[outer]! >= tree.groupUntil[inner]!
        const all = [...tree.groupFrom.keys()]
        const outermost = all.filter((g) => !all.some((outer) => isAround(outer, g)))
        expect([...coarse.groupNode]).toEqual(outermost.map((g) => tree.groupNode[g]))
      }),
    )
  })

  test('a ring is farther than the ones before it', () => {
    expect(ringDistance('home')).toBe(0)
    expect(ringDistance('street')).toBeLessThan(ringDistance('transformer'))
  })
})
