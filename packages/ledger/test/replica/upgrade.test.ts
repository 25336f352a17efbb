import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PROTOCOL_FIRST, apply, type Act, type KeyValue } from '@tri/community'
import { prova, seededKey, stageFor, type Stage } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { hex, sha256 } from '@tri/units/crypto'
import { describe, expect, test } from 'vitest'

import { fieldsIn } from '../../src/replica/bytes.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Protocol, Protocols } from '../../src/replica/protocol.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { Applied } from '../../src/replica/trail.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

const kernel = typescriptKernel
const NOTE = 'note'

const TOO_MUCH: Applied = { ok: false, refusal: { is: 'limit-exceeded', details: {} } }

/** A second version of the rules: nobody pays more than 100 µCC at once, and the state has a record of its own. */
const SECOND: Protocol = {
  apply(store, operation, ports) {
    const { amount = 0 } = fieldsIn(operation.bytes)
    if (typeof amount === 'number' && amount > 100) return TOO_MUCH
    return apply(store, operation, ports)
  },
  migrate: (store) => store.set(NOTE, Uint8Array.of(2)),
}
const OLD: Protocols = new Map([[PROTOCOL_FIRST, { apply }]])
const NEW: Protocols = new Map<number, Protocol>([...OLD, [2, SECOND]])

const pay = (amount: number): Act => ({ kind: 'credit.transfer', to: 'home-2', amount })

/** The coordinator, who keeps the book alone, agrees with herself on version 2 from a height on. */
function agree(stage: Stage, height: number): void {
  const key = seededKey('coop').publicKey
  const steward = {
    member: 'coop',
    key,
    node: sha256(key).slice(0, 20),
    tls: seededKey('door').publicKey,
    addresses: [],
  }
  stage.does('coop', { kind: 'steward.propose', stewards: [steward], protocol: { version: 2, height } })
}

function upgraded(replica: Replica): Stage {
  const stage = stageFor(prova(), { book: replicaBook(replica) })
  agree(stage, 4)
  stage.does('home-1', pay(200))
  return stage
}

function noteOf({ store }: { readonly store: KeyValue }): Uint8Array | undefined {
  return store.get(NOTE)
}

describe('an upgrade at a height', () => {
  test('lives by the old rules up to the height, and by the new ones from there', () => {
    const replica = memoryReplica({ kernel, protocols: NEW })
    const stage = upgraded(replica)
    expect([replica.height, noteOf(replica)]).toEqual([3, undefined])
    expect(stage.refusalOf('home-1', pay(200))).toBe('limit-exceeded')
    stage.does('home-1', pay(50))
    expect([replica.height, noteOf(replica)]).toEqual([4, Uint8Array.of(2)])
    stage.does('home-1', pay(60))
    expect(stage.refusalOf('home-1', pay(101))).toBe('limit-exceeded')
  })

  test('gives every copy the same roots, also one that replays from its file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tri-upgrade-'))
    const path = join(folder, 'book.sqlite')
    const root = ((): string => {
      using replica = openReplica(path, { kernel, protocols: NEW })
      upgraded(replica).does('home-1', pay(50))
      const other = memoryReplica({ kernel, protocols: NEW })
      for (const block of replica.blocks(1)) other.commit(other.execute(block))
      expect(hex(other.stateRoot)).toBe(hex(replica.stateRoot))
      return hex(replica.stateRoot)
    })()
    using again = openReplica(path, { kernel, protocols: NEW })
    expect(hex(again.stateRoot)).toBe(root)
    again[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })

  test('stops a program that does not know the new rules before the height, and loses nothing', () => {
    const replica = memoryReplica({ kernel, protocols: OLD })
    const stage = upgraded(replica)
    expect(replica.height).toBe(3)
    expect(() => stage.act('home-1', pay(5))).toThrow(
      expect.objectContaining({ code: 'program-too-old', details: { version: 2, height: 4 } }),
    )
    expect(replica.height).toBe(3)
    expect(replica.sequence).toBe(3)
  })
})
