import { memoryChain } from './memory-chain.ts'
import { ChainReplica, type ReplicaPorts } from './chain-replica.ts'
import type { Replica } from './replica.ts'

/** A replica in memory: for tests and simulations. */
export function memoryReplica(ports: ReplicaPorts): Replica {
  return new ChainReplica(memoryChain(), ports)
}
