import { stewardsOf, type StewardEntry } from '@tri/community'
import {
  chainIdOf,
  genesisDigest,
  memoryOfAll,
  memoryOfEngine,
  nodePrimitives,
  openCometBft,
  type EnginePeer,
  type Genesis,
} from '@tri/ledger'
import { epochMs } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { LedgerFile } from './ledger-file.ts'
import { engineAddress } from '../steward/seat-file.ts'
import type { EnginePorts, PeerStanding, RunningEngine } from './open-ledger.ts'
import { peerHeights, type PeerHeights } from './peer-heights.ts'

type QuorumFile = Extract<LedgerFile, { readonly engine: 'cometbft' }>

/**
 * The engine that this box shares with the other stewards: whom it talks to is what the book says of them.
 *
 * @throws Fault what `openCometBft` throws
 */
export async function quorumEngine(
  { replica, home, log, memory, isAllowed }: EnginePorts,
  file: QuorumFile,
  genesis: Genesis,
): Promise<RunningEngine> {
  const { height, stateRoot, at, stewards, protocol } = file.begins
  const ordering = await openCometBft({
    home,
    replica,
    chain: {
      chainId: chainIdOf(genesisDigest(nodePrimitives, genesis)),
      initialHeight: height,
      stateRoot,
      time: epochMs(at),
      stewards,
      protocol,
    },
    network: { listen: file.listen, peers: peersOf(stewardsOf(replica.store).stewards, file) },
    log,
    memory: memory ?? memoryOfAll([]),
    isAllowed: isAllowed ?? (() => false),
  })
  const nodeOf = (key: Uint8Array): string | undefined => {
    const found = stewardsOf(replica.store).stewards.find((one) => hex(one.key) === hex(key))
    return found === undefined ? undefined : hex(found.node)
  }
  const own = memoryOfEngine({ rpc: ordering.rpc, nodeOf })
  const heights = peerHeights(ordering.rpc, () => performance.now())
  return {
    ordering,
    memory: own,
    me: file.me,
    peer: (steward) => standingOf(ordering.status().details['peers'], steward, heights),
  }
}

/** The others' engines: each listens on the port above its steward's door. */
function peersOf(stewards: readonly StewardEntry[], { me, dial }: QuorumFile): EnginePeer[] {
  return stewards
    .filter(({ key }) => hex(key) !== me)
    .flatMap(({ key, node, addresses }) => {
      const address = dial?.[hex(key)] ?? addresses.map(engineAddress).find((one) => one !== undefined)
      return address === undefined ? [] : [{ node: hex(node), address }]
    })
}

function standingOf(
  connected: unknown,
  { node }: StewardEntry,
  heights: PeerHeights,
): PeerStanding | undefined {
  if (!Array.isArray(connected)) return undefined
  const name = hex(node)
  const isConnected = connected.includes(name)
  return { connected: isConnected, height: isConnected ? heights.of(name) : undefined }
}
