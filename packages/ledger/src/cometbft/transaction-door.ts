import { Fault } from '@tri/units'

import type { EngineRpc, RpcAnswer } from './engine-rpc.ts'

/** What became of a transaction at the engine's door. */
export type Taken =
  /** The application met it: what it said stands. */
  | 'checked'
  /** The engine has it already. */
  | 'known'
  | 'queue-full'
  | 'engine-down'

/** Hands transactions to the engine in the order in which they came; the same one once at a time. */
export interface TransactionDoor {
  take(digest: string, transaction: Uint8Array): Promise<Taken>
  /** The application met a transaction. */
  checked(digest: string): void
  /** The engine is gone, with whatever it had not asked about. */
  abandon(): void
}

/** Transactions that one question carries; the engine's configuration allows as many. */
export const BATCH_MAX = 100
/** Bytes after which a batch takes no more. */
const BATCH_BYTES = 4_194_304
/** An engine that was handed a transaction asks about it within milliseconds; a busy one within seconds. */
const CHECK_MS = 20_000

interface Waiting {
  readonly digest: string
  readonly transaction: Uint8Array
  readonly resolve: (taken: Taken) => void
}

/**
 * The door of an engine. A key's operations must come to the book in the order of their nonces, so there is one question at a
 * time; whatever came meanwhile goes with the next. The engine answers before the application has met a transaction, so the
 * application's own word is waited for: asked the other way each transaction would wait up to 20 ms for its flush.
 */
export function transactionDoor(rpc: EngineRpc): TransactionDoor {
  const queue: Waiting[] = []
  const unmet = new Map<string, Waiting>()
  const patience = new Map<Waiting, NodeJS.Timeout>()
  const taking = new Map<string, Promise<Taken>>()
  let isHanding = false

  const conclude = (waiting: Waiting, taken: Taken): void => {
    if (unmet.get(waiting.digest) === waiting) unmet.delete(waiting.digest)
    clearTimeout(patience.get(waiting))
    patience.delete(waiting)
    waiting.resolve(taken)
  }
  const wait = (waiting: Waiting): void => {
    const late = setTimeout(() => conclude(waiting, 'engine-down'), CHECK_MS)
    patience.set(waiting, late.unref())
  }
  const handOver = async (batch: readonly Waiting[]): Promise<void> => {
    for (const waiting of batch) unmet.set(waiting.digest, waiting)
    const answers = await handed(rpc, batch)
    for (const [i, waiting] of batch.entries()) {
      const taken = answers?.[i]
      if (taken === undefined) conclude(waiting, 'engine-down')
      else if (taken !== 'checked') conclude(waiting, taken)
      else if (unmet.get(waiting.digest) === waiting) wait(waiting)
    }
  }
  const pump = async (): Promise<void> => {
    if (isHanding) return
    isHanding = true
    try {
      while (queue.length > 0) await handOver(nextBatch(queue))
    } finally {
      isHanding = false
    }
  }
  return {
    take(digest, transaction) {
      const known = taking.get(digest)
      if (known !== undefined) return known
      const taken = new Promise<Taken>((resolve, reject) => {
        queue.push({ digest, transaction, resolve })
        pump().catch(reject)
      }).finally(() => taking.delete(digest))
      taking.set(digest, taken)
      return taken
    },
    checked(digest) {
      const waiting = unmet.get(digest)
      if (waiting !== undefined) conclude(waiting, 'checked')
    },
    abandon() {
      for (const waiting of [...unmet.values(), ...queue.splice(0)]) conclude(waiting, 'engine-down')
    },
  }
}

function nextBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  for (const { transaction } of queue) {
    bytes += transaction.length
    if (count === BATCH_MAX || (count > 0 && bytes > BATCH_BYTES)) break
    count++
  }
  return queue.splice(0, count)
}

async function handed(rpc: EngineRpc, batch: readonly Waiting[]): Promise<Taken[] | undefined> {
  try {
    const answers = await rpc.askMany(
      'broadcast_tx_async',
      batch.map(({ transaction }) => ({ tx: Buffer.from(transaction).toString('base64') })),
    )
    return answers.map(takenBy)
  } catch (error) {
    if (error instanceof Fault && error.code !== 'must') return undefined
    throw error
  }
}

function takenBy(answer: RpcAnswer): Taken {
  if (answer.ok) return 'checked'
  if (answer.refusal.includes('already exists in cache')) return 'known'
  return answer.refusal.includes('mempool is full') ? 'queue-full' : 'engine-down'
}
