import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { epochMs, must, SLOT_MS } from '@tri/units'
import { keyPairFromSeed } from '@tri/units/crypto'

import { openVault, type Vault } from '../src/index.ts'
import { seededDice } from '../src/testing/index.ts'
import { STREAM_FROM, streamEntry } from './stream.ts'

const HOME = join(import.meta.dirname, 'streaming-home.ts')

/**
 * A folder for a vault that is killed. A kill is no power cut: the kernel keeps what it was given, so that a folder in memory
 * proves as much as one on a disk, in a fraction of the time.
 */
export function killedFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tri-vault-'))
}

/** What became of a vault whose process was killed again and again. */
export interface KilledLives {
  readonly kills: number
  /** Entries that were acknowledged, and every one of them found once. */
  readonly acknowledged: number
}

/** Lets a process stream into a vault and kills it at moments of the seed's, then looks for all it acknowledged. */
export async function killedLives(
  path: string,
  { kills, seed }: { readonly kills: number; readonly seed: string },
): Promise<KilledLives> {
  const dice = seededDice(seed)
  let acknowledged = 0
  for (let life = 0; life < kills; life++) {
    const [roll = 0] = dice(1)
    acknowledged = await killedAfter(path, acknowledged, 1 + (roll % 24))
    // Looked through after every life, and opened by the next: whatever a death left behind must not grow.
    if (life % 25 === 24) lookThrough(path, acknowledged)
  }
  lookThrough(path, acknowledged)
  return { kills, acknowledged }
}

async function killedAfter(path: string, from: number, calls: number): Promise<number> {
  const child = spawn(process.execPath, [HOME, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let acknowledged = from
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line)
    // The process goes on while its words travel: it dies in the middle of something.
    if (++seen === calls) child.kill('SIGKILL')
  }
  await gone
  must(seen >= calls, 'the stream was killed, and did not end by itself')
  return acknowledged
}

/** Opens the vault as its household does, and compares it with the stream. */
function lookThrough(path: string, acknowledged: number): void {
  using vault = openVault({
    path,
    key: new Uint8Array(32).fill(1),
    owner: 'home-1',
    household: keyPairFromSeed(new Uint8Array(32).fill(2)),
    dice: seededDice('looking'),
    clock: { now: () => epochMs(0) },
  })
  const found = new Map([...keptOf(vault, 'casa'), ...keptOf(vault, 'tetto')])
  for (let n = 0; n < acknowledged; n++) {
    const entry = streamEntry(n)
    const at = entry.is === 'slot' ? entry.slot * SLOT_MS : entry.takenAt
    const value = entry.is === 'slot' ? entry.importWh : entry.importRegisterWh
    must(found.get(`${entry.meter}/${entry.is}/${at}`) === value, 'an acknowledged entry is lost', { n })
  }
  must(vault.conflicts('casa').length + vault.conflicts('tetto').length === 0, 'something is there twice')
  const check = vault.check()
  let step = check.next()
  while (step.done !== true) step = check.next()
  const { damaged, unsigned, isLogWhole } = step.value
  must(damaged.length + unsigned.length === 0 && isLogWhole, 'the blocks are whole')
}

function keptOf(vault: Vault, meter: string): [string, number | null][] {
  const range = { from: epochMs(STREAM_FROM - 86_400_000), until: epochMs(STREAM_FROM + 366 * 86_400_000) }
  const asked = { owner: 'home-1', purpose: 'household', meter, ...range } as const
  const slots = vault.view({ ...asked, grain: 'slot' })
  const kept: [string, number | null][] = []
  if (slots.ok)
    kept.push(
      ...slots.value.rows.map((row): [string, number] => [
        `${meter}/slot/${row.slot * SLOT_MS}`,
        row.importWh,
      ]),
    )
  // A view of seconds has a limit that this range exceeds; the stream fills two days at most.
  for (let from = range.from; from < range.until; from = epochMs(from + 2 * 86_400_000)) {
    const seen = vault.view({ ...asked, grain: 'second', from, until: epochMs(from + 2 * 86_400_000) })
    if (!seen.ok || (seen.value.rows.length === 0 && from > STREAM_FROM)) break
    kept.push(
      ...seen.value.rows.map((row): [string, number | null] => [
        `${meter}/reading/${row.at}`,
        row.importRegisterWh,
      ]),
    )
  }
  return kept
}
