import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { epochMs, Fault, must } from '@tri/units'
import { keyPairFromSeed } from '@tri/units/crypto'

import { openVault, type Vault } from '../src/index.ts'
import { seededDice } from '../src/testing/index.ts'
import { STREAM_FROM, streamEntry } from './stream.ts'

/** What became of a vault on a file system that filled up and was made larger under it. */
export interface FilledDisk {
  readonly acknowledged: number
  readonly refused: number
}

/** Streams into a vault on a file system of 700 kB until it is full, makes room, and goes on in the same process. Needs root. */
export function filledDisk(): FilledDisk {
  const folder = mkdtempSync(join(tmpdir(), 'tri-full-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'tmpfs', folder])
  try {
    using vault = openVault({
      path: join(folder, 'vault.sqlite'),
      key: new Uint8Array(32).fill(1),
      owner: 'home-1',
      household: keyPairFromSeed(new Uint8Array(32).fill(2)),
      dice: seededDice('full disk'),
      clock: { now: () => epochMs(STREAM_FROM) },
    })
    let acknowledged = 0
    const refused = 5
    for (let times = 0; times < refused; times++) acknowledged = untilFull(vault, acknowledged)
    must(kept(vault) === acknowledged, 'a full disk lost or doubled what was acknowledged')
    execFileSync('mount', ['-o', 'remount,size=8m', folder])
    vault.append(Array.from({ length: 300 }, (_, i) => streamEntry(acknowledged + i)))
    must(kept(vault) === acknowledged + 300, 'the vault goes on once there is room')
    return { acknowledged, refused }
  } finally {
    execFileSync('umount', [folder])
    rmdirSync(folder)
  }
}

function untilFull(vault: Vault, from: number): number {
  for (let next = from; ; next += 30) {
    try {
      vault.append(Array.from({ length: 30 }, (_, i) => streamEntry(next + i)))
    } catch (error) {
      must(error instanceof Fault && error.code === 'vault-disk-full', 'a full disk is named')
      return next
    }
  }
}

/** Entries that the household sees, of both meters. */
function kept(vault: Vault): number {
  const day = 86_400_000
  let count = 0
  for (const meter of ['casa', 'tetto'])
    for (let from = STREAM_FROM - day; from < STREAM_FROM + 200 * day; from += 2 * day)
      for (const grain of ['second', 'slot'] as const) {
        const range = { from: epochMs(from), until: epochMs(from + 2 * day) }
        const seen = vault.view({ owner: 'home-1', purpose: 'household', grain, meter, ...range })
        if (seen.ok) count += seen.value.rows.length
      }
  return count
}
