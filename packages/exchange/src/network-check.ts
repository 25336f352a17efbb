import { accept, present, refuse, type Outcome } from '@tri/units'

import type { NetworkNode, TreeRefusal } from './neighbour-tree.ts'
import { ringDistance } from './ring.ts'

/** A network that is a tree: one root, every other node hangs from a known one, no way leads back to itself. */
export interface CheckedNetwork {
  /** Sorted by id. */
  readonly nodes: readonly NetworkNode[]
  /** Index into `nodes`; -1 at the root. */
  readonly parent: Int32Array
  /** Edge to the parent; 0 at the root. */
  readonly ohm: Float64Array
  /** All nodes, each after its parent, children in the order of their ids. */
  readonly downwards: readonly number[]
}

/** Checks a parent list. Works on sorted ids, so the same network gives the same refusal in any order. */
export function checkedNetwork(unsorted: readonly NetworkNode[]): Outcome<CheckedNetwork, TreeRefusal> {
  if (unsorted.length === 0) return refuse({ is: 'no-root', node: '' })
  const nodes = unsorted.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const wrong = wrongNode(nodes)
  if (wrong !== undefined) return refuse(wrong)
  const indexOf = new Map(nodes.map((node, i) => [node.id, i]))
  const parent = new Int32Array(nodes.length).fill(-1)
  const children: number[][] = nodes.map(() => [])
  const roots: number[] = []
  for (const [i, node] of nodes.entries()) {
    if (node.parent === undefined) {
      roots.push(i)
      continue
    }
    const up = indexOf.get(node.parent)
    if (up === undefined) return refuse({ is: 'orphan', node: node.id, other: node.parent })
    parent[i] = up
    children[up]?.push(i)
  }
  const idOf = (i: number | undefined): string => (i === undefined ? '' : (nodes[i]?.id ?? ''))
  if (roots.length > 1) return refuse({ is: 'two-roots', node: idOf(roots[1]), other: idOf(roots[0]) })
  const downwards = walked(roots, children)
  if (downwards.length < nodes.length) return refuse(loopIn(nodes, parent, downwards))
  for (const [i, node] of nodes.entries()) {
    const above = nodes[parent[i] ?? -1]
    if (above !== undefined && ringDistance(above.ring) < ringDistance(node.ring))
      return refuse({ is: 'kind-falls', node: above.id, other: node.id })
  }
  const ohm = Float64Array.from(nodes, (node, i) => (parent[i] === -1 ? 0 : node.ohm))
  return accept({ nodes, parent, ohm, downwards })
}

function wrongNode(nodes: readonly NetworkNode[]): TreeRefusal | undefined {
  for (const [i, node] of nodes.entries()) {
    if (nodes[i - 1]?.id === node.id) return { is: 'node-twice', node: node.id }
    if (node.ring === 'grid') return { is: 'grid-inside', node: node.id }
    if (!(node.ohm >= 0 && Number.isFinite(node.ohm))) return { is: 'resistance-negative', node: node.id }
  }
  return undefined
}

/** Depth-first from the roots, without recursion: a feeder may be a chain of a hundred thousand joints. */
function walked(roots: readonly number[], children: readonly (readonly number[])[]): number[] {
  const downwards: number[] = []
  const waiting = [...roots]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    downwards.push(node)
    const below = present(children[node], 'every node has a list of children')
    for (let i = below.length - 1; i >= 0; i--) waiting.push(present(below[i], 'a child'))
  }
  return downwards
}

/** With one root at most and no orphan, what the root does not reach hangs from a loop. Names its smallest node. */
function loopIn(nodes: readonly NetworkNode[], parent: Int32Array, reached: readonly number[]): TreeRefusal {
  const known = new Set(reached)
  let node = nodes.findIndex((_, i) => !known.has(i))
  const passed = new Set<number>()
  while (!passed.has(node)) {
    passed.add(node)
    node = present(parent[node], 'what the root does not reach has a parent')
  }
  let least = node
  for (let next = present(parent[node], 'a parent'); next !== node; next = present(parent[next], 'a parent'))
    least = Math.min(least, next)
  const above = present(parent[least], 'a parent')
  return { is: 'loop', node: nodes[least]?.id ?? '', other: nodes[above]?.id ?? '' }
}
