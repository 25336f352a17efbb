import { COMMONS } from '@tri/community'
import { charterFit, charterFrom } from '@tri/exchange'

import { communityTree, isConnection } from './community-tree.ts'
import { NODE_KINDS, type CommunityDocument, type NetworkEntry } from './document-shape.ts'
import type { PathProblem } from './shape-problems.ts'

/** What is wrong with a document whose every field has the right shape: all of it, not only the first. */
export function domainProblems(document: CommunityDocument): PathProblem[] {
  const placed = [...networkProblems(document.network), ...meterProblems(document)]
  const members = twice(document.members).map(({ index, id }) =>
    problem('member-twice', `members[${index}].id`, { member: id }),
  )
  const reserved = document.members.flatMap(({ id }, index) =>
    id === COMMONS ? [problem('member-id-reserved', `members[${index}].id`, { member: id })] : [],
  )
  const charter = charterProblems(document, placed.length === 0)
  return [...zoneProblems(document.timezone), ...placed, ...members, ...reserved, ...charter]
}

function problem(code: string, path: string, details: Readonly<Record<string, unknown>>): PathProblem {
  return { code, details: { path, ...details } }
}

function zoneProblems(zone: string): PathProblem[] {
  try {
    // An offset such as +01:00 is no zone: it does not know when summer time begins.
    if (/^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '')
      return []
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
  }
  return [problem('community-zone-unknown', 'timezone', { zone })]
}

/** @param isPlaced whether the network and the meters are sound, so that the rings in use are known */
function charterProblems(document: CommunityDocument, isPlaced: boolean): PathProblem[] {
  const charter = charterFrom(document.charter)
  const fit = charter.ok && isPlaced ? charterFit(charter.value, communityTree(document)) : charter
  if (fit.ok) return []
  return fit.refusal.map(({ is, details }) => {
    const field = typeof details['field'] === 'string' ? details['field'] : CHARTER_FIELDS[is]
    return problem(is, field === undefined ? 'charter' : `charter.${field}`, details)
  })
}

/** Where a refusal is about a field that its details do not name. */
const CHARTER_FIELDS: Readonly<Record<string, string>> = {
  'rule-unknown': 'rule',
  'keys-missing': 'rule',
  'keys-sum': 'keys',
  'ring-unknown': 'creditPerKwh',
  'ring-price-missing': 'creditPerKwh',
  'ring-price-falls': 'creditPerKwh',
  'participation-unusable': 'participation',
  'priority-unusable': 'priorities',
}

function networkProblems(network: readonly NetworkEntry[]): PathProblem[] {
  const byId = new Map(network.map((node) => [node.id, node]))
  const found: PathProblem[] = twice(network).map(({ index, id }) =>
    problem('network-node-twice', `network[${index}].id`, { node: id }),
  )
  const roots = network.filter((node) => node.parent === undefined)
  if (roots.length === 0) found.push(problem('network-without-root', 'network', {}))
  if (roots.length > 1) {
    const second = network.findIndex((node) => node === roots[1])
    const names = roots.map(({ id }) => `"${id}"`).slice(0, 10)
    found.push(problem('network-two-roots', `network[${second}]`, { roots: names }))
  }
  for (const [index, node] of network.entries()) {
    if ((node.ohm ?? 0) < 0) {
      const path = `network[${index}].ohm`
      found.push(problem('network-resistance-negative', path, { node: node.id, ohm: node.ohm }))
    }
    if (node.parent === undefined) continue
    const parent = byId.get(node.parent)
    if (parent === undefined) {
      const path = `network[${index}].parent`
      found.push(problem('network-orphan', path, { node: node.id, parent: node.parent }))
    } else if (NODE_KINDS.indexOf(parent.kind) < NODE_KINDS.indexOf(node.kind)) {
      const names = { node: parent.id, kind: parent.kind, child: node.id, childKind: node.kind }
      found.push(problem('network-kind-falls', `network[${index}].kind`, names))
    }
  }
  return [...found, ...loopProblems(network, byId)]
}

function loopProblems(
  network: readonly NetworkEntry[],
  byId: ReadonlyMap<string, NetworkEntry>,
): PathProblem[] {
  const found: PathProblem[] = []
  const seenFrom = new Map<string, number>()
  for (const [index, start] of network.entries()) {
    const walk: string[] = []
    let node: NetworkEntry | undefined = start
    while (node !== undefined && !seenFrom.has(node.id)) {
      seenFrom.set(node.id, index)
      walk.push(node.id)
      node = node.parent === undefined ? undefined : byId.get(node.parent)
    }
    // A walk that meets its own steps has gone round; one that meets an earlier walk ends where that one did.
    if (node === undefined || seenFrom.get(node.id) !== index) continue
    const loop = walk.slice(walk.indexOf(node.id))
    const names = loop.slice(0, 10).map((id) => `"${id}"`)
    found.push(problem('network-loop', `network[${index}].parent`, { loop: names }))
  }
  return found
}

function meterProblems(document: CommunityDocument): PathProblem[] {
  const members = new Set(document.members.map(({ id }) => id))
  const nodes = new Set(document.network.map(({ id }) => id))
  const found = twice(document.meters).map(({ index, id }) =>
    problem('meter-twice', `meters[${index}].id`, { id }),
  )
  for (const [index, { id, member, site }] of document.meters.entries()) {
    if (!members.has(member)) {
      found.push(problem('meter-member-unknown', `meters[${index}].member`, { id, member }))
    }
    if (!nodes.has(site)) found.push(problem('meter-site-unknown', `meters[${index}].site`, { id, site }))
  }
  if (!document.meters.some(isConnection)) {
    found.push(problem('community-without-meters', 'meters', {}))
  }
  return found
}

function twice(entries: readonly { readonly id: string }[]): { index: number; id: string }[] {
  const seen = new Set<string>()
  const again: { index: number; id: string }[] = []
  for (const [index, { id }] of entries.entries()) {
    if (seen.has(id)) again.push({ index, id })
    seen.add(id)
  }
  return again
}
