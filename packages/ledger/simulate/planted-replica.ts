import { balanceOf, type KeyValue } from '@tri/community'
import { canonicalBytes, fromCanonicalBytes, type Canonical } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'

import type { FinalBlock, SignedBytes } from '../src/ordering.ts'
import type { BlockInput, Execution, Replica } from '../src/replica/replica.ts'
import type { Steward, World } from './world.ts'

/**
 * The replica of a steward with its planted mistake, so that the simulator can be seen to find it; the replica itself
 * where there is none.
 */
export function plantedReplica(world: World, steward: Steward, replica: Replica): Replica {
  const strikes = (): boolean => replica.height > 1 && world.dice('plant').chance(0.3)
  switch (steward.plant) {
    case 'loses-operation':
      return over(replica, losing(replica, strikes))
    case 'applies-twice':
      return over(replica, {
        commit: (execution) => {
          const block = replica.commit(execution)
          if (strikes()) payAgain(replica.store, block)
          return block
        },
      })
    case 'other-root':
      return over(replica, {
        execute: (block) => {
          const execution = replica.execute(block)
          return strikes() ? { ...execution, stateRoot: sha256(execution.stateRoot) } : execution
        },
        commit: (execution) => replica.commit(replica.execute(execution.block)),
      })
    case 'check-leaves-trace':
      return over(replica, {
        check: (operation) => {
          if (strikes()) replica.store.set(`trace/${hex(sha256(operation.bytes))}`, operation.signature)
          return replica.check(operation)
        },
      })
    case undefined:
    case 'forgets-synced':
    case 'says-final-early':
    case 'takes-any-block':
    case 'tells-of-others':
      return replica
    default:
      return steward.plant
  }
}

/** A replica in which some things are done otherwise. */
function over(replica: Replica, other: Partial<Replica>): Replica {
  return new Proxy(replica, {
    get(target, name) {
      const value: unknown = Reflect.get(name in other ? other : target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Leaves the last operation out and says that it was applied. */
function losing(replica: Replica, strikes: () => boolean): Partial<Replica> {
  const played = new WeakMap<Execution, Execution>()
  return {
    execute(block: BlockInput) {
      const kept: readonly SignedBytes[] = strikes() ? block.operations.slice(0, -1) : block.operations
      const truth = replica.execute({ ...block, operations: kept })
      const told = { ...truth, block }
      played.set(told, truth)
      return told
    },
    commit: (execution) => replica.commit(played.get(execution) ?? execution),
  }
}

/** Moves the credit of a final transfer a second time, past the book. */
function payAgain(store: KeyValue, { operations }: FinalBlock): void {
  for (const { bytes } of operations) {
    const operation = fromCanonicalBytes(bytes)
    if (!isTransfer(operation) || balanceOf(store, operation.to) === undefined) continue
    add(store, operation.by, -operation.amount)
    add(store, operation.to, operation.amount)
  }
}

interface Transfer {
  readonly by: string
  readonly to: string
  readonly amount: number
}

function isTransfer(value: unknown): value is Transfer {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'credit.transfer'
}

function add(store: KeyValue, account: string, amount: number): void {
  const key = `account/${account}`
  const record = fromCanonicalBytes(store.get(key) ?? new Uint8Array()) as Record<string, Canonical>
  store.set(key, canonicalBytes({ ...record, balance: Number(record['balance']) + amount }))
}
