import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { atExit } from './at-exit.ts'
import { openBoxLink, type BoxLink } from './box-link.ts'
import type { BoxOptions, BoxWord } from './box-words.ts'

const PROGRAM = fileURLToPath(new URL('steward-box.ts', import.meta.url))
const READY_MS = 60_000
const STOPPED_MS = 10_000
const LAST_LINES = 20

/** A steward's box as the trial sees it: a process that can be killed, stopped in mid-step, and asked. */
export interface RunningBox {
  readonly options: BoxOptions
  /** Height of the book as it was found on the disk. */
  readonly openedAt: number
  readonly link: BoxLink
  /** Ends everything of it, or only its node, or only its engine, without a word. */
  kill(what?: 'all' | 'node' | 'engine'): Promise<void>
  /** Stops it in mid-step, as when the power goes: nothing of it writes any more. */
  freeze(): Promise<void>
  /** Lets it go on from there. */
  thaw(): void
  /** What it complained of lately. */
  readonly lastWords: readonly string[]
  /** Processes of it. */
  pids(): Promise<readonly number[]>
}

/** Why a box did not come up. */
export class BoxFailed extends Error {
  readonly code: string
  constructor(code: string, reason: string) {
    super(`the box did not come up: ${code}: ${reason}`)
    this.code = code
  }
}

/** Starts a box and waits until it answers. @throws BoxFailed with the code of the fault it named */
export async function startBox(options: BoxOptions, wrap: readonly string[] = []): Promise<RunningBox> {
  const node = [process.execPath, PROGRAM, JSON.stringify(options)] as const
  const [program, ...rest] = wrap.length === 0 ? node : ['env', ...wrap, ...node]
  // A process group of its own: one signal reaches the node and its engine.
  const child = spawn(program, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: options.scratch, TRI_CLOCK_AHEAD: options.clockAhead },
  })
  child.once(
    'exit',
    atExit(() => signalGroup(child, 'SIGKILL')),
  )
  child.stderr.pipe(createWriteStream(`${options.trail}.log`, { flags: 'a' }))
  const lastWords: string[] = []
  createInterface(child.stderr).on('line', (line) => {
    lastWords.push(line)
    if (lastWords.length > LAST_LINES) lastWords.shift()
  })
  const openedAt = await ready(child).catch((error: unknown) => {
    throw error instanceof BoxFailed && error.code === 'silent'
      ? new BoxFailed('silent', lastWords.join('\n'))
      : error
  })
  const link = await openBoxLink(options.socket)
  const pids = (): Promise<number[]> => pidsOfGroup(child.pid ?? 0)
  return {
    options,
    openedAt,
    link,
    pids,
    lastWords,
    kill: async (what = 'all') => {
      if (what === 'engine') return killEngine(child, await pids())
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      if (what === 'all') signalGroup(child, 'SIGKILL')
      else child.kill('SIGKILL')
      link[Symbol.dispose]()
      await ended
      return undefined
    },
    thaw: () => signalGroup(child, 'SIGCONT'),
    freeze: async () => {
      signalGroup(child, 'SIGSTOP')
      const until = performance.now() + STOPPED_MS
      // A process within a system call stops when that call is done: only then the disk holds still.
      while (!(await areStopped(await pids()))) {
        if (performance.now() > until) throw new Error('a box could not be stopped')
        await pause(1)
      }
    },
  }
}

function killEngine(child: ChildProcess, pids: readonly number[]): void {
  for (const pid of pids) if (pid !== child.pid) process.kill(pid, 'SIGKILL')
}

async function ready(child: ChildProcess): Promise<number> {
  const patience = setTimeout(() => signalGroup(child, 'SIGKILL'), READY_MS)
  let height: number | undefined
  try {
    if (child.stdout === null) throw new Error('a box has a voice')
    for await (const line of createInterface(child.stdout)) {
      const word: BoxWord = JSON.parse(line)
      if (word.is === 'open') height = word.height
      if (word.is === 'failed') throw new BoxFailed(word.code, word.reason)
      if (word.is === 'ready' && height !== undefined) return height
    }
    throw new BoxFailed('silent', 'it ended before it was ready')
  } catch (error) {
    signalGroup(child, 'SIGKILL')
    throw error
  } finally {
    clearTimeout(patience)
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // The whole group has ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function pidsOfGroup(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isSafeInteger)
  const fields = await Promise.all(
    pids.map(async (pid) => ({ pid, stat: await statOf(`/proc/${pid}/stat`) })),
  )
  return fields.filter(({ stat }) => stat?.group === group && stat.state !== 'Z').map(({ pid }) => pid)
}

async function areStopped(pids: readonly number[]): Promise<boolean> {
  for (const pid of pids) {
    const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
    for (const task of tasks)
      if ((await statOf(`/proc/${pid}/task/${task}/stat`))?.state !== 'T') return false
  }
  return true
}

/** State and process group, from the fields behind the name, which may hold anything. */
async function statOf(path: string): Promise<{ state: string; group: number } | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return state === undefined || group === undefined ? undefined : { state, group: Number(group) }
}
