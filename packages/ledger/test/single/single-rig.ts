import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  OPERATION_VERSION,
  signOperation,
  signedAct,
  type Act,
  type KeyValue,
  type SignedOperation,
} from '@tri/community'
import { foundingOf, prova, seededKey, type Sketch } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs, must } from '@tri/units'
import { sha256, type KeyPair } from '@tri/units/crypto'

import { nodePrimitives } from '../../src/chain/node-primitives.ts'
import { trustOf, type Genesis } from '../../src/genesis.ts'
import type { Ordering } from '../../src/ordering.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { openSingle } from '../../src/single/single-ordering.ts'
import type { OrderingRig } from '../../src/testing/ordering-suite.ts'

export const FOUNDED_AT = 1_780_315_200_000
const key = seededKey('coop')

/** The founding of Prova, as its coordinator signs it. */
export function founding(store: KeyValue, sketch: Sketch = prova()): SignedOperation {
  const signer = { by: 'coop', key, id: 'founding', at: FOUNDED_AT, community: 'prova' }
  return signedAct(store, signer, foundingOf(sketch))
}

/** An operation of a member, with a number of her own. */
export function signed(by: string, nonce: number, act: Act): SignedOperation {
  const member = seededKey(by)
  return signOperation(member, {
    v: OPERATION_VERSION,
    community: 'prova',
    id: `op-${by}-${nonce}`,
    by,
    key: member.publicKey,
    at: FOUNDED_AT + nonce,
    expiresAt: FOUNDED_AT + 86_400_000,
    nonce,
    ...act,
  })
}

export interface SingleRig extends OrderingRig {
  readonly replica: Replica
  readonly genesis: Genesis
  reopen(key?: KeyPair, options?: { readonly bytesMax?: number }): Promise<void>
}

interface RigOptions {
  readonly sketch?: Sketch
  readonly bytesMax?: number
}

/** A clock that stands still: a block's time then follows the one before. */
const now = () => epochMs(FOUNDED_AT)

/** One steward with a book of Prova's in a folder of its own. */
export async function singleRig({ sketch, ...room }: RigOptions = {}): Promise<SingleRig> {
  const folder = mkdtempSync(join(tmpdir(), 'tri-single-'))
  const path = join(folder, 'book.sqlite')
  const open = (by = key, options: Pick<RigOptions, 'bytesMax'> = {}): readonly [Replica, Ordering] => {
    const opened = openReplica(path, { kernel: typescriptKernel }, options)
    try {
      return [opened, openSingle({ replica: opened, key: by, now })]
    } catch (error) {
      opened[Symbol.dispose]()
      throw error
    }
  }
  let [replica, ordering] = open(key, room)
  const close = async (): Promise<void> => {
    await ordering[Symbol.asyncDispose]()
    replica[Symbol.dispose]()
  }
  const first = founding(replica.store, sketch)
  const taken = await ordering.submit(first)
  must(taken.ok, 'the founding is taken')
  const genesis: Genesis = { community: 'prova', founding: sha256(first.bytes), stewards: [key.publicKey] }
  const founded = new AbortController()
  for await (const block of ordering.finalised(1, founded.signal)) if (block.height === 1) founded.abort()
  return {
    get ordering() {
      return ordering
    },
    get replica() {
      return replica
    },
    get copies() {
      return [replica]
    },
    genesis,
    trust: trustOf(nodePrimitives, genesis),
    async reopen(by, options) {
      await close()
      ;[replica, ordering] = open(by, options)
    },
    async [Symbol.asyncDispose]() {
      await close()
      rmSync(folder, { recursive: true })
    },
  }
}
