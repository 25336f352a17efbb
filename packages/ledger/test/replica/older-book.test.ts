import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { prova, stageFor, unblinded } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { present } from '@tri/units'
import { hex } from '@tri/units/crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ReplicaPorts } from '../../src/replica/chain-replica.ts'
import { memoryReplica } from '../../src/replica/memory-replica.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'
import { exportBook } from '../../src/snapshot/export-book.ts'
import { restoreBook } from '../../src/snapshot/restore-book.ts'
import { restoreSnapshot } from '../../src/snapshot/restore-snapshot.ts'
import { replicaBook } from '../../src/testing/replica-book.ts'

const ports: ReplicaPorts = { kernel: typescriptKernel, snapshots: { every: 5, lag: 3, chunkBytes: 600 } }
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tri-older-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const rootAt = (replica: Replica, height: number): string =>
  hex(present(replica.blockRecord(height), 'the block is kept').stateRoot)

/** A book of nine blocks on a file, with a snapshot of the fifth. */
function lifeOn(
  path: string,
  sketch: ReturnType<typeof prova>,
): { readonly root: string; readonly lines: string[] } {
  using replica = openReplica(path, ports)
  const stage = stageFor(sketch, { book: replicaBook(replica) })
  for (let i = 1; i < 9; i++) stage.does('home-1', { kind: 'credit.transfer', to: 'home-2', amount: i })
  return { root: hex(replica.stateRoot), lines: [...exportBook(replica)] }
}

describe.each([
  ['with blinded leaves', prova()],
  ['from before leaves were blinded', unblinded(prova())],
])('a book %s', (_, sketch) => {
  test('has the same root when it is opened again, played again, and filled from a snapshot', async () => {
    const path = join(folder, 'book.sqlite')
    const { root, lines } = lifeOn(path, sketch)
    using again = openReplica(path, ports)
    expect(hex(again.stateRoot)).toBe(root)
    const elsewhere = join(folder, 'elsewhere')
    mkdirSync(elsewhere)
    await restoreBook(lines, join(elsewhere, 'book.sqlite'), ports)
    using rebuilt = openReplica(join(elsewhere, 'book.sqlite'), ports)
    expect(hex(rebuilt.stateRoot)).toBe(root)
    const newcomer = memoryReplica(ports)
    const { height, leaves, chunk } = present(again.snapshots().at(-1), 'a snapshot is vouched for')
    const chunks = leaves.map((__, i) => present(chunk(i), 'every part is kept'))
    restoreSnapshot(newcomer, { height, leaves, chunks }, {})
    expect(hex(newcomer.stateRoot)).toBe(rootAt(again, height))
    for (const block of again.blocks(height + 1)) newcomer.commit(newcomer.execute(block))
    expect(hex(newcomer.stateRoot)).toBe(root)
  })
})
