import { charterFrom, type Charter } from '@tri/exchange'
import { canonicalBytes, fromOwnBytes, must, type Canonical, type Slot } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { keysUnder, type KeyValue } from './key-value.ts'
import { stateKeys } from './state-keys.ts'

/**
 * Every charter of the community, first to last. Each is in force from its `from` until the next one's.
 */
export function charters(store: KeyValue): Charter[] {
  return [...store.entries(keysUnder('charter'))].map(([, bytes]) => stored(bytes))
}

/** The charter in force at a slot; before the first one's slot, the first one. */
export function charterAt(store: KeyValue, slot: Slot): Charter {
  let found: Uint8Array | undefined
  for (const [key, bytes] of store.entries(keysUnder('charter'))) {
    if (found !== undefined && key > stateKeys.charter(slot)) break
    found = bytes
  }
  must(found !== undefined, 'a founded community has a charter')
  return stored(found)
}

/** The charter as it was written: what `charterFrom` reads. */
export function charterDocumentAt(store: KeyValue, slot: Slot): Canonical {
  const { from } = charterAt(store, slot)
  const bytes = store.get(stateKeys.charter(from))
  must(bytes !== undefined, 'a charter lies under the slot from which it is in force')
  return fromOwnBytes(bytes)
}

export function writeCharter(store: KeyValue, charter: Charter, document: Canonical): void {
  store.set(stateKeys.charter(charter.from), canonicalBytes(document))
}

/** Charters kept as they were read: every payment asks for the limit in force. */
const KNOWN_MAX = 16
const known = new Map<string, Charter>()

/** A charter from its bytes; the same bytes are the same charter, in whichever book. */
function stored(bytes: Uint8Array): Charter {
  const digest = hex(sha256(bytes))
  const before = known.get(digest)
  if (before !== undefined) return before
  const charter = charterFrom(fromOwnBytes(bytes))
  must(charter.ok, 'a charter in the book was checked when it came in')
  if (known.size === KNOWN_MAX) known.clear()
  known.set(digest, charter.value)
  return charter.value
}
