/**
 * The distance classes of a match, nearest first. `grid` is what found no neighbour and went to, or came from, the
 * public network.
 */
export const RINGS = [
  'home',
  'building',
  'street',
  'transformer',
  'substation',
  'federation',
  'grid',
] as const

/** Distance class of a match: the kind of the place where the ways of seller and buyer meet. */
export type Ring = (typeof RINGS)[number]

/** How far a ring is: 0 is `home`. A price, and the kind of a node towards the root, never falls with it. */
export function ringDistance(ring: Ring): number {
  return RINGS.indexOf(ring)
}
