import { memoryStore, type KeyValue, type LoggedOperation } from '@tri/community'

import { zstdCompressSync } from 'node:zlib'
import { chunkLeaf, snapshotRoot, stateChunks } from '../snapshot/snapshot-chunks.ts'
import type { KeptSnapshot } from '../snapshot/snapshot-folder.ts'
import type { ChainStore, KeptBlock, SnapshotStart } from './chain-store.ts'
import type { Facts } from './facts.ts'

/** A chain in memory: for tests and simulations. Closing it forgets nothing, so that a crash can be played. */
export function memoryChain(): ChainStore {
  const state = memoryStore()
  const blocks = new Map<number, KeptBlock>()
  const writtenAt = new Map<string, number>()
  const taken = new Map<number, KeptSnapshot>()
  const roots = new Map<number, Uint8Array>()
  const lastOf: { readonly sequence: number; readonly height: number }[] = []
  const certificates = new Map<number, Uint8Array>()
  let facts: Facts | undefined
  let beganAfter = 0
  return {
    name: 'memory',
    state,
    facts: () => facts,
    get beganAfter() {
      return beganAfter
    },
    append(block, changes, next, certificate) {
      if (certificate !== undefined) certificates.set(block.height - 1, certificate)
      blocks.set(block.height, block)
      for (const { key, leaf } of block.records) if (leaf !== undefined) writtenAt.set(key, block.height)
      lastOf.push(block)
      this.replay(changes, next)
    },
    replay(changes, next) {
      for (const [key, value] of changes) {
        if (value === undefined) state.delete(key)
        else state.set(key, value)
      }
      facts = next
    },
    block: (height) => blocks.get(height),
    certificate: (height) => certificates.get(height),
    keepCertificate: (height, certificate) => void certificates.set(height, certificate),
    heightOf: (sequence) => lastOf[firstAtLeast(lastOf, sequence)]?.height,
    wroteAt: (key) => writtenAt.get(key),
    olderOperations: (): LoggedOperation[] => [],
    flush: () => undefined,
    snapshotting: {
      begin: (start) => void taken.set(start.height, snapshotIn(state, start)),
      rootAt: (height) => taken.get(height)?.root ?? roots.get(height),
      kept: () => [...taken.values()].slice(-2),
      restore({ rows, block, facts: next, root }) {
        for (const [key, value] of rows) state.set(key, value)
        blocks.set(block.height, block)
        roots.set(block.height, root)
        beganAfter = block.sequence
        facts = next
      },
    },
    [Symbol.dispose]: () => undefined,
  }
}

function snapshotIn(state: KeyValue, { height, head, chunkBytes }: SnapshotStart): KeptSnapshot {
  const chunks = [head, ...stateChunks(state, chunkBytes)]
  const leaves = chunks.map(chunkLeaf)
  const chunk = (index: number): Uint8Array | undefined => {
    const part = chunks[index]
    return part === undefined ? undefined : zstdCompressSync(part)
  }
  return { height, leaves, root: snapshotRoot(leaves), chunk }
}

function firstAtLeast(blocks: readonly { readonly sequence: number }[], sequence: number): number {
  let low = 0
  let high = blocks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((blocks[middle]?.sequence ?? 0) < sequence) low = middle + 1
    else high = middle
  }
  return low
}
