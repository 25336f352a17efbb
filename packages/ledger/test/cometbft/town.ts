import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { signOperation, type Act, type SignedOperation } from '@tri/community'
import { JUNE_MS, foundingOf, prova, seededKey, sketchedMember } from '@tri/community/testing'
import { typescriptKernel } from '@tri/exchange'
import { epochMs } from '@tri/units'
import { hex, sha256 } from '@tri/units/crypto'
import { test } from 'vitest'

import { findEngine } from '../../src/cometbft/engine-binary.ts'
import {
  localQuorum,
  type LocalQuorum,
  type LocalQuorumPorts,
  type LocalSteward,
} from '../../src/cometbft/local-quorum.ts'
import type { Standing } from '../../src/ordering.ts'
import { openReplica } from '../../src/replica/open-replica.ts'
import type { Replica } from '../../src/replica/replica.ts'

/** When every operation of these towns is signed, and their chains begin. */
export const NOON = epochMs(JUNE_MS)
/** No test waits longer for anything. */
export const PATIENCE_MS = 60_000
const STEWARDS_MAX = 8

const engine = await findEngine().catch(() => undefined)
const isDemanded = process.env['CI'] === 'true'
/** In CI an engine that is missing fails the tests that need it. */
export const hasEngine = engine !== undefined || isDemanded

/** A test with real engines: left out, with a word, where there is none; in CI it must be there. */
export const engineTest = !hasEngine
  ? (title: string, _work: () => Promise<void>) =>
      test.skip(`${title} (no cometbft on this machine)`, () => {})
  : (title: string, work: () => Promise<void>) =>
      // Up to eight engines and this process share the machine with other tests: what came too late is tried again.
      test(title, { timeout: 4 * PATIENCE_MS, retry: 2 }, work)

/** A community with a neighbour for every steward there may be, and everybody's pen. */
export interface Town {
  readonly quorum: LocalQuorum
  /** Signs an act; nonces count up for each member. */
  readonly signed: (by: string, act: Act) => SignedOperation
  /** Hands an act to a steward and waits until it is final or refused. */
  readonly act: (by: string, act: Act, steward?: LocalSteward) => Promise<Standing>
  /** Hands in what was signed, again and again while the engine is not up, and gives its digest. */
  readonly submit: (operation: SignedOperation, steward?: LocalSteward) => Promise<string>
  readonly pay: (steward?: LocalSteward) => Promise<Standing>
  readonly found: () => Promise<Standing>
}

export const stewardMember = (number: number): string => `home-${number}`

export function townSketch(): ReturnType<typeof prova> {
  const homes = Array.from({ length: STEWARDS_MAX }, (_, i) => sketchedMember(stewardMember(i + 1)))
  return prova({ members: [sketchedMember('coop', 'cooperative'), ...homes] })
}

export function digestOf(operation: SignedOperation): string {
  return hex(sha256(operation.bytes))
}

/** Opens the book of a steward on SQLite, in her folder. */
export function bookIn(folder: string): Replica {
  return openReplica(join(folder, 'book.sqlite'), { kernel: typescriptKernel })
}

type TownPorts = Partial<LocalQuorumPorts>

/** A town whose stewards run on this machine; nobody has founded it yet. */
export async function openTown(ports: TownPorts = {}): Promise<{
  readonly town: Town
  readonly quorum: LocalQuorum
  readonly folder: string
  readonly close: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'tri-town-'))
  for (let number = 1; number <= STEWARDS_MAX; number++) await mkdir(join(folder, `steward-${number}`))
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const quorum = await localQuorum({
      count: 4,
      folder,
      openReplica: (_, at) => bookIn(at),
      chainId: 'tri-town',
      time: NOON,
      ...ports,
    })
    const close = async (): Promise<void> => {
      await quorum[Symbol.asyncDispose]()
      await clear()
    }
    return { town: townOf(quorum), quorum, folder, close }
  } catch (error) {
    await clear()
    throw error
  }
}

/** A founded town whose stewards run on this machine; everything is gone afterwards. */
export async function inTown(
  ports: TownPorts,
  work: (town: Town, folder: string) => Promise<void>,
): Promise<void> {
  const { town, folder, close } = await openTown(ports)
  try {
    await town.found()
    await work(town, folder)
  } finally {
    await close()
  }
}

export function townOf(quorum: LocalQuorum, begun: Pen = pen()): Town {
  const first = (): LocalSteward => quorum.stewards.find(({ isRunning }) => isRunning) ?? quorum.steward(1)
  const { signed } = begun
  const submit: Town['submit'] = async (operation, steward = first()) => {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const taken = await steward.ordering.submit(operation)
      if (taken.ok) return digestOf(operation)
      signal.throwIfAborted()
      await nextTurn()
    }
  }
  const act: Town['act'] = async (by, what, steward = first()) => {
    const digest = await submit(signed(by, what), steward)
    return steward.ordering.settled(digest, AbortSignal.timeout(PATIENCE_MS))
  }
  return {
    quorum,
    signed,
    submit,
    act,
    found: () => act('coop', foundingOf(townSketch())),
    pay: (steward) => act('home-1', { kind: 'credit.transfer', to: 'home-2', amount: 1 }, steward),
  }
}

/** Signs for everybody in the town. */
export interface Pen {
  readonly signed: Town['signed']
}

export function pen(): Pen {
  const nonces = new Map<string, number>()
  let count = 0
  return {
    signed(by, what) {
      const nonce = (nonces.get(by) ?? 0) + 1
      nonces.set(by, nonce)
      const key = seededKey(by)
      return signOperation(key, {
        v: 1,
        community: 'prova',
        id: `op-${++count}`,
        by,
        key: key.publicKey,
        at: NOON,
        expiresAt: NOON + 86_400_000,
        nonce,
        ...what,
      })
    },
  }
}

/** Waits until something holds, asked at every turn of the loop; a bound ends it. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  while (!(await holds())) {
    if (signal.aborted) throw new Error(`never came: ${what}`)
    await nextTurn()
  }
}

/** The last height at which every steward that runs has a block, and the roots there. */
export function commonRoots(quorum: LocalQuorum): { readonly height: number; readonly roots: Set<string> } {
  const running = quorum.stewards.filter(({ isRunning }) => isRunning)
  const height = Math.min(...running.map(({ replica }) => replica.height))
  const roots = running.map(({ replica }) => hex(replica.blockRecord(height)?.stateRoot ?? new Uint8Array()))
  return { height, roots: new Set(roots) }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
