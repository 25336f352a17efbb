import type { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import type { KeyRange } from '@tri/community'
import { canonicalBytes, fromOwnBytes, must, type Canonical } from '@tri/units'
import { fieldsIn, isSame } from './bytes.ts'

/** Lines of an account that are packed together once they are all there: lines are written once, and never again. */
const PACK_LINES = 64
const LINE = /^(line\/.*\/)(\d{16})$/
const NUMBER_DIGITS = 16

type Row = readonly [key: string, value: Uint8Array]

/** The older lines of every account, by columns and compressed: a fifth of what they take one by one. */
export interface LinePacks {
  get(key: string): Uint8Array | undefined
  entries(range: KeyRange): Iterable<Row>
  /** The keys of the pack that this line completes, first to last; undefined when it completes none. */
  completedBy(key: string): KeyRange | undefined
  /** Packs rows, or tells that they cannot be: they stay as they are. */
  pack(rows: readonly Row[]): boolean
}

export function linePacks(database: DatabaseSync): LinePacks {
  const insert = database.prepare('INSERT INTO packs (first, last, body) VALUES (?, ?, ?)')
  const before = database.prepare(
    'SELECT first, last, body FROM packs WHERE first <= ? ORDER BY first DESC LIMIT 1',
  )
  const after = database.prepare('SELECT first, last, body FROM packs WHERE first > ? ORDER BY first LIMIT 1')
  return {
    get(key) {
      const pack = before.get(key)
      if (pack === undefined || textIn(pack['last']) < key) return undefined
      return rowsIn(pack).find(([one]) => one === key)?.[1]
    },
    *entries({ from, until }) {
      for (
        let pack = before.get(from) ?? after.get(from);
        pack !== undefined;
        pack = after.get(textIn(pack['first']))
      ) {
        if (textIn(pack['first']) >= until) return
        for (const row of rowsIn(pack)) if (row[0] >= from && row[0] < until) yield row
      }
    },
    completedBy(key) {
      const [, account, digits] = LINE.exec(key) ?? []
      if (account === undefined || digits === undefined) return undefined
      // Numbers are counted downwards in keys: the newest line of a pack is its first.
      const number = Number.MAX_SAFE_INTEGER - Number(digits)
      if (number % PACK_LINES !== 0) return undefined
      return { from: key, until: `${account}${padded(Number(digits) + PACK_LINES)}` }
    },
    pack(rows) {
      const [first, last] = [rows[0]?.[0], rows.at(-1)?.[0]]
      const columns = columnsOf(rows.map(([, value]) => value))
      if (rows.length !== PACK_LINES || first === undefined || last === undefined || columns === undefined)
        return false
      insert.run(first, last, zstdCompressSync(canonicalBytes(columns)))
      return true
    },
  }
}

function padded(number: number): string {
  return String(number).padStart(NUMBER_DIGITS, '0')
}

function rowsIn(pack: Record<string, unknown>): Row[] {
  const { first, body } = pack
  must(typeof first === 'string' && body instanceof Uint8Array, 'a pack has a first line and a body')
  const [, account = '', digits = ''] = LINE.exec(first) ?? []
  return valuesOf(fromOwnBytes(zstdDecompressSync(body))).map((value, i) => [
    `${account}${padded(Number(digits) + i)}`,
    value,
  ])
}

function textIn(value: unknown): string {
  must(typeof value === 'string', 'this column holds text')
  return value
}

/** Records by columns, numbers as differences; undefined where they would not come back as they were. */
export function columnsOf(values: readonly Uint8Array[]): Canonical | undefined {
  const records = values.map(fieldsIn)
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].sort()
  const columns = names.map((name): Canonical => {
    const column = records.map((record) => record[name])
    return [
      name,
      column.every((value) => typeof value === 'number') ? differences(column) : column.map(orNull),
    ]
  })
  const isWhole = valuesOf(columns).every((value, i) => isSame(value, values[i] ?? new Uint8Array()))
  return isWhole ? columns : undefined
}

function orNull(value: Canonical | undefined): Canonical {
  return value ?? null
}

function differences(numbers: readonly number[]): number[] {
  return numbers.map((number, i) => number - (numbers[i - 1] ?? 0))
}

/** The records that columns hold. */
export function valuesOf(columns: Canonical): Uint8Array[] {
  must(Array.isArray(columns), 'a pack holds columns')
  const records: Record<string, Canonical>[] = []
  for (const entry of columns) {
    must(Array.isArray(entry), 'a column has a name and its values')
    const [name, values] = entry
    must(typeof name === 'string' && Array.isArray(values), 'a column has a name and its values')
    const isCounted = values.length > 0 && values.every((value) => typeof value === 'number')
    let sum = 0
    for (const [i, value] of values.entries()) {
      const record = (records[i] ??= {})
      if (isCounted) record[name] = sum += Number(value)
      else if (value !== null) record[name] = value
    }
  }
  return records.map((record) => canonicalBytes(record))
}
