import { memoryStore } from '@tri/community'
import { seededKey } from '@tri/community/testing'
import { accept } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import { admissionOf } from '../../src/channel/admission.ts'
import { bookDesk, type BookDeskPorts } from '../../src/channel/book-desk.ts'
import type { Desk } from '../../src/channel/desk.ts'
import { openDoor, type Door } from '../../src/channel/door.ts'
import type { PinnedDoor } from '../../src/channel/door-link.ts'
import { invitationsIn, type Invitations } from '../../src/channel/invitations.ts'
import { chainIdOf, genesisDigest } from '../../src/genesis.ts'
import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import type { Ordering, Standing } from '../../src/ordering.ts'
import type { StewardTown } from '../../src/testing/steward-town.ts'

type TownOrdering = Pick<Ordering, 'submit' | 'standingOf' | 'settled' | 'certified'>

/** Puts every operation into the town's book at once: one block each. */
export function townOrdering({
  stage,
  source,
  replica,
}: StewardTown): TownOrdering & { readonly submitted: string[] } {
  const standings = new Map<string, Standing>()
  const submitted: string[] = []
  return {
    submitted,
    submit: async (operation) => {
      const digest = hex(sha256(operation.bytes))
      submitted.push(digest)
      const known = standings.get(digest)
      if (known !== undefined) return accept(known)
      const played = stage.book.apply(operation)
      const { height, sequence } = replica
      const standing: Standing = played.ok
        ? { is: 'final', height, sequence }
        : { is: 'refused', refusal: played.refusal }
      standings.set(digest, standing)
      return accept(standing)
    },
    standingOf: (digest) => standings.get(digest) ?? { is: 'unknown' },
    settled: async (digest) => standings.get(digest) ?? { is: 'unknown' },
    certified: (height = replica.height) => source.certified(height),
  }
}

export interface TownDoor extends AsyncDisposable {
  readonly door: Door
  readonly pinned: PinnedDoor
  readonly invitations: Invitations
  readonly failures: unknown[]
}

/** A real door onto the town's book; `of` replaces parts of it, to make a steward silent or a liar. */
export async function townDoor(
  town: StewardTown,
  of: {
    readonly name?: string
    readonly port?: number
    readonly host?: string
    readonly desk?: (honest: Desk) => Partial<Desk>
    readonly ports?: Partial<BookDeskPorts>
  } = {},
): Promise<TownDoor> {
  const key = seededKey(of.name ?? 'door')
  const chain = chainIdOf(genesisDigest(nodePrimitives, town.genesis))
  const now = () => town.stage.now()
  const invitations = invitationsIn(memoryStore(), now)
  const failures: unknown[] = []
  const desk = bookDesk({
    replica: town.replica,
    source: town.source,
    ordering: townOrdering(town),
    totals: () => [],
    mayTell: () => false,
    memory: { lastSignedBy: async () => undefined, aliveElsewhere: async () => false },
    document: () => new Uint8Array(),
    ready: () => undefined,
    ...of.ports,
  })
  const door = await openDoor(
    {
      key,
      chain,
      now,
      admission: admissionOf({
        store: town.replica.store,
        chain,
        now,
        stewards: () => [{ member: 'coop', tls: seededKey('steward-box').publicKey }],
        invitations,
      }),
      desk: { ...desk, ...of.desk?.(desk) },
      failed: (cause) => failures.push(cause),
    },
    { host: of.host ?? '::1', port: of.port ?? 0 },
  )
  return {
    door,
    invitations,
    failures,
    pinned: { host: '::1', port: door.port, tls: key.publicKey },
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  }
}
