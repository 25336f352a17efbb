import { lookup as lookUp } from 'node:dns/promises'

import type { KeyValue } from '@tri/community'
import type { LinePorts } from '@tri/meters'

/** What telling outwards needs of the world around it. */
export interface OutwardsPorts extends Pick<LinePorts, 'now' | 'pause' | 'dice'> {
  /** What the node remembers beside the book: events that wait, and what Home Assistant was told. Durable. */
  readonly store: KeyValue
  /** A new id that no other event has. */
  readonly newId: () => string
  /** Of the node's program. */
  readonly version: string
  /** Told of what went wrong in the background. */
  readonly failed: (cause: unknown) => void
  /** All addresses of a name; the system's own resolver when absent. */
  readonly lookup?: Lookup
}

/** All addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>

export const systemLookup: Lookup = async (host) => {
  const found = await lookUp(host, { all: true })
  return found.map(({ address }) => address)
}
