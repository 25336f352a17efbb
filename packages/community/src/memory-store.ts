import { present } from '@tri/units'

import type { KeyRange, KeyValue } from './key-value.ts'

/** Keys of one bucket before it is cut in two: small enough that an insertion moves little. */
const BUCKET_KEYS_MAX = 512

/** Keys that wait for their place in the buckets: few enough to look through at every walk. */
const WAITING_KEYS_MAX = 32

/** A store in memory, which knows how many keys it has. */
export interface MemoryStore extends KeyValue {
  readonly size: number
}

/**
 * A store in memory. Sorted buckets of keys stand beside a map, so that a write costs about the same whether the book
 * holds a hundred keys or a million. New keys find their place when a walk asks for it, many at a time.
 */
export function memoryStore(): MemoryStore {
  const values = new Map<string, Uint8Array>()
  const buckets: string[][] = []
  let waiting: string[] = []
  const place = (): void => {
    if (waiting.length > 0) insertAll(buckets, waiting.sort())
    waiting = []
  }
  return {
    get size() {
      return values.size
    },
    get: (key) => values.get(key),
    set(key, value) {
      const before = values.size
      values.set(key, value)
      if (values.size > before) waiting.push(key)
    },
    delete(key) {
      if (!values.delete(key)) return
      place()
      remove(buckets, key)
    },
    *entries(range) {
      if (waiting.length > WAITING_KEYS_MAX || someWithin(waiting, range)) place()
      for (const key of keysIn(buckets, range)) {
        yield [key, present(values.get(key), 'every sorted key has its value')] as const
      }
    },
  }
}

function someWithin(keys: readonly string[], { from, until }: KeyRange): boolean {
  for (const key of keys) if (key >= from && key < until) return true
  return false
}

/** The first place in sorted keys that is not below `key`. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (present(keys[middle], 'the middle lies inside') < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The last bucket whose first key is not above `key`; 0 when there is none. */
function bucketOf(buckets: readonly string[][], key: string): number {
  let low = 0
  let high = buckets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (present(buckets[middle]?.[0], 'no bucket is empty') <= key) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** Inserts sorted keys; one after another they mostly fall into the same bucket. */
function insertAll(buckets: string[][], keys: readonly string[]): void {
  let at = 0
  for (const key of keys) {
    const following = buckets[at + 1]?.[0]
    const isHere = key >= (buckets[at]?.[0] ?? key) && (following === undefined || key < following)
    if (!isHere) at = bucketOf(buckets, key)
    insert(buckets, at, key)
  }
}

function insert(buckets: string[][], at: number, key: string): void {
  const bucket = buckets[at]
  if (bucket === undefined) {
    buckets.push([key])
    return
  }
  bucket.splice(lowerBound(bucket, key), 0, key)
  if (bucket.length > BUCKET_KEYS_MAX) {
    // Keys mostly arrive in order: cutting near the end leaves full buckets behind.
    const isLast = at === buckets.length - 1
    buckets.splice(at + 1, 0, bucket.splice(isLast ? BUCKET_KEYS_MAX - 1 : BUCKET_KEYS_MAX >> 1))
  }
}

function remove(buckets: string[][], key: string): void {
  const at = bucketOf(buckets, key)
  const bucket = present(buckets[at], 'a key that is deleted lies in a bucket')
  bucket.splice(lowerBound(bucket, key), 1)
  if (bucket.length === 0) buckets.splice(at, 1)
}

function* keysIn(buckets: readonly string[][], { from, until }: KeyRange): Iterable<string> {
  for (let at = bucketOf(buckets, from); at < buckets.length; at++) {
    const bucket = present(buckets[at], 'the walk stays inside')
    for (let i = lowerBound(bucket, from); i < bucket.length; i++) {
      const key = present(bucket[i], 'the walk stays inside')
      if (key >= until) return
      yield key
    }
  }
}
