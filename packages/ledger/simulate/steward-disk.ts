import { memoryStore, type KeyValue } from '@tri/community'

import type { ChainStore, KeptBlock } from '../src/replica/chain-store.ts'
import type { Facts } from '../src/replica/facts.ts'
import type { Change } from '../src/replica/layer.ts'
import { ChainReplica, type ReplicaPorts } from '../src/replica/chain-replica.ts'
import type { Replica } from '../src/replica/replica.ts'

/** Blocks after which the state is written to the disk: the log has them long before. */
const FLUSH_BLOCKS = 4

/** The power went while something was being written. */
export class PowerCut extends Error {}

/** The disk of one box. What was synced survives; what was only in memory does not. */
export interface StewardDisk {
  open(): Replica
  /** The box went down: what was not on the disk is forgotten; with a dead disk, everything. */
  fall(replica: Replica, fall: 'crash' | 'power-cut' | 'dead-disk'): void
  /** The power goes at the write after so many. */
  cutAfter(writes: number): void
  cutNever(): void
}

/** What is on the disk. */
interface Platter {
  blocks: KeptBlock[]
  readonly certificates: Map<number, Uint8Array>
  state: Map<string, Uint8Array>
  facts: Facts | undefined
}

interface DiskOptions extends ReplicaPorts {
  /** A disk that lies: it says that a block is written, and forgets it when the power goes. */
  readonly forgetsSynced?: () => boolean
}

/** An empty disk. */
export function stewardDisk({ forgetsSynced = () => false, ...ports }: DiskOptions): StewardDisk {
  const platter: Platter = { blocks: [], certificates: new Map(), state: new Map(), facts: undefined }
  let writesLeft = Infinity
  const write = (onto: () => void): void => {
    if (writesLeft-- <= 0) throw new PowerCut()
    onto()
  }
  return {
    open: () => new ChainReplica(chainOn(platter, write), ports),
    fall(replica, fall) {
      writesLeft = Infinity
      replica[Symbol.dispose]()
      if (forgetsSynced()) platter.blocks.pop()
      if (fall !== 'dead-disk') return
      platter.blocks = []
      platter.certificates.clear()
      platter.state = new Map()
      platter.facts = undefined
    },
    cutAfter: (writes) => void (writesLeft = writes),
    cutNever: () => void (writesLeft = Infinity),
  }
}

/** The chain of a box that is up: its state begins as it lies on the disk, and is written there now and then. */
function chainOn(platter: Platter, write: (onto: () => void) => void): ChainStore {
  const state: KeyValue = memoryStore()
  for (const [key, value] of platter.state) state.set(key, value)
  const dirty: Change[] = []
  let { facts } = platter
  const flush = (): void =>
    write(() => {
      changeAll(platter.state, dirty.splice(0))
      platter.facts = facts
    })
  const replay = (changes: readonly Change[], next: Facts): void => {
    for (const [key, value] of changes) {
      if (value === undefined) state.delete(key)
      else state.set(key, value)
    }
    dirty.push(...changes)
    facts = next
  }
  return {
    name: 'simulated',
    beganAfter: 0,
    state,
    facts: () => facts,
    append(block, changes, next, certificate) {
      // The power may go before the log has the block, after it, and before or after the state follows.
      write(() => undefined)
      write(() => {
        platter.blocks.push(block)
        if (certificate !== undefined) platter.certificates.set(block.height - 1, certificate)
      })
      write(() => replay(changes, next))
      if (block.height % FLUSH_BLOCKS === 0) flush()
    },
    replay,
    block: (height) => platter.blocks[height - 1],
    certificate: (height) => platter.certificates.get(height),
    keepCertificate: (height, certificate) => write(() => void platter.certificates.set(height, certificate)),
    heightOf: (sequence) => platter.blocks.find((block) => block.sequence >= sequence)?.height,
    wroteAt: (key) =>
      platter.blocks.findLast(({ records }) =>
        records.some((one) => one.key === key && one.leaf !== undefined),
      )?.height,
    olderOperations: () => [],
    flush,
    [Symbol.dispose]: () => undefined,
  }
}

function changeAll(onto: Map<string, Uint8Array>, changes: readonly Change[]): void {
  for (const [key, value] of changes) {
    if (value === undefined) onto.delete(key)
    else onto.set(key, value)
  }
}
