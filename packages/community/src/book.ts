import type { Outcome } from '@tri/units'

import { apply, type ApplyPorts } from './apply.ts'
import type { CommunityEvent } from './event.ts'
import type { KeyValue } from './key-value.ts'
import { memoryStore } from './memory-store.ts'
import type { SignedOperation } from './operation.ts'
import type { CommunityRefusal } from './refusal.ts'
import { readHead } from './state.ts'

/** An operation as the log keeps it: exactly the bytes that came, in the order of the book. */
export interface LoggedOperation {
  /** Counted from 1. */
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** A community's state with the log it grew from. What `apply` acknowledges is kept. */
export interface Book {
  /** For queries. Only `apply` writes. */
  readonly store: KeyValue
  apply(
    signed: Pick<SignedOperation, 'bytes' | 'signature'>,
  ): Outcome<readonly CommunityEvent[], CommunityRefusal>
  /** The applied operations from a sequence number on. */
  operations(from: number): Iterable<LoggedOperation>
  close(): void
}

/** A book in memory: for tests, simulations and batch runs. */
export function memoryBook(ports: ApplyPorts): Book {
  const store = memoryStore()
  const log: LoggedOperation[] = []
  return {
    store,
    apply(signed) {
      const outcome = apply(store, signed, ports)
      const sequence = readHead(store)?.sequence ?? 0
      if (sequence > log.length) log.push({ sequence, bytes: signed.bytes, signature: signed.signature })
      return outcome
    },
    operations: (from) => log.slice(Math.max(0, from - 1)),
    close: () => undefined,
  }
}
