import type { ResponseOf } from '@tri/contract'

export type Nearby = ResponseOf<'nearby'>
export type NearbyNode = Nearby['nodes'][number]
export type NearbyEdge = Nearby['edges'][number]

/** A node of the network as the pages draw it: with its place on the paper, its depth, and the flow to its parent. */
export interface NetworkNode {
  readonly node: NearbyNode
  readonly edge: NearbyEdge | undefined
  /** Steps from the root. */
  readonly depth: number
  /** Metres, y to the south as screens have it; undefined without coordinates. */
  readonly at: readonly [x: number, y: number] | undefined
}

/** How far apart the dots of homes whose place is blurred are drawn, in metres. */
const BLUR_STEP_M = 26
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

/**
 * The network in the order in which it is read: each node after its parent, branches together, siblings by id.
 *
 * Homes whose place is blurred share one place; they are drawn as dots around it, in a regular pattern that nobody
 * takes for a street.
 */
export function networkOf({ nodes, edges }: Pick<Nearby, 'nodes' | 'edges'>): readonly NetworkNode[] {
  const edgeOf = new Map(edges.map((edge) => [edge.node, edge]))
  const children = new Map<string | null, NearbyNode[]>()
  const known = new Set(nodes.map(({ id }) => id))
  for (const node of nodes) {
    const parent = node.parent !== null && known.has(node.parent) ? node.parent : null
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [node])
    else siblings.push(node)
  }
  const ordered: NetworkNode[] = []
  const dots = new Map<string, number>()
  const waiting = sorted(children.get(null)).map((node) => ({ node, depth: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next
    ordered.push({ node, depth, edge: edgeOf.get(node.id), at: placeOf(node, dots) })
    waiting.push(...sorted(children.get(node.id)).map((child) => ({ node: child, depth: depth + 1 })))
  }
  return ordered
}

// Last first, because the walk takes from the end.
function sorted(nodes: readonly NearbyNode[] = []): NearbyNode[] {
  return nodes.toSorted((a, b) => (a.id < b.id ? 1 : -1))
}

function placeOf(
  { x, y, blurred }: NearbyNode,
  dots: Map<string, number>,
): readonly [number, number] | undefined {
  if (x === null || y === null) return undefined
  if (!blurred) return [x, -y]
  const key = `${x} ${y}`
  const number = dots.get(key) ?? 0
  dots.set(key, number + 1)
  const radius = BLUR_STEP_M * Math.sqrt(number)
  return [x + radius * Math.cos(number * GOLDEN_ANGLE), -y + radius * Math.sin(number * GOLDEN_ANGLE)]
}

export interface Frame {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The frame that shows every place, with a margin. */
export function frameOf(network: readonly NetworkNode[]): Frame {
  const places = network.flatMap(({ at }) => (at === undefined ? [] : [at]))
  if (places.length === 0) return { x: 0, y: 0, width: 100, height: 100 }
  let [left, top] = [Infinity, Infinity]
  let [right, bottom] = [-Infinity, -Infinity]
  for (const [x, y] of places) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const margin = Math.max(20, 0.1 * Math.max(right - left, bottom - top))
  return {
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  }
}

/** The circles within which the homes of blurred places lie, with how many there are. */
export function blurredPlaces(
  network: readonly NetworkNode[],
): readonly { readonly x: number; readonly y: number; readonly homes: number }[] {
  const places = new Map<string, { x: number; y: number; homes: number }>()
  for (const { node } of network) {
    if (!node.blurred || node.x === null || node.y === null || node.kind !== 'site') continue
    const key = `${node.x} ${node.y}`
    const place = places.get(key)
    if (place === undefined) places.set(key, { x: node.x, y: -node.y, homes: 1 })
    else place.homes += 1
  }
  return [...places.values()]
}

export type FlowSeen = 'private' | 'none' | 'up' | 'down'

/** Which way the energy of an edge goes: up is towards the public grid. */
export function flowSeen(edge: NearbyEdge | undefined): FlowSeen {
  if (edge === undefined) return 'none'
  if (edge.hidden || edge.flowWh === null) return 'private'
  return edge.flowWh === 0 ? 'none' : edge.flowWh > 0 ? 'up' : 'down'
}

/** The largest flow of the network in Wh, for the widths. */
export function largestFlow(network: readonly NetworkNode[]): number {
  return network.reduce((most, { edge }) => Math.max(most, Math.abs(edge?.flowWh ?? 0)), 0)
}
