import { keysUnder, type KeyValue, type StewardEntry } from '@tri/community'
import type { ReadyCandidate } from '@tri/ledger'
import { canonicalBytes, fromOwnBytes } from '@tri/units'
import { z } from 'zod'

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const shape = z.strictObject({
  entry: z.strictObject({
    member: z.string(),
    key: bytes,
    node: bytes,
    tls: bytes,
    addresses: z.array(z.string()),
  }),
  memberKey: bytes,
  height: z.int(),
})

/** Boxes that were invited and said that they are ready, one a member. */
export interface Candidates {
  put(candidate: ReadyCandidate): void
  list(): ReadyCandidate[]
  forget(members: readonly string[]): void
}

const keyOf = (member: string): string => `steward-candidate/${member}`

/** Keeps candidates in the node's own notes. */
export function candidatesIn(notes: KeyValue): Candidates {
  return {
    put: ({ entry, memberKey, height }) =>
      notes.set(keyOf(entry.member), canonicalBytes({ entry: { ...entry }, memberKey, height })),
    list: () =>
      [...notes.entries(keysUnder('steward-candidate'))].map(([, value]) => shape.parse(fromOwnBytes(value))),
    forget: (members) => {
      for (const member of members) notes.delete(keyOf(member))
    },
  }
}

/** The set that has some stewards more, some less, and some exchanged: in the order of their members' ids. */
export function changedSet(
  current: readonly StewardEntry[],
  change: { readonly add?: readonly StewardEntry[]; readonly remove?: readonly string[] },
): StewardEntry[] {
  const added = change.add ?? []
  const gone = new Set([...(change.remove ?? []), ...added.map(({ member }) => member)])
  const kept = current.filter(({ member }) => !gone.has(member))
  return [...kept, ...added].toSorted((a, b) => (a.member < b.member ? -1 : 1))
}
