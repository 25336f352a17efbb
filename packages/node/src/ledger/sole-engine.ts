import { memberOfKey, refoundedAfter, stewardsOf } from '@tri/community'
import { memoryOfAll, openSingle, type Genesis, type Replica } from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { EnginePorts, RunningEngine } from './open-ledger.ts'

/**
 * The engine of one steward, signed with the key that the stewards' record names; after a founding anew with the one that
 * the members signed for, until the record names it.
 *
 * @throws Fault `key-not-held` when that key is on another box; `refounding-refused`
 */
export function soleEngine({ replica, keys, now, genesis, refounding }: EnginePorts): RunningEngine {
  const { member, key } = signerOf(replica, genesis)
  const pair = keys.keyOf(member)
  if (pair === undefined || hex(pair.publicKey) !== hex(key)) throw new Fault('key-not-held', { member })
  return {
    ordering: openSingle({
      replica,
      key: pair,
      now,
      ...(genesis === undefined ? {} : { genesis }),
      ...(refounding === undefined ? {} : { refounding }),
    }),
    memory: memoryOfAll([]),
    me: hex(pair.publicKey),
    peer: () => undefined,
  }
}

function signerOf({ store }: Replica, genesis: Genesis | undefined) {
  const steward = present(stewardsOf(store).stewards[0], 'a book has a steward')
  const [heir] = genesis?.stewards ?? []
  if (heir === undefined || refoundedAfter(store) >= (genesis?.previous?.height ?? 0)) return steward
  return { member: memberOfKey(store, heir)?.id ?? steward.member, key: heir }
}
