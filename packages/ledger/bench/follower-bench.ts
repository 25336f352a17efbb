import { memoryStore } from '@tri/community'
import { must } from '@tri/units'
import { keyPairFromSeed, sha256 } from '@tri/units/crypto'

import { nodePrimitives } from '../src/chain/node-primitives.ts'
import {
  admissionOf,
  bookDesk,
  chainIdOf,
  genesisDigest,
  genesisText,
  invitationsIn,
  openDoor,
  openFollower,
  type Genesis,
} from '../src/index.ts'
import type { LoneSteward } from './single-bench.ts'

const now = (): number => Date.now()

/** What a new follower costs. */
export interface FollowerFigures {
  readonly operations: number
  /** From opening its empty store to a balance proved from the text on paper, over TLS, ms. */
  readonly newFollowerMs: number
  /** Once more, with what it holds, ms. */
  readonly againMs: number
  readonly proofBytes: number
}

/** Lets a member's new box follow a steward's book. */
export async function followerFigures(steward: LoneSteward): Promise<FollowerFigures> {
  await using at = await doorOf(steward)
  const member = keyPairFromSeed(sha256(new TextEncoder().encode('tri/bench-key/7')))
  const ports = {
    store: memoryStore(),
    genesis: at.text,
    member: 'm0007',
    caller: () => ({ key: member }),
    doors: () => [at.pinned],
  }
  const newFollowerMs = await syncMs(ports)
  using follower = openFollower(ports)
  return {
    operations: steward.replica.sequence,
    newFollowerMs,
    againMs: await syncMs(ports),
    proofBytes: follower.proof?.length ?? 0,
  }
}

async function syncMs(ports: Parameters<typeof openFollower>[0]): Promise<number> {
  const from = performance.now()
  using follower = openFollower(ports)
  const synced = await follower.sync(AbortSignal.timeout(60_000))
  must(synced.ok, 'the steward is believed')
  return performance.now() - from
}

async function doorOf({ replica, ordering }: LoneSteward) {
  const [founding] = replica.operations(1)
  must(founding !== undefined, 'the book begins with its founding')
  const key = keyPairFromSeed(sha256(new TextEncoder().encode('tri/bench-key/0')))
  const genesis: Genesis = {
    community: 'town',
    founding: sha256(founding.bytes),
    stewards: [key.publicKey],
  }
  const chain = chainIdOf(genesisDigest(nodePrimitives, genesis))
  const tls = keyPairFromSeed(sha256(new TextEncoder().encode('tri/bench-key/door')))
  const door = await openDoor(
    {
      key: tls,
      chain,
      now,
      failed: (cause) => {
        throw cause
      },
      admission: admissionOf({
        store: replica.store,
        chain,
        now,
        stewards: () => [],
        invitations: invitationsIn(memoryStore(), now),
      }),
      desk: bookDesk({
        replica,
        ordering,
        source: { genesis, replica, certified: (height) => ordering.certified(height) },
        totals: () => [],
        mayTell: () => false,
        memory: { lastSignedBy: async () => undefined, aliveElsewhere: async () => false },
        document: () => new Uint8Array(),
        ready: () => undefined,
      }),
    },
    { host: '::1', port: 0 },
  )
  return {
    text: genesisText(nodePrimitives, genesis),
    pinned: { host: '::1', port: door.port, tls: tls.publicKey },
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
  }
}
