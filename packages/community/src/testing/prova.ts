import type { Canonical } from '@tri/units'
import { keyPairFromSeed, sha256, type KeyPair } from '@tri/units/crypto'

import type { MemberEntry, MeterEntry, NodeEntry, OperationOf } from '../operation.ts'

/** The same key pair from the same name, so that a failing test is the same test tomorrow. Never for a real member. */
export function seededKey(name: string): KeyPair {
  return keyPairFromSeed(sha256(new TextEncoder().encode(`tri/test-key/${name}`)))
}

/** What a community is founded with, apart from its envelope. */
export type Sketch = Pick<
  OperationOf<'community.found'>,
  | 'community'
  | 'name'
  | 'timezone'
  | 'coordinator'
  | 'network'
  | 'members'
  | 'meters'
  | 'charter'
  | 'leafSecret'
>

/** A member with one key, of which the seed is her id. */
export function sketchedMember(id: string, kind: MemberEntry['kind'] = 'household'): MemberEntry {
  return { id, kind, keys: [seededKey(id).publicKey] }
}

/** What blinds the leaves of every sketched community; never for a real one. */
export const TEST_LEAF_SECRET = sha256(new TextEncoder().encode('tri/test-leaf-secret'))

/** The same community as it was founded before the ledger's leaves were blinded: books of that time live on. */
export function unblinded(sketch: Sketch): Sketch {
  const { community, name, timezone, coordinator, network, members, meters, charter } = sketch
  return { community, name, timezone, coordinator, network, members, meters, charter }
}

/** The charter of the smallest community file. */
export const PROVA_CHARTER: Canonical = {
  rule: 'neighbour-first',
  creditPerKwh: { home: '0.09', building: '0.10', street: '0.11', transformer: '0.12', substation: '0.13' },
  limit: '5',
}

const PROVA_NETWORK: readonly NodeEntry[] = [
  { id: 'cabina', ring: 'transformer', nanoOhm: 0 },
  { id: 'via-po', ring: 'street', parent: 'cabina', nanoOhm: 21_000_000 },
  { id: 'casa-1', ring: 'home', parent: 'via-po', nanoOhm: 4_000_000 },
  { id: 'casa-2', ring: 'home', parent: 'via-po', nanoOhm: 6_000_000 },
]

const PROVA_METERS: readonly MeterEntry[] = [
  { id: 'm1', member: 'home-1', site: 'casa-1', from: 0 },
  { id: 'm2', member: 'home-2', site: 'casa-2', from: 0 },
]

/**
 * Prova, the smallest community: two homes in one street, and a cooperative that coordinates. What `changes` names is
 * taken instead.
 */
export function prova(changes: Partial<Sketch> = {}): Sketch {
  return {
    community: 'prova',
    name: 'Prova',
    timezone: 'Europe/Rome',
    coordinator: 'coop',
    network: PROVA_NETWORK,
    members: [sketchedMember('coop', 'cooperative'), sketchedMember('home-1'), sketchedMember('home-2')],
    meters: PROVA_METERS,
    charter: PROVA_CHARTER,
    leafSecret: TEST_LEAF_SECRET,
    ...changes,
  }
}
