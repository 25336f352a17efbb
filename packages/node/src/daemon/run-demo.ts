import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as waitFor } from 'node:timers/promises'

import { Fault, present, slotStart } from '@tri/units'

import { openDemo, type Demo } from '../demo/demo-play.ts'
import { demoScript } from '../demo/demo-script.ts'
import { demoKeySeed } from '../demo/demo-seed.ts'
import { BORGO_SOLE, openPack } from '../demo/pack.ts'
import { SPEEDS, isSpeed, type Speed } from '../demo/virtual-clock.ts'
import { problemSentence } from '../problem.ts'
import { dataFolderAt } from './data-folder.ts'
import { coordinatorOf, foundIn } from './init-community.ts'
import { openNode, type OpenNode } from './open-node.ts'
import { nodeLog } from './log.ts'
import type { ListenOptions } from './open-pages.ts'
import { listenWith, type RunningNode } from './run-node.ts'

/** How the demo is played. */
/** How a demo is opened: where it answers, how fast its clock runs, and what it is made from. */
export interface DemoOptions extends ListenOptions {
  readonly speed: number
  readonly seed: number
  /** Kept after the demo ends; without it the demo forgets itself. */
  readonly folder?: string
  /** The clock stands where the past ends: for pictures that should not change by themselves. */
  readonly still?: boolean
  /** The scenario to play; Borgo Sole unless told. */
  readonly pack?: string
  readonly progress?: (title: string, done: number, of: number) => void
  readonly stopping?: AbortSignal
}

/**
 * Opens a neighbourhood from its pack, brings its past to the book by the ordinary ways, and plays on live.
 *
 * @throws Fault `speed-unusable`, `readings-incomplete-pack`, and what `openNode` and `runNode` throw
 */
export async function runDemo(options: DemoOptions): Promise<RunningNode> {
  const startedAt = performance.now()
  if (!isSpeed(options.speed))
    throw new Fault('speed-unusable', { speed: options.speed, speeds: SPEEDS.join(', ') })
  const stopping = new AbortController()
  const signal = AbortSignal.any([
    stopping.signal,
    ...(options.stopping === undefined ? [] : [options.stopping]),
  ])
  await using opening = new AsyncDisposableStack()
  const path = options.folder ?? (await mkdtemp(join(tmpdir(), 'tri-demo-')))
  if (options.folder === undefined) opening.defer(() => rm(path, { recursive: true, force: true }))
  opening.defer(() => stopping.abort())
  const { node, demo } = await openPlayed(path, { ...options, speed: options.speed })
  const running = await prepared(node, async () => {
    await demo.catchUp(signal, (done, of) => options.progress?.('settling the past', done, of))
    return listenWith(node, options, { links: firstReaders(node), startedAt, log: nodeLog() })
  })
  opening.use(running)
  const play = options.still === true ? Promise.resolve() : demo.run(signal)
  opening.defer(() => play.catch(() => undefined))
  opening.defer(() => stopping.abort())
  const held = opening.move()
  const failed = play.then(() => new Promise<never>(() => undefined))
  failed.catch(() => undefined)
  return { ...running, failed, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/** Runs the rest of an opening; a node that does not get that far is closed. */
async function prepared<T>(node: OpenNode, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    await node[Symbol.asyncDispose]()
    throw cause
  }
}

interface Played {
  readonly node: OpenNode
  readonly demo: Demo
}

/** Founds the data folder where it is new, opens it, and puts the play on it. */
async function openPlayed(path: string, options: DemoOptions & { readonly speed: Speed }): Promise<Played> {
  const folder = options.pack ?? BORGO_SOLE
  const pack = await openPack(folder)
  if (!pack.ok) {
    throw new Fault('readings-incomplete-pack', {
      path: folder,
      problems: pack.refusal.map((one) => problemSentence(one)),
    })
  }
  const script = demoScript(pack.value, options.speed)
  const { document } = pack.value
  if (!existsSync(dataFolderAt(path).community)) {
    await foundIn(path, {
      document,
      coordinator: coordinatorOf(document),
      seedOf: (member) => demoKeySeed(options.seed, member),
      // No member has such an id.
      leafSecret: demoKeySeed(options.seed, '/leaves'),
      at: slotStart(script.from),
      id: `found-${document.id}`,
    })
  }
  let demo: Demo | undefined
  const playing = () => present(demo, 'the play is open before anybody asks for the time')
  const node = await openNode(path, {
    mode: 'demo',
    clock: {
      nowMs: () => playing().clock.nowMs(),
      get speed() {
        return playing().clock.speed
      },
    },
    livePower: () => playing().livePower(),
  })
  demo = openDemo(
    {
      store: node.view.store,
      writer: node.writer,
      kernel: node.view.kernel,
      household: node.view.household,
      together: (work) => node.keepTogether(work),
      wallMs: () => performance.now(),
      wait: (ms, signal) => waitFor(ms, undefined, { signal }).catch(() => undefined),
      note: () => undefined,
    },
    script,
  )
  return { node, demo }
}

/** Whom the demo lets in first: a household with a roof of its own, and the coordinator. */
function firstReaders({ view }: OpenNode): string[] {
  const { members, meters } = view.document
  const roofs = new Set(meters.filter(({ role }) => role === 'production').map(({ member }) => member))
  const household = members.find(({ id, kind }) => kind === 'household' && roofs.has(id))
  return [...(household === undefined ? [] : [household.id]), coordinatorOf(view.document)]
}
