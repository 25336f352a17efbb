import type { KeyRange, KeyValue } from './key-value.ts'

/** A store whose writes stay apart until they are taken over: an operation that is refused leaves nothing behind. */
export interface Overlay extends KeyValue {
  /** Writes everything to the store below. */
  commit(): void
}

/** Stands for a key that was deleted; known by being this very object. */
const DELETED = new Uint8Array()

/** Lays an empty overlay over a store; reads see its writes first. */
export function overlayOn(below: KeyValue): Overlay {
  const writes = new Map<string, Uint8Array>()
  const sortedIn = (range: KeyRange): string[] => {
    const keys: string[] = []
    for (const key of writes.keys()) if (key >= range.from && key < range.until) keys.push(key)
    return keys.sort()
  }
  return {
    get(key) {
      const value = writes.get(key)
      if (value === undefined) return below.get(key)
      return value === DELETED ? undefined : value
    },
    set: (key, value) => void writes.set(key, value),
    delete: (key) => void writes.set(key, DELETED),
    entries(range) {
      const written = sortedIn(range)
      return written.length === 0 ? below.entries(range) : merged(below.entries(range), written, writes)
    },
    commit() {
      for (const [key, value] of writes) {
        if (value === DELETED) below.delete(key)
        else below.set(key, value)
      }
    },
  }
}

function* merged(
  below: Iterable<readonly [string, Uint8Array]>,
  written: readonly string[],
  writes: ReadonlyMap<string, Uint8Array>,
): Iterable<readonly [string, Uint8Array]> {
  let next = 0
  for (const entry of below) {
    for (let key = written[next]; key !== undefined && key < entry[0]; key = written[++next]) {
      yield* kept(key, writes)
    }
    if (written[next] === entry[0]) yield* kept(written[next++] ?? entry[0], writes)
    else yield entry
  }
  for (const key of written.slice(next)) yield* kept(key, writes)
}

function* kept(
  key: string,
  writes: ReadonlyMap<string, Uint8Array>,
): Iterable<readonly [string, Uint8Array]> {
  const value = writes.get(key)
  if (value !== undefined && value !== DELETED) yield [key, value]
}
