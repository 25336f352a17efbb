import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

import { canonicalBytes, fromOwnBytes, must } from '@tri/units'

import { blockBody, blockFrom } from './block-body.ts'
import type { ChainStore, KeptBlock } from './chain-store.ts'
import { factsBytes, factsFrom, type Facts } from './facts.ts'

/** The rows of a chain on a file: blocks, certificates, and what the chain knows of itself. */
export interface ChainRows extends Pick<ChainStore, 'block' | 'certificate' | 'heightOf' | 'wroteAt'> {
  append(block: KeptBlock, certificate: Uint8Array | undefined): void
  keepCertificate(height: number, certificate: Uint8Array): void
  /** Every block, first to last. */
  allBlocks(): Iterable<KeptBlock>
  /** As of the state that was flushed last. */
  facts(): Facts | undefined
  setFacts(facts: Facts): void
  /** Operations in the book before the first block; undefined while there is none. */
  beganAfter(): number | undefined
  setBeganAfter(sequence: number): void
  /** The newest snapshot whose root is known. */
  snapshot(): { readonly height: number; readonly root: Uint8Array } | undefined
  setSnapshot(height: number, root: Uint8Array): void
}

const FLUSHED = 'flushed'
const BEGAN_AFTER = 'began-after'
const SNAPSHOT = 'snapshot'

/** Reads and writes the rows of a chain. Whoever writes has begun a transaction. */
export function chainRows(database: DatabaseSync): ChainRows {
  const insert = database.prepare('INSERT INTO blocks (height, sequence, body) VALUES (?, ?, ?)')
  const read = database.prepare('SELECT height, sequence, body FROM blocks WHERE height = ?')
  const reached = database.prepare(
    'SELECT height FROM blocks WHERE sequence >= ? ORDER BY sequence, height LIMIT 1',
  )
  const certify = database.prepare('INSERT OR REPLACE INTO certificates (height, body) VALUES (?, ?)')
  const certificate = database.prepare('SELECT body FROM certificates WHERE height = ?')
  const mark = database.prepare('INSERT OR REPLACE INTO written (key, height) VALUES (?, ?)')
  const marked = database.prepare('SELECT height FROM written WHERE key = ?')
  const fact = database.prepare('SELECT value FROM facts WHERE name = ?')
  const setFact = database.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)')
  const next = database.prepare(
    'SELECT height, sequence, body FROM blocks WHERE height > ? ORDER BY height LIMIT 1',
  )
  // The block that was read last is read again for each of its operations.
  let newest: KeptBlock | undefined
  return {
    *allBlocks() {
      for (let row = next.get(0); row !== undefined; row = next.get(numberIn(row['height'])))
        yield blockIn(row)
    },
    append(block, own) {
      insert.run(block.height, block.sequence, blockBody(block))
      for (const { key, leaf } of block.records) if (leaf !== undefined) mark.run(key, block.height)
      if (own !== undefined) certify.run(block.height - 1, own)
    },
    keepCertificate: (height, bytes) => void certify.run(height, bytes),
    block(height) {
      if (newest?.height === height) return newest
      const row = read.get(height)
      if (row === undefined) return undefined
      newest = blockIn(row)
      return newest
    },
    certificate: (height) => optional(certificate.get(height)?.['body'], bytesIn),
    heightOf: (sequence) => optional(reached.get(sequence)?.['height'], numberIn),
    wroteAt: (key) => optional(marked.get(key)?.['height'], numberIn),
    facts: () => optional(fact.get(FLUSHED)?.['value'], (value) => factsFrom(bytesIn(value))),
    beganAfter: () =>
      optional(fact.get(BEGAN_AFTER)?.['value'], (value) => Number(fromOwnBytes(bytesIn(value)))),
    setBeganAfter: (sequence) => void setFact.run(BEGAN_AFTER, canonicalBytes(sequence)),
    snapshot() {
      const [height, root] = optional(fact.get(SNAPSHOT)?.['value'], (value) => listIn(bytesIn(value))) ?? []
      return typeof height === 'number' && root instanceof Uint8Array ? { height, root } : undefined
    },
    setSnapshot: (height, root) => void setFact.run(SNAPSHOT, canonicalBytes([height, root])),
    setFacts: (facts) => void setFact.run(FLUSHED, factsBytes(facts)),
  }
}

function blockIn({ height, sequence, body }: Record<string, SQLOutputValue>): KeptBlock {
  return blockFrom({ height: numberIn(height), sequence: numberIn(sequence), body: bytesIn(body) })
}

function bytesIn(value: SQLOutputValue | undefined): Uint8Array {
  must(value instanceof Uint8Array, 'this column holds bytes')
  return value
}

function numberIn(value: SQLOutputValue | undefined): number {
  must(typeof value === 'number', 'this column holds a number')
  return value
}

function optional<T>(value: SQLOutputValue | undefined, of: (value: SQLOutputValue) => T): T | undefined {
  return value === undefined ? undefined : of(value)
}

function listIn(bytes: Uint8Array): readonly unknown[] {
  const value = fromOwnBytes(bytes)
  return Array.isArray(value) ? value : []
}
