import { accept, refuse, type Outcome } from '@tri/units'

import type { Charter, CharterRefusal } from './charter.ts'
import type { NeighbourTree } from './neighbour-tree.ts'
import { RULES } from './rules/rule-name.ts'

/**
 * Whether a charter can settle a community: it has a price for every ring in which these meters can match, and names no
 * meter that is not there.
 *
 * @param tree the community's meters on its network
 * @returns    the charter itself, or every reason (`ring-price-missing`, `charter-meter-unknown`), in a fixed order
 */
export function charterFit(
  charter: Charter,
  tree: NeighbourTree,
): Outcome<Charter, readonly CharterRefusal[]> {
  const known = new Set(tree.meters)
  const named = (['keys', 'participation', 'priorities', 'pairs'] as const).flatMap((field) =>
    Object.keys(charter[field] ?? {}).map((meter) => ({ field, meter })),
  )
  const paired = Object.values(charter.pairs ?? {}).flatMap((row) =>
    Object.keys(row).map((meter) => ({ field: 'pairs', meter })),
  )
  const unknown = [...named, ...paired]
    .filter(({ meter }) => !known.has(meter))
    .map((details): CharterRefusal => ({ is: 'charter-meter-unknown', details }))
  const unpriced = ringsOf(charter, tree)
    .filter((ring) => charter.tariff.ring[ring] === undefined)
    .map((ring): CharterRefusal => ({ is: 'ring-price-missing', details: { ring } }))
  const problems = [...unpriced, ...unknown]
  return problems.length === 0 ? accept(charter) : refuse(problems)
}

/**
 * The rings in which a settlement under this charter can match, nearest first. A rule that sees the registers as metered
 * also matches a meter with itself, at home.
 */
export function ringsOf(charter: Charter, tree: NeighbourTree): NeighbourTree['rings'] {
  const matchesItself = RULES[charter.rule].basis === 'gross'
  return matchesItself && !tree.rings.includes('home') ? ['home', ...tree.rings] : tree.rings
}
