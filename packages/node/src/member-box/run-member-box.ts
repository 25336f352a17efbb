import { setTimeout as pause } from 'node:timers/promises'

import { operationFrom } from '@tri/community'
import type { Carried } from '@tri/ledger'
import type { Log, Platform } from '@tri/platform'
import { epochMs } from '@tri/units'

import { dataFolderAt, removeRunning, writeRunning, type DataFolder } from '../daemon/data-folder.ts'
import { nodeLog } from '../daemon/log.ts'
import { logFailure } from '../daemon/run-node.ts'
import { openPages, type ListenOptions, type OneTimeLink, type OpenPages } from '../daemon/open-pages.ts'
import { openOwnerDoor } from '../owner/door.ts'
import { boxHandlers } from './box-handlers.ts'
import { boxReport, type BoxReport } from './box-report.ts'
import { runBoxTask } from './box-tasks.ts'
import { openMemberBox, type Answered, type MemberBox } from './open-member-box.ts'

/** ms between two looks at the stewards. */
const LOOK_EVERY_MS = 30_000

/** What a member's own box is run with. */
export interface MemberBoxRun {
  readonly folder: string
  readonly signal: AbortSignal
  /** Told after each look whose outcome or height is another than before. */
  readonly told?: (report: BoxReport) => void
  readonly everyMs?: number
  readonly ways?: readonly ('beacon' | 'name')[]
  /** Where its pages are served; nowhere when left out. */
  readonly pages?: ListenOptions
  readonly log?: Log
}

/** A member's own box that looks at the stewards again and again. */
export interface RunningBox extends AsyncDisposable {
  readonly box: MemberBox
  report(): BoxReport
  /** A first link into her pages, where they are served. */
  readonly link: OneTimeLink | undefined
}

/**
 * Looks at the stewards once.
 *
 * @throws Fault as `openMemberBox`
 */
export async function lookOnce({ folder, signal, ways }: MemberBoxRun): Promise<BoxReport> {
  await using box = await openMemberBox(folder, { signal, ...(ways === undefined ? {} : { ways }) })
  await box.look(signal)
  return boxReport(box)
}

/**
 * Runs a member's own box until it is disposed of: it follows the stewards, carries what she pays, and answers the commands
 * of its owner.
 *
 * @throws Fault as `openMemberBox`
 */
export async function runMemberBox(run: MemberBoxRun): Promise<RunningBox> {
  const { folder: path, signal, told = () => undefined, everyMs = LOOK_EVERY_MS, ways } = run
  const stopping = new AbortController()
  const until = AbortSignal.any([signal, stopping.signal])
  await using opening = new AsyncDisposableStack()
  const news = lookSoon()
  const box = opening.use(
    await openMemberBox(path, {
      signal,
      // What has ended is shown, and told to the pages, once its line is here.
      changed: (carried) => news.ended(carried),
      ...(ways === undefined ? {} : { ways }),
    }),
  )
  const folder = dataFolderAt(path)
  const log = run.log ?? nodeLog()
  const pages =
    run.pages === undefined ? undefined : opening.use(await pagesOf(box, { folder, log, listen: run.pages }))
  const linkFor = pages && (() => pages.linkFor(box.member, 'household'))
  const seat = { box, ...(linkFor === undefined ? {} : { linkFor }) }
  const door = opening.use(await openOwnerDoor(path, (name, input) => runBoxTask(seat, name, input)))
  await writeRunning(folder, { pid: process.pid, url: pages?.url ?? null, door: door.path })
  opening.defer(() => removeRunning(folder))
  const tell = (): void => {
    for (const carried of news.taken()) if (pages !== undefined) announce(pages.platform, box, carried)
  }
  const looking = keepLooking(box, {
    until,
    everyMs,
    news,
    tell,
    told: () => told(boxReport(box)),
    failed: (cause) => logFailure(log, cause),
  })
  opening.defer(async () => {
    stopping.abort()
    await looking
  })
  const held = opening.move()
  const link = linkFor?.()
  return { box, link, report: () => boxReport(box), [Symbol.asyncDispose]: () => held.disposeAsync() }
}

interface Looking {
  readonly until: AbortSignal
  readonly everyMs: number
  readonly news: ReturnType<typeof lookSoon>
  /** Called after each look. */
  readonly tell: () => void
  /** Called after a look with news. */
  readonly told: () => void
  readonly failed: (cause: unknown) => void
}

async function keepLooking(
  box: MemberBox,
  { until, everyMs, news, tell, told, failed }: Looking,
): Promise<void> {
  let before = ''
  while (!until.aborted) {
    try {
      const answered = await box.look(until)
      const now = toldBy(box, answered)
      if (now !== before) told()
      before = now
    } catch (cause) {
      if (until.aborted) return
      // A disk that is full now may not be later: the box stays up, and looks again.
      failed(cause)
    }
    tell()
    await Promise.race([pause(everyMs, undefined, { signal: until }), news.next()]).catch(() => undefined)
  }
}

function toldBy({ follower }: MemberBox, { last, lies }: Answered): string {
  return `${last} ${follower.view?.height} ${lies.length}`
}

/** Ends a pause when an operation has ended, and keeps it until its line was looked for. */
function lookSoon() {
  let waiting = Promise.withResolvers<void>()
  let ended: Carried[] = []
  return {
    ended: (carried: Carried): void => {
      if (carried.standing.is !== 'final' && carried.standing.is !== 'refused') return
      ended.push(carried)
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
    next: (): Promise<void> => (ended.length > 0 ? Promise.resolve() : waiting.promise),
    taken: (): Carried[] => {
      const all = ended
      ended = []
      return all
    },
  }
}

/** Tells her pages that a payment is no longer only promised. */
function announce(platform: Platform, { member }: MemberBox, { bytes, standing }: Carried): void {
  if (standing.is !== 'final' && standing.is !== 'refused') return
  const height = standing.is === 'final' ? standing.height : null
  const { id } = operationFrom(bytes)
  platform.announce({
    event: 'standing',
    data: { member, id, standing: standing.is, height, mark: standing.is },
  })
}

function pagesOf(
  box: MemberBox,
  { folder, log, listen }: { readonly folder: DataFolder; readonly log: Log; readonly listen: ListenOptions },
): Promise<OpenPages> {
  return openPages(
    {
      handlers: boxHandlers(box, epochMs(Date.now())),
      sessions: folder.sessions,
      memberName: (member) => (member === box.member ? box.view.account.name(member) : undefined),
      log,
    },
    listen,
  )
}
