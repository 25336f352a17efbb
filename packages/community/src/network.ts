import {
  charterFit,
  neighbourTree,
  type Charter,
  type MeterPlace,
  type NeighbourTree,
  type NetworkNode,
  type TreeRefusal,
} from '@tri/exchange'
import { accept, type FaultDetails, type Outcome } from '@tri/units'

import type { NodeEntry } from './operation.ts'
import { no, type CommunityRefusal } from './refusal.ts'

const NANO = 1_000_000_000

/** Resistance as the book holds it: whole nano-ohm. */
export function nanoOhmOf(ohm: number): number {
  return Math.round(ohm * NANO)
}

/** The network as the exchange wants it; a quotient of whole numbers is the double nearest to the decimal. */
export function networkNodes(entries: readonly NodeEntry[]): NetworkNode[] {
  return entries.map(({ id, ring, parent, nanoOhm }) => ({
    id,
    ring,
    ohm: nanoOhm / NANO,
    ...(parent === undefined ? {} : { parent }),
  }))
}

/** The meters' tree, or the name of what is wrong with the network. */
export function treeOf(
  network: readonly NodeEntry[],
  places: readonly MeterPlace[],
): Outcome<NeighbourTree, CommunityRefusal> {
  const tree = neighbourTree(networkNodes(network), places)
  return tree.ok ? tree : no('network-unusable', treeDetails(tree.refusal))
}

function treeDetails({ is, node, other }: TreeRefusal): FaultDetails {
  return { reason: is, node, other: other ?? '' }
}

/** Whether a charter has a price for every ring these meters can match in, and names no meter that is not there. */
export function fitting(charter: Charter, tree: NeighbourTree): Outcome<Charter, CommunityRefusal> {
  const fit = charterFit(charter, tree)
  return fit.ok ? accept(charter) : charterRefused(fit.refusal)
}

/** The first reason, with the sentence's place for what it is about. */
export function charterRefused(
  refusals: readonly { readonly is: string; readonly details: FaultDetails }[],
): ReturnType<typeof no> {
  const first = refusals[0]
  const about = Object.values(first?.details ?? {}).find((detail) => typeof detail === 'string')
  return no('charter-unusable', { reason: first?.is ?? '', about: about ?? '' })
}
