import { stewardsOf } from '@tri/community'
import {
  addressFrom,
  connectToDoor,
  doorRequests,
  memoryOfAll,
  type DoorLink,
  type PeerMemory,
  type Replica,
} from '@tri/ledger'
import { hex } from '@tri/units/crypto'

import type { Seat } from './seat-file.ts'

const ANSWER_MS = 3_000

/** What the other stewards remember of a key, asked at their doors. A door that does not answer says nothing. */
export function doorMemory(seat: Seat, replica: Replica): PeerMemory {
  const all = (): PeerMemory =>
    memoryOfAll(
      stewardsOf(replica.store)
        .stewards.filter(({ tls }) => tls.length > 0 && hex(tls) !== hex(seat.tls.publicKey))
        .map(({ tls, addresses }) => memoryBehind(seat, tls, addresses)),
    )
  return {
    lastSignedBy: (key) => all().lastSignedBy(key),
    aliveElsewhere: (key) => all().aliveElsewhere(key),
  }
}

function memoryBehind(seat: Seat, tls: Uint8Array, addresses: readonly string[]): PeerMemory {
  const ask = async (key: Uint8Array) => {
    using link = await firstLink(seat, tls, addresses)
    const answer = await link?.ask(doorRequests.lastSigned, { key }, { waitMs: ANSWER_MS })
    return answer?.ok === true ? answer.value : undefined
  }
  return {
    lastSignedBy: async (key) => (await ask(key))?.seen,
    aliveElsewhere: async (key) => (await ask(key))?.isAlive ?? false,
  }
}

async function firstLink(
  seat: Seat,
  tls: Uint8Array,
  addresses: readonly string[],
): Promise<DoorLink | undefined> {
  for (const address of addresses.map(addressFrom)) {
    if (address === undefined) continue
    try {
      return await connectToDoor({ key: seat.tls }, { ...address, tls }, { waitMs: ANSWER_MS })
    } catch {
      // A steward who is away remembers nothing for us; the next address may answer.
    }
  }
  return undefined
}
