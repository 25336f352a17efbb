import { stewardsOf } from '@tri/community'
import { memoryOfAll, openSingle } from '@tri/ledger'
import { Fault, present } from '@tri/units'
import { hex } from '@tri/units/crypto'

import type { EnginePorts, RunningEngine } from './open-ledger.ts'

/**
 * The engine of one steward, signed with the key that the stewards' record names.
 *
 * @throws Fault `key-not-held` when that key is on another box
 */
export function soleEngine({ replica, keys, now, genesis }: EnginePorts): RunningEngine {
  const [steward] = stewardsOf(replica.store).stewards
  const { member, key } = present(steward, 'a book has a steward')
  const pair = keys.keyOf(member)
  if (pair === undefined || hex(pair.publicKey) !== hex(key)) throw new Fault('key-not-held', { member })
  return {
    ordering: openSingle({ replica, key: pair, now, ...(genesis === undefined ? {} : { genesis }) }),
    memory: memoryOfAll([]),
    me: hex(key),
    peer: () => undefined,
  }
}
