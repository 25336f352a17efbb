import { memoryStore, type LoggedOperation } from '@tri/community'

import type { ChainStore, KeptBlock } from './chain-store.ts'
import type { Facts } from './facts.ts'

/** A chain in memory: for tests and simulations. Closing it forgets nothing, so that a crash can be played. */
export function memoryChain(): ChainStore {
  const state = memoryStore()
  const blocks = new Map<number, KeptBlock>()
  const writtenAt = new Map<string, number>()
  const lastOf: { readonly sequence: number; readonly height: number }[] = []
  const certificates = new Map<number, Uint8Array>()
  let facts: Facts | undefined
  return {
    name: 'memory',
    state,
    facts: () => facts,
    beganAfter: 0,
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
    [Symbol.dispose]: () => undefined,
  }
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
