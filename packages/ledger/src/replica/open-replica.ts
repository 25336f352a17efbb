import type { StoreOptions } from '../store/sqlite-store.ts'
import { ChainReplica, type ReplicaPorts } from './chain-replica.ts'
import type { Replica } from './replica.ts'
import { sqliteChain } from './sqlite-chain.ts'

/**
 * Opens, or makes, a steward's copy of the book on one SQLite file, and takes its folder for this process alone. What
 * `commit` returned from is on the disk. A book that one machine kept without blocks so far is taken over as it is.
 *
 * @param path the file; its folder exists
 * @throws Fault `data-folder-in-use`, `book-unreadable`, `book-newer`, `book-altered`; from `execute` and `check`:
 *               `program-too-old`; from `commit` and `flush`: `disk-full`, `book-unwritable`
 */
export function openReplica(
  path: string,
  ports: ReplicaPorts,
  options: Pick<StoreOptions, 'bytesMax'> = {},
): Replica {
  const chain = sqliteChain(path, options)
  try {
    return new ChainReplica(chain, ports)
  } catch (error) {
    chain[Symbol.dispose]()
    throw error
  }
}
