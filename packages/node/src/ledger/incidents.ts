import { keysUnder, type KeyValue } from '@tri/community'
import type { Evidence, FinalBlock, Ordering } from '@tri/ledger'
import { epochMs } from '@tri/units'
import { fromHex, hex } from '@tri/units/crypto'
import { z } from 'zod'

/** Incidents that are remembered; the oldest go first. The blocks themselves keep all of them. */
const INCIDENTS_KEPT_MAX = 1000
/** Blocks after which the place of the search is written down: a restart looks at so many again. */
const NOTE_EVERY_BLOCKS = 256
const HEIGHT_DIGITS = 12
const PLACE = 'incidents-until'

const rowShape = z.strictObject({
  kind: z.enum(['duplicate-vote', 'light-client-attack']),
  address: z.string(),
  height: z.int(),
  at: z.int(),
})

/** The evidence of stewards who were caught, from every final block: it does not scroll away with the blocks. */
export interface Incidents extends AsyncDisposable {
  /** Newest first. */
  list(): readonly Evidence[]
}

/** Follows the final blocks from where it stopped last, and remembers the evidence in them. */
export function followIncidents(
  store: KeyValue,
  ordering: Pick<Ordering, 'finalised' | 'status'>,
): Incidents {
  const stopping = new AbortController()
  const follow = async () => {
    const noted = store.get(PLACE)
    const from = noted === undefined ? ordering.status().height : Number(new TextDecoder().decode(noted))
    for await (const block of ordering.finalised(from + 1, stopping.signal)) note(store, block)
  }
  const following = follow().catch((cause: unknown) => {
    if (!stopping.signal.aborted) throw cause
  })
  following.catch(() => undefined)
  return {
    list: () =>
      Array.from(store.entries(keysUnder('incident')), ([, value]) => evidenceFrom(value)).toReversed(),
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await following
    },
  }
}

function note(store: KeyValue, { height, evidence }: FinalBlock): void {
  const text = new TextEncoder()
  for (const one of evidence) {
    const row = { kind: one.kind, address: hex(one.address), height: one.height, at: one.at }
    const key = `incident/${String(one.height).padStart(HEIGHT_DIGITS, '0')}/${row.address}`
    store.set(key, text.encode(JSON.stringify(row)))
  }
  if (evidence.length > 0) forgetOldest(store)
  if (evidence.length > 0 || height % NOTE_EVERY_BLOCKS === 0) store.set(PLACE, text.encode(String(height)))
}

function forgetOldest(store: KeyValue): void {
  const keys = Array.from(store.entries(keysUnder('incident')), ([key]) => key)
  for (const key of keys.slice(0, Math.max(0, keys.length - INCIDENTS_KEPT_MAX))) store.delete(key)
}

function evidenceFrom(value: Uint8Array): Evidence {
  const { kind, address, height, at } = rowShape.parse(JSON.parse(new TextDecoder().decode(value)))
  return { kind, address: fromHex(address), height, at: epochMs(at) }
}
