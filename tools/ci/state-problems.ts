import { routes } from '@tri/contract'

/**
 * What is wrong with the state a started demo tells: nothing, when a month of Borgo Sole is settled, the book sums to
 * zero and every check the node makes of itself holds.
 *
 * @param answer the JSON of `GET /api/v1/state`
 */
export function stateProblems(answer: unknown): string[] {
  const parsed = routes.state.response.safeParse(answer)
  if (!parsed.success) return [`not the shape the contract promises: ${parsed.error.message}`]
  const { community, node, ledger, meters, checks } = parsed.data
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => `the node's own check failed: ${name}`)
  return [
    ...(community.name === 'Borgo Sole' ? [] : [`the community is ${community.name}`]),
    ...(node.mode === 'demo' ? [] : [`the node runs as ${node.mode}`]),
    ...(ledger.sumMicroCredit === 0 ? [] : [`the balances sum to ${ledger.sumMicroCredit} µCC`]),
    ...(ledger.lastSettledSlot === null ? ['nothing is settled'] : []),
    ...(meters !== null && meters.total > 0 ? [] : ['there is no meter']),
    ...failed,
  ]
}
