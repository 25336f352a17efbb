import { must, type EpochMs } from '@tri/units'

/** One charge, from plugging in to plugging out. */
export interface ChargingTransaction {
  readonly identity: string
  /** A number that the node gave (1.6), or the charger's own word (2.0.1). */
  readonly id: number | string
  /** Connector of 1.6, EVSE of 2.0.1; absent where the charger has not said it yet. */
  readonly connector?: number
  /** What tells it from the charger's others, however often it is sent: in 1.6 connector, time, register and token. */
  readonly begunWith: string
  readonly startedAt: EpochMs
  readonly startWh?: number
  readonly endedAt?: EpochMs
  readonly endWh?: number
  /** Number of the last event (2.0.1). */
  readonly eventLast?: number
}

/** Where transactions are kept, so that a restart neither forgets one nor gives a number twice. */
export interface TransactionStore {
  /** What is kept, the oldest first, and the highest number that was ever given. */
  load(): { readonly idLast: number; readonly transactions: readonly ChargingTransaction[] }
  /** Kept when it returns, in place of what has the same identity and id. */
  save(transaction: ChargingTransaction): void
}

/** Transactions remembered at most: years of a home. Beyond it the oldest are forgotten, and sent again they are new. */
export const TRANSACTIONS_MAX = 4096

/** The transactions of all chargers. */
export interface Transactions {
  /** The transaction that began so, or a new one with the next number. */
  begin(begun: Omit<ChargingTransaction, 'id'>): {
    readonly transaction: ChargingTransaction
    readonly isNew: boolean
  }
  find(identity: string, id: number | string): ChargingTransaction | undefined
  /** The latest at a connector that has not ended. */
  running(identity: string, connector: number): ChargingTransaction | undefined
  put(transaction: ChargingTransaction): void
}

/** Reads what is kept, and keeps what comes. */
export function openTransactions(store: TransactionStore): Transactions {
  const { idLast: idKept, transactions } = store.load()
  const byId = new Map<string, ChargingTransaction>()
  const byBeginning = new Map<string, ChargingTransaction>()
  let idLast = idKept
  const remember = (transaction: ChargingTransaction) => {
    byId.delete(idKey(transaction))
    byId.set(idKey(transaction), transaction)
    byBeginning.set(beginningKey(transaction), transaction)
    const [oldest] = byId.size > TRANSACTIONS_MAX ? byId.values() : []
    if (oldest === undefined) return
    byId.delete(idKey(oldest))
    byBeginning.delete(beginningKey(oldest))
  }
  const put = (transaction: ChargingTransaction) => {
    store.save(transaction)
    remember(transaction)
  }
  for (const transaction of transactions) {
    remember(transaction)
    if (typeof transaction.id === 'number') idLast = Math.max(idLast, transaction.id)
  }
  return {
    begin: (begun) => {
      const known = byBeginning.get(beginningKey(begun))
      if (known !== undefined) return { transaction: known, isNew: false }
      must(idLast < TRANSACTION_ID_MAX, 'transaction numbers ran out')
      const transaction = { ...begun, id: ++idLast }
      put(transaction)
      return { transaction, isNew: true }
    },
    find: (identity, id) => byId.get(idKey({ identity, id })),
    running: (identity, connector) =>
      [...byId.values()].findLast(
        (one) => one.identity === identity && one.connector === connector && one.endedAt === undefined,
      ),
    put,
  }
}

/** Chargers keep the number in a signed integer of 32 bits. */
const TRANSACTION_ID_MAX = 2 ** 31 - 1

const idKey = ({ identity, id }: Pick<ChargingTransaction, 'identity' | 'id'>) =>
  JSON.stringify([identity, id])
const beginningKey = ({ identity, begunWith }: Pick<ChargingTransaction, 'identity' | 'begunWith'>) =>
  JSON.stringify([identity, begunWith])

/** Keeps transactions in memory, after a number that is higher than any given before. */
export function memoryTransactionStore(idLast = 0): TransactionStore {
  const kept = new Map<string, ChargingTransaction>()
  return {
    load: () => ({ idLast, transactions: [...kept.values()] }),
    save: (transaction) => {
      kept.delete(idKey(transaction))
      kept.set(idKey(transaction), transaction)
      const [oldest] = kept.size > TRANSACTIONS_MAX ? kept.keys() : []
      if (oldest !== undefined) kept.delete(oldest)
    },
  }
}
