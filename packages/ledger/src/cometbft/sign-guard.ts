import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { Fault } from '@tri/units'

import { fieldOf, jsonIn, signStateIn, writeJson, type SignState } from './engine-home.ts'
import { isLater, type PeerMemory } from './peer-memory.ts'

// Two boxes that sign with one key can make both sides of a split final: the one thing a steward must never do. CometBFT
// remembers on its own disk what it signed, which a copied disk repeats. So a home is bound to the box and the folder it
// was made in, and before the engine starts the other stewards are asked what they saw.

/** The file that binds a home to its box. */
export const BOX_FILE = 'box.json'

/** What a box is known by, as far as it can tell: a copied folder has another inode, a copied disk another machine. */
export interface Box {
  readonly machine: string
  readonly inode: string
  readonly device: string
}

/** What the guard asks, and how long it waits. */
export interface GuardPorts {
  readonly home: string
  readonly key: Uint8Array
  readonly memory: PeerMemory
  /** What this box is; found out when left out. */
  readonly box?: Box
  /** How long a node with this key may still seem connected after a power cut, in ms. */
  readonly patienceMs?: number
  readonly signal?: AbortSignal
}

/** A link to a box that lost its power is given up within this time. */
const PATIENCE_MS = 90_000
const ASK_AGAIN_MS = 1_000

/**
 * Whether this home may sign. Passes quietly, or says why not.
 *
 * @throws Fault `steward-copied` when the home was made on another box or is a copy; `steward-behind-itself` when the
 *               others saw its key sign later than it remembers; `steward-alive-elsewhere` when its key is at work elsewhere
 */
export async function mustBeTheOnlySigner(ports: GuardPorts): Promise<void> {
  const { home, key, memory, signal } = ports
  await mustBeAtHome(home, ports.box ?? (await thisBox(home)))
  const own = await signStateIn(home)
  const seen = await memory.lastSignedBy(key)
  if (seen !== undefined && isLater(seen, own))
    throw new Fault('steward-behind-itself', { seen: told(seen), own: told(own) })
  const until = performance.now() + (ports.patienceMs ?? PATIENCE_MS)
  while (await memory.aliveElsewhere(key)) {
    if (performance.now() >= until) throw new Fault('steward-alive-elsewhere')
    await pause(ASK_AGAIN_MS, undefined, signal === undefined ? {} : { signal })
  }
}

/** Binds a new home to this box. One that is bound already stays as it is. */
export async function bindHome(home: string, box?: Box): Promise<void> {
  const path = join(home, BOX_FILE)
  if ((await jsonIn(path)) === undefined) await writeJson(path, box ?? (await thisBox(home)))
}

/** What this box and this folder are known by. */
export async function thisBox(home: string): Promise<Box> {
  const { ino, dev } = await stat(home, { bigint: true })
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '')
  return { machine: machine.trim(), inode: String(ino), device: String(dev) }
}

async function mustBeAtHome(home: string, box: Box): Promise<void> {
  const kept = await jsonIn(join(home, BOX_FILE))
  if (kept === undefined) throw new Fault('steward-copied', { path: home, reason: `${BOX_FILE} is missing` })
  for (const name of ['machine', 'inode', 'device'] as const)
    if (fieldOf(kept, name) !== box[name])
      throw new Fault('steward-copied', { path: home, reason: `another ${name} than it was made with` })
}

function told({ height, round, step }: SignState): string {
  return `${height}/${round}/${step}`
}
