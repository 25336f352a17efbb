import { PLACE_BLUR_M, type ResponseOf } from '@tri/contract'
import { SLOT_MAX, slot, type Slot } from '@tri/units'
import { keysUnder, lastSettledSlot, settlementRecords } from '@tri/community'
import type { NeighbourTree } from '@tri/exchange'

import type { NetworkEntry } from '../community-file/document-shape.ts'
import { energyTotals } from './energy-totals.ts'
import { allColumns, periodOf, summed, wholeIntervals, type Period } from './period.ts'
import { mayShowTotal } from './threshold.ts'
import { intervalSlotsAt, markOf, metersOf, privateColumns, type NodeView } from './view.ts'

export type Nearby = ResponseOf<'nearby'>

/**
 * The network with the flows of one slot, as one member may see it: other households' places are blurred, and a line
 * shows its flow only when enough meters lie below it.
 *
 * @param asked the last settled slot when left out
 * @returns     undefined when the slot is not settled
 */
export function nearbyOf(view: NodeView, member: string, asked: number | undefined): Nearby | undefined {
  const first = firstSettled(view)
  const last = lastSettledSlot(view.store)
  if (first === undefined || last === undefined) return undefined
  const slotRange = { first, last }
  const at = slot(Math.min(asked ?? slotRange.last, SLOT_MAX))
  if (at < slotRange.first || at > slotRange.last) return undefined
  const period = periodAt(view, at)
  if (period === undefined) return undefined
  const isPrivate = privateColumns(view, period.input.memberOf)
  const mark = markOf(view, { firstSlot: at, slots: 1 })
  const totals = energyTotals(period, isPrivate, mark)
  const read = period.input.tree.meters.filter(
    (_, column) => (period.input.quality[column * period.input.slots] ?? 0) > 0,
  )
  return {
    slot: at,
    slotRange,
    nodes: nodesFor(view, member),
    edges: edgesOf(period, isPrivate),
    ringWh: totals?.ringWh ?? null,
    totals,
    meters: { total: period.input.tree.meters.length, reporting: read.length },
    mark,
  }
}

/** The first settled slot: the book files settlements in time's order, each under the slot where it ends. */
function firstSettled(view: NodeView): Slot | undefined {
  for (const [key] of view.store.entries(keysUnder('settlement'))) {
    const end = Number(key.slice(key.indexOf('/') + 1))
    return settlementRecords(view.store, { firstSlot: slot(end - 1), slots: 1 })[0]?.firstSlot
  }
  return undefined
}

function periodAt(view: NodeView, at: Slot): Period | undefined {
  return periodOf(view, wholeIntervals({ firstSlot: at, slots: 1 }, intervalSlotsAt(view, at)))
}

/** Nodes of the network. Poles and cabinets stand in the street for all to see; a home does not. */
function nodesFor(view: NodeView, member: string): Nearby['nodes'] {
  const own = new Set(metersOf(view, member).map(({ site }) => site))
  const publicSites = new Set(publicSitesOf(view))
  return view.document.network.map((node) => {
    const mine = own.has(node.id)
    const isHome = node.kind === 'site' || node.kind === 'building'
    const blurred = isHome && !mine && !publicSites.has(node.id)
    return {
      id: node.id,
      name: blurred ? null : (node.name ?? null),
      kind: node.kind,
      parent: node.parent ?? null,
      ...(blurred ? blurredPlace(node) : { x: node.x ?? null, y: node.y ?? null }),
      blurred,
      mine,
    }
  })
}

/** Sites of the cooperative's and the municipality's meters: their places are public. */
function publicSitesOf(view: NodeView): string[] {
  const kinds = new Map(view.document.members.map(({ id, kind }) => [id, kind]))
  const isPublic = (member: string) =>
    kinds.get(member) === 'cooperative' || kinds.get(member) === 'municipality'
  return view.document.meters.filter(({ member }) => isPublic(member)).map(({ site }) => site)
}

/** The middle of the square of 200 m in which a place lies: all homes of a square have the same one. */
function blurredPlace({ x, y }: NetworkEntry): { readonly x: number | null; readonly y: number | null } {
  return { x: squareMiddle(x), y: squareMiddle(y) }
}

function squareMiddle(metres: number | undefined): number | null {
  return metres === undefined ? null : (Math.floor(metres / PLACE_BLUR_M) + 0.5) * PLACE_BLUR_M
}

/**
 * The flow of each line, where it may be told. What a shown line has beyond the shown lines below it is a total too, which
 * a subtraction gives: it has to pass the same threshold, or the line is hidden.
 */
function edgesOf(period: Period, isPrivate: readonly boolean[]): Nearby['edges'] {
  const { tree } = period.input
  const net = allColumns(period).map(
    (column) => summed(period, 'exportWh', [column]) - summed(period, 'importWh', [column]),
  )
  const isOpen = (columns: readonly number[]) =>
    mayShowTotal({ energyWh: net, isPrivate }, columns) ||
    columns.every((column) => isPrivate[column] === false)
  const told = new Set<number>()
  const edges = columnsBelow(tree)
    .map((columns, node) => ({ columns, node }))
    .filter(({ node }) => (tree.nodeParent[node] ?? -1) >= 0)
    // From the leaves up: what lies below a line is never more than what lies below its parent.
    .toSorted((a, b) => a.columns.length - b.columns.length || a.node - b.node)
    .map(({ columns, node }) => {
      const isShown = isOpen(columns) && isOpen(columns.filter((column) => !told.has(column)))
      if (isShown) for (const column of columns) told.add(column)
      const flowWh = columns.reduce((sum, column) => sum + (net[column] ?? 0), 0)
      return { at: node, node: tree.nodeIds[node] ?? '', flowWh: isShown ? flowWh : null, hidden: !isShown }
    })
  return edges.toSorted((a, b) => a.at - b.at).map(({ node, flowWh, hidden }) => ({ node, flowWh, hidden }))
}

/** The meter columns at and below each node. */
function columnsBelow(tree: NeighbourTree): number[][] {
  const below = tree.nodeIds.map((): number[] => [])
  for (const [column, site] of tree.meterNode.entries()) {
    for (let node = site; node >= 0; node = tree.nodeParent[node] ?? -1) below[node]?.push(column)
  }
  return below
}
