import { memoryStore, type KeyRange, type KeyValue } from '@tri/community'

/** What is written over a key: its value, or `undefined` when it is deleted. */
export type Change = readonly [key: string, value: Uint8Array | undefined]

/** Stands in a layer for a key that is deleted; known by being this very object. */
const DELETED = new Uint8Array()

/** Writes that stay apart from the store below them, however many: reads see them first. */
export interface Layer extends KeyValue {
  /** What was written, in key order; a key that was written twice is there once. */
  changes(): Iterable<Change>
  /** Keys written. */
  readonly size: number
  /** Takes a change over as it is. */
  change(change: Change): void
}

/** Every key that can be written: below and above all that the community uses. */
const EVERY_KEY: KeyRange = { from: '', until: '\uffff' }

/** Lays an empty layer over a store. */
export function layerOn(below: Pick<KeyValue, 'get' | 'entries'>): Layer {
  const writes = memoryStore()
  return {
    get size() {
      return writes.size
    },
    get(key) {
      const value = writes.get(key)
      if (value === undefined) return below.get(key)
      return value === DELETED ? undefined : value
    },
    set: (key, value) => writes.set(key, value),
    delete: (key) => writes.set(key, DELETED),
    change: ([key, value]) => writes.set(key, value ?? DELETED),
    entries: (range) => mergedEntries(below.entries(range), writes.entries(range)),
    *changes() {
      for (const [key, value] of writes.entries(EVERY_KEY)) yield [key, value === DELETED ? undefined : value]
    },
  }
}

type Entry = readonly [string, Uint8Array]

/** The entries of two stores as one, in key order; where both have a key, the one above counts. */
export function* mergedEntries(below: Iterable<Entry>, above: Iterable<Entry>): Iterable<Entry> {
  const written = above[Symbol.iterator]()
  let next = written.next()
  for (const entry of below) {
    for (; next.done !== true && next.value[0] < entry[0]; next = written.next()) yield* kept(next.value)
    if (next.done === true || next.value[0] !== entry[0]) {
      yield entry
      continue
    }
    yield* kept(next.value)
    next = written.next()
  }
  for (; next.done !== true; next = written.next()) yield* kept(next.value)
}

function* kept(entry: Entry): Iterable<Entry> {
  if (entry[1] !== DELETED) yield entry
}
