import { must } from '@tri/units'

import type { MeterPlace, NetworkNode } from '../neighbour-tree.ts'

/** The same numbers from the same seed: no test and no benchmark depends on luck. */
export type Dice = () => number

/**
 * A generator of fractions in [0, 1).
 *
 * @see mulberry32 (T. Ettinger), public domain; 2^32 states
 */
export function seededDice(seed: number): Dice {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** 4 homes a building, 3 buildings a street, 4 streets a transformer, as in a small town. */
const FANOUT = { building: 4, street: 3, transformer: 4 } as const

/**
 * A town of homes in buildings, streets, transformers and one substation: every match has one of four rings.
 *
 * @param meters how many, >= 1; each has a site of its own
 */
export function syntheticTown(meters: number): { nodes: NetworkNode[]; places: MeterPlace[] } {
  must(meters >= 1, 'a town has a home')
  const nodes: NetworkNode[] = [{ id: 'substation', ring: 'substation', ohm: 0 }]
  const places: MeterPlace[] = []
  const has = new Set<string>()
  const grow = (id: string, ring: NetworkNode['ring'], parent: string, ohm: number): string => {
    if (!has.has(id)) nodes.push({ id, ring, parent, ohm })
    has.add(id)
    return id
  }
  for (let i = 0; i < meters; i++) {
    const building = Math.floor(i / FANOUT.building)
    const street = Math.floor(building / FANOUT.street)
    const transformer = Math.floor(street / FANOUT.transformer)
    const atTransformer = grow(`t${transformer}`, 'transformer', 'substation', 0.02)
    const atStreet = grow(`s${street}`, 'street', atTransformer, 0.05)
    const atBuilding = grow(`b${building}`, 'building', atStreet, 0.01)
    const site = grow(`h${i}`, 'home', atBuilding, 0.005)
    places.push({ meter: `m${String(i).padStart(6, '0')}`, node: site })
  }
  return { nodes, places }
}

/**
 * Net Wh of homes over quarter hours, meter by meter: a base load, mornings and evenings, and on two roofs of five a
 * plant of 2 to 6 kW under days of different weather. Good enough to be as busy as real ones; not a forecast.
 *
 * @param into   `[column * slots + t]`, overwritten
 * @param slots    from midnight
 * @param firstDay of the year, 0 is the first of January
 */
export function syntheticNetWh(
  into: Int32Array,
  meters: number,
  slots: number,
  seed: number,
  firstDay = 0,
): void {
  must(into.length >= meters * slots, 'the columns have room for every meter and slot')
  const dice = seededDice(seed)
  const days = Math.ceil(slots / 96)
  const sun = Float64Array.from({ length: days }, (_, day) => sunOf(firstDay + day) * (0.25 + 0.75 * dice()))
  const load = Float64Array.from({ length: 96 }, (_, t) => loadShape(t))
  const light = Float64Array.from({ length: 96 }, (_, t) => Math.max(0, Math.sin(((t - 24) / 48) * Math.PI)))
  for (let meter = 0; meter < meters; meter++) {
    const plantWh = dice() < 0.4 ? 500 + 1000 * dice() : 0
    const homeWh = 40 + 120 * dice()
    for (let t = 0; t < slots; t++) {
      const quarter = t % 96
      const used = homeWh * (load[quarter] ?? 0) * (0.4 + 1.2 * dice())
      const made = plantWh * (light[quarter] ?? 0) * (sun[(t - quarter) / 96] ?? 0)
      into[meter * slots + t] = Math.round(used - made)
    }
  }
}

/** Share of the summer's sun on a day of the year. */
function sunOf(day: number): number {
  return 0.6 - 0.4 * Math.cos(((day - 10) / 365) * 2 * Math.PI)
}

function loadShape(quarter: number): number {
  const morning = Math.exp(-(((quarter - 30) / 6) ** 2))
  const evening = Math.exp(-(((quarter - 78) / 9) ** 2))
  return 0.5 + 0.7 * morning + 1.4 * evening
}
