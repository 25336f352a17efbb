import { numbers, texts } from '../language/language.ts'
import { flowSeen, type NetworkNode } from './network.ts'

/** What a place is called: its name, or what may be said of it. */
export function placeName({ node }: NetworkNode): string {
  const text = texts.value.nearby
  if (node.mine) return node.name === null ? text.mine : `${node.name} (${text.mine})`
  if (node.name !== null) return node.name
  return node.kind === 'site' ? text.neighbour : `${text.kind[node.kind]} ${node.id}`
}

/** Size and direction of the flow between a place and the one above it. */
export function flowWords({ edge }: NetworkNode): string {
  const text = texts.value.nearby
  const seen = flowSeen(edge)
  if (seen === 'private') return text.private
  if (seen === 'none') return text.noFlow
  return `${numbers.value.energyExact(Math.abs(edge?.flowWh ?? 0))} ${seen === 'up' ? text.up : text.down}`
}
