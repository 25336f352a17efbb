import { METERS_MAX, accept, present, refuse, type Outcome } from '@tri/units'

import { checkedNetwork, type CheckedNetwork } from './network-check.ts'
import { RINGS, type Ring } from './ring.ts'
import { roundingKey } from './rounding.ts'

/** A place on the network. `ring` is the ring of a match that meets here; `ohm` belongs to the edge to the parent. */
export interface NetworkNode {
  readonly id: string
  readonly ring: Ring
  /** Only the root has none. */
  readonly parent?: string
  /** Resistance of the edge to the parent, >= 0. The root's is not counted: the public grid begins at the root. */
  readonly ohm: number
}

/** Where a meter hangs. Two meters at one node match in that node's ring. */
export interface MeterPlace {
  readonly meter: string
  readonly node: string
}

/**
 * Why a network is no neighbour tree. `node` is the place (for `meter-twice` and `place-unknown` the meter), `other`
 * the second thing concerned: the first root, the parent that is missing, the child that is farther than its parent.
 */
export interface TreeRefusal {
  readonly is:
    | 'no-root'
    | 'node-twice'
    | 'grid-inside'
    | 'resistance-negative'
    | 'orphan'
    | 'two-roots'
    | 'loop'
    | 'kind-falls'
    | 'meter-twice'
    | 'place-unknown'
    | 'too-many-meters'
  readonly node: string
  readonly other?: string
}

/**
 * The network as matching sees it: who is near whom. Columns are meters sorted by id; positions are meters in
 * depth-first order, so that the meters below any place are one contiguous range of positions.
 */
export interface NeighbourTree {
  /** Meter ids sorted by UTF-16 code units; column c is `meters[c]`. */
  readonly meters: readonly string[]
  /** Depth-first position -> column. At a node its own meters come first, then its children; both by id. */
  readonly order: Int32Array
  /** Rings of the groups in use, nearest first; never `grid`. */
  readonly rings: readonly Ring[]
  /** Groups, bottom-up: the nodes at which two branches or meters meet. Positions `[groupFrom, groupUntil)`. */
  readonly groupFrom: Int32Array
  readonly groupUntil: Int32Array
  /** Index into `rings`. */
  readonly groupRing: Uint8Array
  /** Hash of ring and node id: seeds the rounding, and stays when other nodes come or go. */
  readonly groupKey: Uint32Array
  /** Index into `nodeIds`. */
  readonly groupNode: Int32Array
  /** Ohm from the group's node to the root. */
  readonly groupOhm: Float64Array
  /** Ohm from the meter's node to the root, by column. */
  readonly meterOhm: Float64Array
  /** Nodes sorted by id. */
  readonly nodeIds: readonly string[]
  /** Ring of a match that meets at the node. */
  readonly nodeRing: readonly Ring[]
  /** Index into `nodeIds`; -1 at the root. */
  readonly nodeParent: Int32Array
  /** Ohm of the edge to the parent; 0 at the root. */
  readonly nodeOhm: Float64Array
  /** Column -> index into `nodeIds`. */
  readonly meterNode: Int32Array
}

/**
 * The neighbour tree of a network: any parent list with a resistance and a ring per edge. The result does not depend
 * on the order of either list.
 *
 * @param nodes  the places; ids are unique; exactly one has no parent
 * @param places one a meter; ids are unique; at most METERS_MAX
 * @returns      the tree, or the first rule that was broken, in the order of `TreeRefusal`
 * @see          docs/maths/matching.md
 */
export function neighbourTree(
  nodes: readonly NetworkNode[],
  places: readonly MeterPlace[],
): Outcome<NeighbourTree, TreeRefusal> {
  const checked = checkedNetwork(nodes)
  if (!checked.ok) return checked
  const hung = metersHung(checked.value, places)
  return hung.ok ? accept(grown(checked.value, hung.value)) : hung
}

/**
 * The same network matched only at the borders of its rings: of groups of one ring inside each other the outermost
 * stays. A charter that knows "my street" but not the order of the houses in it matches on this tree.
 */
