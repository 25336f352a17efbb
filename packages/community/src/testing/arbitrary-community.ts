import * as fc from 'fast-check'

import { RULES, type RuleName } from '@tri/exchange'
import type { Canonical } from '@tri/units'

import type { MeterEntry, NodeEntry } from '../operation.ts'
import { prova, sketchedMember, type Sketch } from './prova.ts'

const RINGS_UP = ['building', 'street', 'transformer', 'substation'] as const

/** A network of a few sites under random buildings, streets and transformers, below one substation. */
const anyNetwork: fc.Arbitrary<readonly NodeEntry[]> = fc
  .array(
    fc.record({
      street: fc.nat(2),
      transformer: fc.nat(1),
      building: fc.option(fc.nat(1), { nil: undefined }),
      nanoOhm: fc.nat(90_000_000),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((sites) => {
    const nodes = new Map<string, NodeEntry>([['root', { id: 'root', ring: 'substation', nanoOhm: 0 }]])
    const grow = (id: string, ring: NodeEntry['ring'], parent: string): string => {
      if (!nodes.has(id)) nodes.set(id, { id, ring, parent, nanoOhm: 1_000_000 * id.length })
      return id
    }
    for (const [i, { street, transformer, building, nanoOhm }] of sites.entries()) {
      const t = grow(`t${transformer}`, 'transformer', 'root')
      const s = grow(`${t}.s${street}`, 'street', t)
      const b = building === undefined ? s : grow(`${s}.b${building}`, 'building', s)
      nodes.set(`site-${i}`, { id: `site-${i}`, ring: 'home', parent: b, nanoOhm })
    }
    return [...nodes.values()]
  })

interface Prices {
  readonly steps: readonly number[]
  readonly fee: number
  readonly limit: number
}

const anyPrices: fc.Arbitrary<Prices> = fc.record({
  steps: fc.array(fc.nat(40), { minLength: 5, maxLength: 5 }),
  fee: fc.nat(20),
  limit: fc.nat(3),
})

const anyRule: fc.Arbitrary<RuleName> = fc.constantFrom(
  'neighbour-first',
  'neighbour-first',
  'pro-rata',
  'static',
  'static-rounds',
  'equal-share',
  'italy-cer',
  'austria-static',
  'austria-dynamic',
)

/** A charter with prices that never fall, and equal keys where the rule wants keys. */
function charterOf(rule: RuleName, { steps, fee, limit }: Prices, meters: readonly MeterEntry[]): Canonical {
  let price = 0
  const rings = ['home', ...RINGS_UP].map((ring, i) => {
    price += steps[i] ?? 0
    return [ring, (price / 1000).toFixed(3)] as const
  })
  const uses: readonly string[] = RULES[rule].uses
  return {
    rule,
    creditPerKwh: Object.fromEntries(rings),
    feePerKwh: (fee / 1000).toFixed(3),
    limit: String(limit),
    ...(uses.includes('keys') ? { keys: equalKeys(meters) } : {}),
  }
}

function equalKeys(meters: readonly MeterEntry[]): Canonical {
  const part = Math.floor(1_000_000 / meters.length)
  const first = 1_000_000 - part * (meters.length - 1)
  return Object.fromEntries(
    meters.map(({ id }, i) => [id, ((i === 0 ? first : part) / 1_000_000).toFixed(6)]),
  )
}

/**
 * A small community on a random network under a random charter: a cooperative that coordinates, two to five homes, and up to
 * eight meters, several of them at one site or of one member. Every ring has a price.
 */
export const anyCommunity: fc.Arbitrary<Sketch> = fc
  .record({
    network: anyNetwork,
    homes: fc.integer({ min: 2, max: 5 }),
    places: fc.array(fc.record({ home: fc.nat(4), site: fc.nat(5) }), { minLength: 2, maxLength: 8 }),
    rule: anyRule,
    prices: anyPrices,
  })
  .map(({ network, homes, places, rule, prices }) => {
    const sites = network.filter(({ ring }) => ring === 'home')
    const members = Array.from({ length: homes }, (_, i) => sketchedMember(`home-${i}`))
    const meters = places.map(({ home, site }, i) => ({
      id: `m${i}`,
      member: `home-${home % homes}`,
      site: `site-${site % sites.length}`,
      from: 0,
    }))
    return prova({
      network,
      members: [sketchedMember('coop', 'cooperative'), ...members],
      meters,
      charter: charterOf(rule, prices, meters),
    })
  })
