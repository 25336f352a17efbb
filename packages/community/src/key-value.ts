/** A stretch of keys, `[from, until)`, in the order of their ASCII codes. */
export interface KeyRange {
  readonly from: string
  readonly until: string
}

/**
 * The ordered store behind the community: in memory for tests and batch runs, on SQLite for a single machine, on the
 * ledger's own store when replicated. Keys are ASCII (so every engine sorts them alike), values are bytes that nobody
 * changes after handing them over. Whoever walks `entries` writes only after the walk.
 */
export interface KeyValue {
  get(key: string): Uint8Array | undefined
  set(key: string, value: Uint8Array): void
  delete(key: string): void
  entries(range: KeyRange): Iterable<readonly [string, Uint8Array]>
}

/** Every key below a prefix: `meter` gives `meter/…`. The character after `/` is `0`. */
export function keysUnder(prefix: string): KeyRange {
  return { from: `${prefix}/`, until: `${prefix}0` }
}

/** Every key there is: keys are printable ASCII. */
export const ALL_KEYS: KeyRange = { from: ' ', until: '\u007f' }
