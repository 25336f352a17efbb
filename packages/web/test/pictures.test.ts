import { describe, expect, it } from 'vitest'

import { dayBar, daySums, powerUp, type HomeSlot } from '../src/charts/day-bars.ts'
import { blurredPlaces, flowSeen, frameOf, networkOf, type NearbyNode } from '../src/map/network.ts'

const slot: HomeSlot = {
  slot: 1,
  producedWh: 500,
  consumedWh: 320,
  importWh: 20,
  exportWh: 200,
  sharedGivenWh: 150,
  sharedReceivedWh: 5,
  quality: 'measured',
  mark: 'provisional',
}

describe('the bars of a day', () => {
  it('show where what was used came from, and where what was given went', () => {
    expect(dayBar(slot)).toMatchObject({
      ownWh: 300,
      receivedWh: 5,
      gridInWh: 15,
      givenWh: 150,
      gridOutWh: 50,
    })
  })

  it('add up to what was used', () => {
    expect(daySums([dayBar(slot)])).toEqual({ usedWh: 320, producedWh: 500, receivedWh: 5, givenWh: 150 })
  })

  it('do without the sensors that are missing', () => {
    expect(dayBar({ ...slot, consumedWh: null }).ownWh).toBe(300)
    expect(dayBar({ ...slot, consumedWh: null, producedWh: null }).ownWh).toBe(0)
  })

  it('end their axis at a round power', () => {
    expect(powerUp(50) * 4).toBe(200)
    expect(powerUp(690) * 4).toBe(3000)
    expect(powerUp(750) * 4).toBe(3000)
    expect(powerUp(0)).toBe(1)
  })
})

const node = (id: string, parent: string | null, more: Partial<NearbyNode> = {}): NearbyNode => ({
  id,
  parent,
  name: null,
  kind: 'site',
  x: 0,
  y: 0,
  blurred: false,
  mine: false,
  ...more,
})

describe('the network on paper', () => {
  const nodes = [
    node('z', 'street', { x: 10, y: 5 }),
    node('b', 'street', { x: 200, y: 200, blurred: true }),
    node('a', 'street', { x: 200, y: 200, blurred: true }),
    node('street', 'root', { kind: 'street' }),
    node('root', null, { kind: 'transformer' }),
  ]
  const edges = [
    { node: 'street', flowWh: 120, hidden: false },
    { node: 'z', flowWh: null, hidden: true },
    { node: 'a', flowWh: -4, hidden: false },
  ]
  const network = networkOf({ nodes, edges })

  it('is read from the root down, siblings by id, whatever order it came in', () => {
    expect(network.map((place) => place.node.id)).toEqual(['root', 'street', 'a', 'b', 'z'])
    expect(network.map((place) => place.depth)).toEqual([0, 1, 2, 2, 2])
    expect(networkOf({ nodes: nodes.toReversed(), edges })).toEqual(network)
  })

  it('has north at the top', () => {
    expect(network.at(-1)?.at).toEqual([10, -5])
  })

  it('draws homes whose place is blurred apart, within one circle', () => {
    expect(network[2]?.at).not.toEqual(network[3]?.at)
    expect(blurredPlaces(network)).toEqual([{ x: 200, y: -200, homes: 2 }])
  })

  it('tells which way energy went, and what is private', () => {
    expect(network.map(({ edge }) => flowSeen(edge))).toEqual(['none', 'up', 'down', 'none', 'private'])
  })

  it('shows every place', () => {
    const frame = frameOf(network)
    for (const { at } of network) {
      expect(at?.[0]).toBeGreaterThan(frame.x)
      expect(at?.[1]).toBeLessThan(frame.y + frame.height)
    }
    expect(frameOf([])).toEqual({ x: 0, y: 0, width: 100, height: 100 })
  })
})
