import { present } from '@tri/units'

import type { FinalBlock } from '../ordering.ts'
import type { KeptBlock, KeptOperation, KeptRecord } from './chain-store.ts'
import type { Change } from './layer.ts'
import type { RecordLeaves } from './record-leaves.ts'
import { blockRecords } from './state-trees.ts'
import type { Applied, Marked } from './trail.ts'

/** The only records of a block that a later one writes again: an objection is put into the certificate it is about. */
const MUTABLE_PREFIX = 'certificate/'

/** Whether an operation became part of the book: it was applied, and for the first time. */
export function isInTheBook(applied: Applied | undefined): boolean {
  return applied?.ok === true && applied.value[0]?.is !== 'operation-repeated'
}

/** The operations of a block with what came of them, numbered on from the book before it. */
export function keptOperations(
  operations: readonly Marked[],
  results: readonly Applied[],
  before: number,
): KeptOperation[] {
  let sequence = before
  return operations.map(({ signed: { bytes, signature } }, i) => {
    const result = present(results[i], 'every operation of a block has a result')
    return { bytes, signature, result, ...(isInTheBook(result) ? { sequence: ++sequence } : {}) }
  })
}

/** What is kept of the records that a block wrote. */
export function keptRecords(changes: readonly Change[], { leafOf }: RecordLeaves): KeptRecord[] {
  return blockRecords(changes).map(([key, value]) =>
    key.startsWith(MUTABLE_PREFIX) ? { key, leaf: leafOf(key, value) } : { key },
  )
}

/** The block as it is told: what it refused is not in it. */
export function finalBlock({ height, time, operations, evidence, stateRoot }: KeptBlock): FinalBlock {
  return {
    height,
    time,
    operations: operations.flatMap(({ bytes, signature, result, sequence }) =>
      result.ok && sequence !== undefined ? [{ bytes, signature, sequence, events: result.value }] : [],
    ),
    evidence,
    stateRoot,
  }
}
