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
}

/** Lays the packs over the plain records of a file: what is plain goes before what is packed. */
export function packedFile(plain: KeyValue, database: DatabaseSync, rows: ChainRows): PackedFile {
  const packs = linePacks(database)
  const applied = appliedIndex(database, rows)
  const put = ([key, value]: Change): void => {
    if (value === undefined) return plain.delete(key)
    if (!isIn(OPERATIONS, key) || !applied.add(key, value)) plain.set(key, value)
  }
  return {
    get(key) {
      const value = plain.get(key)
      if (value !== undefined) return value
      if (isIn(LINES, key)) return packs.get(key)
      return isIn(OPERATIONS, key) ? applied.get(key) : undefined
    },
    entries(range) {
      let found = plain.entries(range)
      if (overlaps(range, LINES)) found = mergedEntries(packs.entries(range), found)
      return overlaps(range, OPERATIONS) ? mergedEntries(applied.entries(range), found) : found
    },
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

function isIn({ from, until }: KeyRange, key: string): boolean {
  return key >= from && key < until
}

function overlaps(a: KeyRange, b: KeyRange): boolean {
  return a.from < b.until && b.from < a.until
}
