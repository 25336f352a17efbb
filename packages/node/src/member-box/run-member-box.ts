import { setTimeout as pause } from 'node:timers/promises'

import { dataFolderAt, removeRunning, writeRunning } from '../daemon/data-folder.ts'
import { openOwnerDoor } from '../owner/door.ts'
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
}

/** A member's own box that looks at the stewards again and again. */
export interface RunningBox extends AsyncDisposable {
  readonly box: MemberBox
  report(): BoxReport
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
      // What is final is shown once its line is here.
      changed: ({ standing }) => {
        if (standing.is === 'final') news.now()
      },
      ...(ways === undefined ? {} : { ways }),
    }),
  )
  const folder = dataFolderAt(path)
  const door = opening.use(await openOwnerDoor(path, (name, input) => runBoxTask({ box }, name, input)))
  await writeRunning(folder, { pid: process.pid, url: null, door: door.path })
  opening.defer(() => removeRunning(folder))
  const looking = keepLooking(box, { until, everyMs, news, told: () => told(boxReport(box)) })
  opening.defer(async () => {
    stopping.abort()
    await looking
  })
  const held = opening.move()
  return { box, report: () => boxReport(box), [Symbol.asyncDispose]: () => held.disposeAsync() }
}

interface Looking {
  readonly until: AbortSignal
  readonly everyMs: number
  readonly news: ReturnType<typeof lookSoon>
  readonly told: () => void
}

async function keepLooking(box: MemberBox, { until, everyMs, news, told }: Looking): Promise<void> {
  let before = ''
  while (!until.aborted) {
    try {
      const answered = await box.look(until)
      const now = toldBy(box, answered)
      if (now !== before) told()
      before = now
      await Promise.race([pause(everyMs, undefined, { signal: until }), news.next()])
    } catch (cause) {
      if (!until.aborted) throw cause
    }
  }
}

function toldBy({ follower }: MemberBox, { last, lies }: Answered): string {
  return `${last} ${follower.view?.height} ${lies.length}`
}

/** Ends a pause when there is something to look at. */
function lookSoon() {
  let waiting = Promise.withResolvers<void>()
  return {
    now: (): void => {
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
    },
    next: (): Promise<void> => waiting.promise,
  }
}
