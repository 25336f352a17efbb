import type { DatabaseSync } from 'node:sqlite'

import type { KeyRange } from '@tri/community'
import { canonicalBytes, must } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { fieldsIn, isSame, utf8 } from './bytes.ts'
import type { ChainRows } from './chain-rows.ts'
import { foundOperations } from './found-operations.ts'

const FAMILY = 'operation/'
const HASH_BYTES = 6

/**
 * Which operations are in the book, without keeping what the blocks say anyway: of an operation's id only a short hash,
 * with its number. What is found is held against the operation itself; two ids of one hash stand in places one after
 * another.
 */
export interface AppliedIndex {
  get(key: string): Uint8Array | undefined
  entries(range: KeyRange): Iterable<readonly [string, Uint8Array]>
  /** Takes a record in; false when it is not what the blocks tell anyway, and must be kept as it is. */
  add(key: string, value: Uint8Array): boolean
}

export function appliedIndex(database: DatabaseSync, rows: ChainRows): AppliedIndex {
  const find = database.prepare('SELECT sequence FROM applied WHERE id = ?')
  const insert = database.prepare('INSERT OR IGNORE INTO applied (id, sequence) VALUES (?, ?)')
  let beganAfter: number | undefined
  const operationAt = (sequence: number): Uint8Array | undefined => {
    const height = rows.heightOf(sequence)
    const block = height === undefined ? undefined : rows.block(height)
    return block?.operations.find((one) => one.sequence === sequence)?.bytes
  }
  return {
    get(key) {
      const id = key.slice(FAMILY.length)
      for (let place = hashOf(id); ; place++) {
        const sequence = find.get(place)?.['sequence']
        if (sequence === undefined) return undefined
        must(typeof sequence === 'number', 'operations are counted')
        const bytes = operationAt(sequence)
        if (bytes !== undefined && fieldsIn(bytes)['id'] === id) return appliedBytes(sha256(bytes), sequence)
      }
    },
    *entries({ from, until }) {
      const last = rows.facts()?.sequence ?? 0
      const found = foundOperations()
      for (const { operations } of rows.allBlocks())
        for (const { bytes, sequence } of operations) {
          if (sequence === undefined || sequence > last) continue
          const { id } = fieldsIn(bytes)
          must(typeof id === 'string', 'an operation in the book has an id')
          const key = `${FAMILY}${id}`
          if (key >= from && key < until) found.add({ id, sequence, digest: sha256(bytes) })
        }
      for (const { id, sequence, digest } of found.inOrder())
        yield [`${FAMILY}${id}`, appliedBytes(digest, sequence)]
    },
    add(key, value) {
      beganAfter ??= rows.beganAfter() ?? 0
      const { digest, sequence } = fieldsIn(value)
      // The block with the operation was written before its record: only the record's form is in question.
      if (typeof sequence !== 'number' || sequence <= beganAfter || typeof digest !== 'string') return false
      if (!isSame(canonicalBytes({ digest, sequence }), value)) return false
      let place = hashOf(key.slice(FAMILY.length))
      while (insert.run(place, sequence).changes === 0) place++
      return true
    },
  }
}

/** The record of an applied operation, as the community writes it. */
function appliedBytes(digest: Uint8Array, sequence: number): Uint8Array {
  return canonicalBytes({ digest: hex(digest), sequence })
}

function hashOf(id: string): number {
  const digest = sha256(utf8(id))
  let hash = 0
  for (const byte of digest.subarray(0, HASH_BYTES)) hash = hash * 256 + byte
  return hash
}
