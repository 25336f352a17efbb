import { keysUnder, type KeyValue } from '@tri/community'
import { z } from 'zod'

const rowShape = z.strictObject({
  /** Null for the home itself. */
  device: z.string().nullable(),
  /** Where its discovery message lies; null where none was told. */
  prefix: z.string().nullable(),
  components: z.record(z.string(), z.enum(['sensor', 'binary_sensor'])),
})
/** What a broker was told of the home or of one device, so that it can be taken back. */
export type ToldRow = z.output<typeof rowShape>

/** What the broker keeps of this home, as far as this node told it. */
export interface ToldMemory {
  get(id: string): ToldRow | undefined
  put(id: string, row: ToldRow): void
  forget(id: string): void
  all(): readonly (readonly [string, ToldRow])[]
}

/** The memory of one home in the node's notes. @param home its id at Home Assistant */
export function toldMemory(store: KeyValue, home: string): ToldMemory {
  const prefix = `outwards/${home}`
  const key = (id: string) => `${prefix}/${id}`
  return {
    get: (id) => {
      const value = store.get(key(id))
      return value === undefined ? undefined : rowFrom(value)
    },
    put: (id, row) => {
      const before = store.get(key(id))
      const text = JSON.stringify(row)
      // A note waits for the disk: the same one is not written again.
      if (before === undefined || new TextDecoder().decode(before) !== text)
        store.set(key(id), new TextEncoder().encode(text))
    },
    forget: (id) => store.delete(key(id)),
    all: () =>
      Array.from(
        store.entries(keysUnder(prefix)),
        ([at, value]) => [at.slice(prefix.length + 1), rowFrom(value)] as const,
      ),
  }
}

function rowFrom(value: Uint8Array): ToldRow {
  return rowShape.parse(JSON.parse(new TextDecoder().decode(value)))
}
