import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

import { epochMs } from '@tri/units'
import { z } from 'zod'

import { TRANSACTIONS_MAX, type ChargingTransaction, type TransactionStore } from './transactions.ts'

const instant = z.int().min(0).transform(epochMs)
const transactionShape = z.object({
  identity: z.string(),
  id: z.union([z.int(), z.string()]),
  connector: z.int().optional(),
  begunWith: z.string(),
  startedAt: instant,
  startWh: z.number().optional(),
  endedAt: instant.optional(),
  endWh: z.number().optional(),
  eventLast: z.int().optional(),
})

/** Lines after which the file is written anew when it is opened: a transaction has one for each of its changes. */
const LINES_MAX = 4 * TRANSACTIONS_MAX

/**
 * Keeps transactions in a file, one line of JSON for each change; the last of a transaction counts. A line is on the disk when
 * `save` returns. A line that was cut off by a crash or a full disk was never answered, and its charger sends it again.
 *
 * @param path of the file; its folder is there, and only the owner may read it
 */
export function fileTransactionStore(path: string): TransactionStore {
  return {
    load: () => {
      const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
      const kept = new Map<string, ChargingTransaction>()
      let idLast = 0
      for (const line of lines) {
        const transaction = transactionFrom(line)
        if (transaction === undefined) continue
        const { identity, id } = transaction
        if (typeof id === 'number') idLast = Math.max(idLast, id)
        const key = JSON.stringify([identity, id])
        kept.delete(key)
        kept.set(key, transaction)
      }
      const transactions = [...kept.values()].slice(-TRANSACTIONS_MAX)
      if (lines.length > LINES_MAX) rewrite(path, withHighest(transactions, kept, idLast))
      return { idLast, transactions }
    },
    save: (transaction) => write(path, 'a', lineOf(transaction)),
  }
}

/** Its line break stands before it: what a full disk or a crash cut off does not spoil the line that comes next. */
const lineOf = (transaction: ChargingTransaction) => `\n${JSON.stringify(transaction)}`

/** The transactions, and before them the one with the highest number, so that it is never given again. */
function withHighest(
  transactions: readonly ChargingTransaction[],
  kept: ReadonlyMap<string, ChargingTransaction>,
  idLast: number,
): readonly ChargingTransaction[] {
  const highest = [...kept.values()].find(({ id }) => id === idLast)
  return highest === undefined || transactions.includes(highest) ? transactions : [highest, ...transactions]
}

function transactionFrom(line: string): ChargingTransaction | undefined {
  try {
    const { identity, id, begunWith, startedAt, ...rest } = transactionShape.parse(JSON.parse(line))
    return { identity, id, begunWith, startedAt, ...withoutAbsent(rest) }
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) return undefined
    throw cause
  }
}

function withoutAbsent({
  connector,
  startWh,
  endedAt,
  endWh,
  eventLast,
}: Omit<z.output<typeof transactionShape>, 'identity' | 'id' | 'begunWith' | 'startedAt'>) {
  return {
    ...(connector === undefined ? {} : { connector }),
    ...(startWh === undefined ? {} : { startWh }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(endWh === undefined ? {} : { endWh }),
    ...(eventLast === undefined ? {} : { eventLast }),
  }
}

function rewrite(path: string, transactions: readonly ChargingTransaction[]): void {
  write(`${path}.new`, 'w', transactions.map(lineOf).join(''))
  renameSync(`${path}.new`, path)
}

function write(path: string, flag: 'a' | 'w', text: string): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
