import { keysUnder, type KeyRange, type KeyValue } from '@tri/community'

import { appliedIndex } from './applied-index.ts'
import type { ChainRows } from './chain-rows.ts'
import { mergedEntries, type Change } from './layer.ts'
import { linePacks } from './line-packs.ts'
import type { DatabaseSync } from 'node:sqlite'

/** Part of the second format: older lines in packs, and of applied operations an index into the blocks. */
export const PACKED_FORMAT = `
  CREATE TABLE packs (id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, body BLOB NOT NULL);
  CREATE UNIQUE INDEX packs_first ON packs (first);
  CREATE TABLE applied (id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);`

const LINES = keysUnder('line')
const OPERATIONS = keysUnder('operation')

/** A state on a file that keeps small what only grows. */
export interface PackedFile extends Pick<KeyValue, 'get' | 'entries'> {
  /** Writes changes, in key order. Whoever calls has begun a transaction. */
  write(changes: readonly Change[]): void
  /** The plain records were filled from elsewhere. */
  refilled(): void
}

/** Lays the packs over the plain records of a file: what is plain goes before what is packed. */
export function packedFile(plain: KeyValue, database: DatabaseSync, rows: ChainRows): PackedFile {
  const packs = linePacks(database)
  const applied = appliedIndex(database, rows)
  // Of a book from before the chain, or one that was restored: every new operation would be looked for among them.
  let hasPlainOperations = isAnyIn(plain, OPERATIONS)
  const put = ([key, value]: Change): void => {
    if (value === undefined) return plain.delete(key)
    const isOperation = isIn(OPERATIONS, key)
    if (isOperation && applied.add(key, value)) return
    hasPlainOperations ||= isOperation
    plain.set(key, value)
  }
  return {
    get(key) {
      if (isIn(OPERATIONS, key)) return applied.get(key) ?? (hasPlainOperations ? plain.get(key) : undefined)
      return plain.get(key) ?? (isIn(LINES, key) ? packs.get(key) : undefined)
    },
    entries(range) {
      let found = plain.entries(range)
      if (overlaps(range, LINES)) found = mergedEntries(packs.entries(range), found)
      return overlaps(range, OPERATIONS) ? mergedEntries(applied.entries(range), found) : found
    },
    refilled: () => void (hasPlainOperations = isAnyIn(plain, OPERATIONS)),
    write(changes) {
      for (const change of changes) put(change)
      for (const [key, value] of changes) {
        const range = value === undefined ? undefined : packs.completedBy(key)
        if (range === undefined) continue
        const lines = [...plain.entries(range)]
        if (packs.pack(lines)) for (const [line] of lines) plain.delete(line)
      }
    },
  }
}

function isAnyIn(store: Pick<KeyValue, 'entries'>, range: KeyRange): boolean {
  for (const entry of store.entries(range)) return entry.length > 0
  return false
}

function isIn({ from, until }: KeyRange, key: string): boolean {
  return key >= from && key < until
}

function overlaps(a: KeyRange, b: KeyRange): boolean {
  return a.from < b.until && b.from < a.until
}
