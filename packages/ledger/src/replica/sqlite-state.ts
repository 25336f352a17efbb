import { keysUnder, memoryStore, type KeyRange, type KeyValue } from '@tri/community'

import { layerOn, type Change } from './layer.ts'
import type { PackedFile } from './packed-file.ts'
import { recentDays } from './recent-days.ts'

/** Families of records that only grow: they are read from the disk. All others are kept in memory as well. */
const COLD_FAMILIES: ReadonlySet<string> = new Set([
  'line',
  'operation',
  'settlement-version',
  'source',
  'statement',
  'statement-earlier',
])

/** The state of a book on a file: what was written since the last flush is in memory, above what the file has. */
export interface SqliteState {
  readonly state: KeyValue
  /** Takes over what a block wrote. */
  write(changes: readonly Change[]): void
  /** Keys and bytes that wait for the next flush. */
  readonly waiting: { readonly keys: number; readonly bytes: number }
  /** Brings everything that waits to the file. To be called within a transaction; `flushed` follows when it is done. */
  writeOut(): void
  flushed(): void
  /** Reads again what the file has: it was filled from elsewhere. */
  reload(): void
}

/** Opens the state that a file keeps. */
export function sqliteState(file: PackedFile): SqliteState {
  const warm = memoryStore()
  const reload = (): void => {
    file.refilled()
    for (const range of WARM_RANGES) for (const [key, value] of file.entries(range)) warm.set(key, value)
  }
  reload()
  // What was flushed last is what is read next: today's statements. Lines and operations are looked up by nobody.
  let recent: ReadonlyMap<string, Uint8Array | undefined> = new Map()
  const below: Pick<KeyValue, 'get' | 'entries'> = {
    get: (key) => (recent.has(key) ? recent.get(key) : file.get(key)),
    entries: (range) => file.entries(range),
  }
  let waiting = layerOn(below)
  let bytes = 0
  const days = recentDays({ entries: (range) => waiting.entries(range) })
  const write = (change: Change): void => {
    const [key, value] = change
    waiting.change(change)
    days.write(change)
    bytes += value?.length ?? 0
    if (isCold(key)) return
    if (value === undefined) warm.delete(key)
    else warm.set(key, value)
  }
  return {
    state: {
      get(key) {
        if (!isCold(key)) return warm.get(key)
        const known = days.get(key)
        return known === undefined ? waiting.get(key) : known.value
      },
      set: (key, value) => write([key, value]),
      delete: (key) => write([key, undefined]),
      entries: (range) =>
        isWarm(range) ? warm.entries(range) : (days.entries(range) ?? waiting.entries(range)),
    },
    reload,
    write: (changes) => changes.forEach(write),
    get waiting() {
      return { keys: waiting.size, bytes }
    },
    writeOut() {
      file.write([...waiting.changes()])
    },
    flushed() {
      recent = new Map(readAgain(waiting.changes()))
      waiting = layerOn(below)
      bytes = 0
    },
  }
}

/** Of the records that only grow, those that a later operation looks up. */
function* readAgain(changes: Iterable<Change>): Iterable<Change> {
  for (const change of changes) {
    const [key] = change
    if (isCold(key) && !key.startsWith('line/') && !key.startsWith('operation/')) yield change
  }
}

const COLD_RANGES = [...COLD_FAMILIES].map(keysUnder).sort((a, b) => (a.from < b.from ? -1 : 1))

/** What lies between the cold families, first to last. */
const WARM_RANGES: readonly KeyRange[] = [...COLD_RANGES, { from: '\uffff', until: '' }].map(
  ({ from }, i) => ({
    from: COLD_RANGES[i - 1]?.until ?? '',
    until: from,
  }),
)

function isCold(key: string): boolean {
  const end = key.indexOf('/')
  return end > 0 && COLD_FAMILIES.has(key.slice(0, end))
}

function isWarm({ from, until }: KeyRange): boolean {
  return WARM_RANGES.some((warm) => from >= warm.from && until <= warm.until)
}
