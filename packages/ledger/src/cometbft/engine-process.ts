import { spawn, type ChildProcess } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

import { Fault, must } from '@tri/units'

import { fieldOf, writeWhole } from './engine-home.ts'

/** Where the engine's words go. Modules and messages only: its own lines name addresses, ours never do. */
export interface EngineLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** How the engine's process is. */
export type ProcessState =
  | { readonly is: 'running'; readonly pid: number }
  | { readonly is: 'waiting'; readonly reason: string }
  | { readonly is: 'stopped'; readonly reason: string }

/** The engine as a child of ours: started again when it ends, until it is stopped. */
export interface EngineProcess extends AsyncDisposable {
  readonly state: ProcessState
  /** Starts after the first. */
  readonly restarts: number
  /** Ends it: SIGTERM, then SIGKILL. It is not started again. */
  stop(reason?: string): Promise<void>
  /** Sends a signal and lets the watch do what it does: for trials. */
  signal(name: NodeJS.Signals): void
}

/** What is run, and who is told. */
export interface EngineProcessPorts {
  /** Program and arguments; the engine's home is among them. */
  readonly command: readonly string[]
  readonly home: string
  /** The socket it makes: one that a killed engine left would keep the next from starting. */
  readonly socket: string
  readonly log: EngineLog
  readonly changed?: (state: ProcessState) => void
}

const PAUSE_FIRST_MS = 250
const PAUSE_MAX_MS = 30_000
/** An engine that ran this long had begun well: the next pause is the first again. */
const WELL_MS = 60_000
const TERM_MS = 10_000
/** The engine shares a small box with the book: garbage up to half of what it holds, and near the limit less. */
const MEMORY = { GOGC: '50', GOMEMLIMIT: '192MiB' }
const LAST_LINES = 12
const LAST_WORDS_MAX = 600
const CRASH = /^(?:panic|fatal error): /
const PID_FILE = 'engine.pid'

/** Starts the engine and watches it. An engine that an earlier run left behind in this home is ended first. */
export async function runEngine(ports: EngineProcessPorts): Promise<EngineProcess> {
  await endLeftover(ports.home)
  const stopping = new AbortController()
  let state: ProcessState = { is: 'waiting', reason: 'starting' }
  let child: ChildProcess | undefined
  let restarts = -1
  const become = (next: ProcessState): void => {
    state = next
    ports.changed?.(next)
  }

  const watch = async (): Promise<void> => {
    let pauseMs = PAUSE_FIRST_MS
    while (!stopping.signal.aborted) {
      restarts++
      await rm(ports.socket, { force: true })
      if (stopping.signal.aborted) return
      const began = performance.now()
      const started = startOne(ports)
      child = started.child
      if (child.pid !== undefined) {
        become({ is: 'running', pid: child.pid })
        await writeWhole(join(ports.home, PID_FILE), String(child.pid))
      }
      const reason = await started.ended
      child = undefined
      if (stopping.signal.aborted) return
      ports.log.error({ reason, restarts }, 'the ordering engine ended by itself')
      pauseMs = performance.now() - began > WELL_MS ? PAUSE_FIRST_MS : pauseMs
      become({ is: 'waiting', reason })
      await pause(pauseMs, undefined, { signal: stopping.signal }).catch(ignoreStop)
      pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)
    }
  }
  const watching = watch()

  const stop = async (reason = 'stopped'): Promise<void> => {
    stopping.abort()
    child?.kill('SIGTERM')
    const dying = child
    const patience = setTimeout(() => dying?.kill('SIGKILL'), TERM_MS)
    await watching
    clearTimeout(patience)
    if (state.is !== 'stopped') become({ is: 'stopped', reason })
    await rm(join(ports.home, PID_FILE), { force: true })
  }
  return {
    get state() {
      return state
    },
    get restarts() {
      return Math.max(0, restarts)
    },
    stop,
    signal: (name) => void child?.kill(name),
    [Symbol.asyncDispose]: () => stop(),
  }
}

function startOne({ command, log }: EngineProcessPorts): {
  readonly child: ChildProcess
  readonly ended: Promise<string>
} {
  const [program, ...options] = command
  must(program !== undefined, 'the engine has a program')
  const child = spawn(program, options, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...MEMORY, ...process.env },
  })
  const last: string[] = []
  const keep = (line: string): void => {
    // What a crash says first is what it died of; the calls that led there follow.
    if (last.some((one) => CRASH.test(one))) return
    last.push(line)
    if (last.length > LAST_LINES) last.shift()
  }
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on('line', (line) => {
        const words = wordsOf(line)
        keep(words.text)
        // That a steward came or went is no fault of this one, and what is said while it is stopped is of no use.
        if (!words.isError || child.killed) return
        if (words.module === 'p2p') log.info({ module: words.module }, words.message)
        else log.error({ module: words.module }, words.message)
      })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) =>
      resolve(`${signal ?? `exit ${code}`}: ${last.join(' | ')}`.slice(0, LAST_WORDS_MAX)),
    )
  })
  return { child, ended }
}

interface Words {
  readonly isError: boolean
  readonly module: string
  readonly message: string
  /** The line with its error, for the one who asks why the engine ended. */
  readonly text: string
}

/** One line of the engine: JSON with level, module, message and error; anything else is what a crash prints. */
function wordsOf(line: string): Words {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch (error) {
    must(error instanceof SyntaxError, 'a line that is no JSON fails in one way')
    return { isError: false, module: 'crash', message: '', text: line.slice(0, 200) }
  }
  const message = textOf(fieldOf(json, '_msg')) ?? ''
  const cause = textOf(fieldOf(json, 'err'))
  return {
    isError: fieldOf(json, 'level') === 'error',
    module: textOf(fieldOf(json, 'module')) ?? 'main',
    message,
    text: cause === undefined ? message : `${message} (${cause.slice(0, 200)})`,
  }
}

function textOf(json: unknown): string | undefined {
  return typeof json === 'string' ? json : undefined
}

/** Two engines in one home would be two signers: what an earlier run left behind is ended before the next begins. */
async function endLeftover(home: string): Promise<void> {
  const file = join(home, PID_FILE)
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isEngineOf(pid, home))) return
  process.kill(pid, 'SIGKILL')
  for (let tries = 0; await isEngineOf(pid, home); tries++) {
    if (tries > 200)
      throw new Fault('engine-failed', { reason: 'an earlier one does not end', lastWords: String(pid) })
    await pause(25)
  }
}

async function isEngineOf(pid: number, home: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return commandLine.split('\0').includes(home)
}

function ignoreStop(error: unknown): void {
  must(error instanceof Error && error.name === 'AbortError', 'a pause ends only by being stopped')
}
