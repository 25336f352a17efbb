import type { EngineRpc } from '@tri/ledger'
import { z } from 'zod'

/** Heights older than this are asked for anew. */
const FRESH_MS = 2000

const answerShape = z.object({
  peers: z.array(
    z.object({
      // <node>@<host>:<port>
      node_address: z.string(),
      peer_state: z.object({ round_state: z.object({ height: z.coerce.number().int().min(0) }) }),
    }),
  ),
})

/** How far the other stewards are, as this box's engine hears it from them. */
export interface PeerHeights {
  /** The last height that a node (hex) is known to have; asks the engine anew, for the next time, when that is old. */
  of(node: string): number | undefined
}

/**
 * Asks only when somebody wants to know: a page that is open, or a monitor.
 *
 * @param wallMs ms that never run backwards
 */
export function peerHeights(rpc: Pick<EngineRpc, 'ask'>, wallMs: () => number): PeerHeights {
  let heights = new Map<string, number>()
  let askedAtMs = Number.NEGATIVE_INFINITY
  const ask = async () => {
    askedAtMs = wallMs()
    try {
      heights = heightsIn(await rpc.ask('dump_consensus_state'))
    } catch {
      // An engine that does not answer now is told by its state; what it said before is no news.
      heights = new Map()
    }
  }
  return {
    of: (node) => {
      if (wallMs() - askedAtMs >= FRESH_MS) void ask()
      return heights.get(node)
    },
  }
}

/** A node votes on the height after the last one that is final there. */
function heightsIn(answer: unknown): Map<string, number> {
  return new Map(
    answerShape
      .parse(answer)
      .peers.map(({ node_address, peer_state }) => [
        node_address.split('@')[0] ?? '',
        Math.max(0, peer_state.round_state.height - 1),
      ]),
  )
}
