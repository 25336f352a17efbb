import { nanoOhmOf, networkNodes } from '@tri/community'
import { neighbourTree, type NeighbourTree } from '@tri/exchange'
import { must } from '@tri/units'

import type { CommunityDocument, MeterEntry, NodeKind } from './document-shape.ts'

/** Whether a meter is settled: the others explain a household to itself. */
export function isConnection({ role }: Pick<MeterEntry, 'role'>): boolean {
  return role === undefined || role === 'connection'
}

/**
 * Who is near whom in a community: its connection meters on its network, with the resistances as the book holds them.
 *
 * @param document one whose network and meters were checked
 */
export function communityTree(document: Pick<CommunityDocument, 'network' | 'meters'>): NeighbourTree {
  const nodes = document.network.map(({ id, kind, parent, ohm }) => ({
    id,
    ring: ringOf(kind),
    nanoOhm: nanoOhmOf(ohm ?? 0),
    ...(parent === undefined ? {} : { parent }),
  }))
  const places = document.meters.filter(isConnection).map(({ id, site }) => ({ meter: id, node: site }))
  const tree = neighbourTree(networkNodes(nodes), places)
  must(tree.ok, 'a checked network is a tree', { refusal: tree.ok ? '' : tree.refusal })
  return tree.value
}

/** Two meters at one site meet in the ring `home`; the other kinds carry the name of their ring. */
export function ringOf(kind: NodeKind): 'home' | Exclude<NodeKind, 'site'> {
  return kind === 'site' ? 'home' : kind
}
