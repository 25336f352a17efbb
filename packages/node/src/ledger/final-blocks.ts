import type { FinalBlock, FinalOperation, Ordering } from '@tri/ledger'
import { Fault } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

/** An operation that somebody waits for. */
export interface Awaited extends Disposable {
  /** The operation as its block has it. @throws Fault `ledger-closed` when the node stops first */
  readonly operation: Promise<FinalOperation>
}

/** What follows the blocks that become final, whoever handed their operations in. */
export interface FinalBlocks extends AsyncDisposable {
  /** To be asked for before the operation is handed in: what is final is told once. */
  expect(digest: string): Awaited
  /** Told of every block from now on, until the returned function is called. */
  listen(tell: (block: FinalBlock) => void): () => void
}

/** Follows an engine from its next block on. */
export function followFinalBlocks(ordering: Ordering): FinalBlocks {
  const stopping = new AbortController()
  const expected = new Map<string, PromiseWithResolvers<FinalOperation>>()
  const listeners = new Set<(block: FinalBlock) => void>()
  const follow = async () => {
    const from = ordering.status().height + 1
    for await (const block of ordering.finalised(from, stopping.signal)) {
      if (expected.size > 0) fulfil(expected, block)
      for (const tell of listeners) tell(block)
    }
  }
  const following = follow().catch((cause: unknown) => {
    if (!stopping.signal.aborted) throw cause
  })
  // Whoever waits is told of the end below; the loop itself is awaited when the node closes.
  following.catch(() => undefined)
  const end = async () => {
    stopping.abort()
    for (const { promise, reject } of expected.values()) {
      promise.catch(() => undefined)
      reject(new Fault('ledger-closed'))
    }
    expected.clear()
    await following
  }
  return {
    expect: (digest) => {
      const waiter = expected.get(digest) ?? Promise.withResolvers<FinalOperation>()
      expected.set(digest, waiter)
      return { operation: waiter.promise, [Symbol.dispose]: () => void expected.delete(digest) }
    },
    listen: (tell) => {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    [Symbol.asyncDispose]: end,
  }
}

function fulfil(expected: Map<string, PromiseWithResolvers<FinalOperation>>, block: FinalBlock): void {
  for (const operation of block.operations) {
    const digest = hex(sha256(operation.bytes))
    expected.get(digest)?.resolve(operation)
    expected.delete(digest)
  }
}