export function coarsenedToRings(tree: NeighbourTree): NeighbourTree {
  const groups = tree.groupFrom.length
  const kept: number[] = []
  // From the root down: a group is inside the last kept group of its ring when its range is.
  const outer = tree.rings.map(() => -1)
  for (let g = groups - 1; g >= 0; g--) {
    const ring = present(tree.groupRing[g], 'a group has a ring')
    const around = outer[ring] ?? -1
    const inside = around >= 0 && at(tree.groupFrom, g) >= at(tree.groupFrom, around)
    if (inside) continue
    outer[ring] = g
    kept.push(g)
  }
  kept.reverse()
  return {
    ...tree,
    groupFrom: Int32Array.from(kept, (g) => at(tree.groupFrom, g)),
    groupUntil: Int32Array.from(kept, (g) => at(tree.groupUntil, g)),
    groupRing: Uint8Array.from(kept, (g) => at(tree.groupRing, g)),
    groupKey: Uint32Array.from(kept, (g) => at(tree.groupKey, g)),
    groupNode: Int32Array.from(kept, (g) => at(tree.groupNode, g)),
    groupOhm: Float64Array.from(kept, (g) => at(tree.groupOhm, g)),
  }
}

interface HungMeters {
  readonly meters: readonly string[]
  readonly meterNode: Int32Array
}

function metersHung(
  network: CheckedNetwork,
  places: readonly MeterPlace[],
): Outcome<HungMeters, TreeRefusal> {
  if (places.length > METERS_MAX) return refuse({ is: 'too-many-meters', node: String(places.length) })
  const sorted = places.toSorted((a, b) => (a.meter < b.meter ? -1 : a.meter > b.meter ? 1 : 0))
  const indexOf = new Map(network.nodes.map((node, i) => [node.id, i]))
  const meterNode = new Int32Array(sorted.length)
  for (const [column, { meter, node }] of sorted.entries()) {
    if (sorted[column - 1]?.meter === meter) return refuse({ is: 'meter-twice', node: meter })
    const index = indexOf.get(node)
    if (index === undefined) return refuse({ is: 'place-unknown', node: meter, other: node })
    meterNode[column] = index
  }
  return accept({ meters: sorted.map(({ meter }) => meter), meterNode })
}

function grown(network: CheckedNetwork, { meters, meterNode }: HungMeters): NeighbourTree {
  const { nodes, parent, downwards } = network
  const columnsAt: number[][] = nodes.map(() => [])
  for (const [column, node] of meterNode.entries()) columnsAt[node]?.push(column)
  // Meters below each node, counted from the leaves up, then the range of each node, handed out from the root down.
  const below = Int32Array.from(columnsAt, (columns) => columns.length)
  const branches = Int32Array.from(below)
  for (const node of downwards.toReversed()) {
    const up = at(parent, node)
    if (up < 0 || below[node] === 0) continue
    below[up] = at(below, up) + at(below, node)
    branches[up] = at(branches, up) + 1
  }
  const from = new Int32Array(nodes.length)
  const next = new Int32Array(nodes.length)
  const rootOhm = new Float64Array(nodes.length)
  const order = new Int32Array(meters.length)
  for (const node of downwards) {
    const up = at(parent, node)
    if (up >= 0) {
      from[node] = at(next, up)
      next[up] = at(next, up) + at(below, node)
      rootOhm[node] = at(rootOhm, up) + at(network.ohm, node)
    }
    const own = present(columnsAt[node], 'every node has a list of meters')
    order.set(own, at(from, node))
    next[node] = at(from, node) + own.length
  }
  const groups = downwards.filter((node) => at(branches, node) >= 2)
  // Bottom-up: a group comes after all groups inside its range; that is post-order of the depth-first walk.
  groups.sort(
    (a, b) => at(from, a) + at(below, a) - at(from, b) - at(below, b) || at(below, a) - at(below, b),
  )
  const ringOf = (node: number): Ring => present(nodes[node], 'a group stands at a node').ring
  const used = new Set(groups.map(ringOf))
  const rings = RINGS.filter((ring) => used.has(ring))
  return {
    meters,
    order,
    rings,
    groupFrom: Int32Array.from(groups, (node) => at(from, node)),
    groupUntil: Int32Array.from(groups, (node) => at(from, node) + at(below, node)),
    groupRing: Uint8Array.from(groups, (node) => rings.indexOf(ringOf(node))),
    groupKey: Uint32Array.from(groups, (node) => roundingKey(ringOf(node), nodes[node]?.id ?? '')),
    groupNode: Int32Array.from(groups),
    groupOhm: Float64Array.from(groups, (node) => at(rootOhm, node)),
    meterOhm: Float64Array.from(meterNode, (node) => at(rootOhm, node)),
    nodeIds: nodes.map(({ id }) => id),
    nodeRing: nodes.map(({ ring }) => ring),
    nodeParent: parent,
    nodeOhm: network.ohm,
    meterNode,
  }
}

function at(values: ArrayLike<number>, index: number): number {
  return present(values[index], 'an index of the tree points into the tree')
}
