import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { Fault } from '@tri/units'
import { z } from 'zod'

import { connectToOwner } from '../owner/connect.ts'
import type { LabSeat } from './lab-folders.ts'

const answerShape = z.object({
  url: z.string(),
  links: z.array(z.object({ for: z.string(), url: z.string() })),
})
const failureShape = z.object({ error: z.object({ message: z.string() }) })
const LAST_LINES = 5

/** What the pages of a steward's node are reached by. */
export type LabPages = z.infer<typeof answerShape>

/** What can be seen of a steward from outside. */
export interface LabStanding {
  readonly state: string
  readonly operations: number
  /** Digest of the whole state: equal on all who are level. */
  readonly digest: string
}

/** One steward's node as a process of its own, with its engine below it. */
export interface LabSteward {
  readonly seat: LabSeat
  readonly pages: LabPages
  readonly isRunning: boolean
  /** `kill -9` of node and engine at once. */
  kill(): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
  standing(): Promise<LabStanding>
  /** Pays through this node and waits a few seconds; whether it became final. */
  pay(from: string, to: string): Promise<boolean>
}

/**
 * Starts a steward's node.
 *
 * @param command the program that runs a data folder: `tri up`
 * @throws Fault `lab-steward-failed` with its last words
 */
export async function startLabSteward(
  seat: LabSeat,
  { command, port }: { readonly command: readonly string[]; readonly port: number },
): Promise<LabSteward> {
  const [program = '', ...rest] = command
  const options = [...rest, 'up', '--data', seat.folder, '--port', String(port), '--json']
  // A process group of its own: one signal reaches the node and its engine, and Ctrl-C only the lab.
  const child = spawn(program, options, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const leave = (): void => signalGroup(child, 'SIGKILL')
  process.once('exit', leave)
  child.once('exit', () => process.off('exit', leave))
  const pages = await pagesOf(child, seat)
  const ended = once(child, 'exit')
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!isRunning()) return
    if (signal === 'SIGKILL') signalGroup(child, signal)
    else child.kill(signal)
    await ended
  }
  return {
    seat,
    pages,
    get isRunning() {
      return isRunning()
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    standing: () => standingOf(seat),
    pay: (from, to) => paid(seat, from, to),
  }
}

async function pagesOf(child: ChildProcess, { number }: LabSeat): Promise<LabPages> {
  const lastWords: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords.push(...text.trim().split('\n'))
    lastWords.splice(0, lastWords.length - LAST_LINES)
  })
  if (child.stdout !== null)
    for await (const line of createInterface(child.stdout)) {
      const answer = answerShape.safeParse(jsonOf(line))
      if (answer.success) return answer.data
    }
  throw new Fault('lab-steward-failed', { steward: number, reason: saidIn(lastWords) })
}

/** What the program says when it fails: its `--json` answer has the sentence in it. */
function saidIn(lines: readonly string[]): string {
  const said = lines.map((line) => failureShape.safeParse(jsonOf(line))).find(({ success }) => success)
  return said?.data?.error.message ?? lines.join(' ')
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function standingOf({ folder }: LabSeat): Promise<LabStanding> {
  await using owner = await connectToOwner(folder)
  const { state } = await owner.run('status', {}, silent)
  const { digest } = await owner.run('balances', {}, silent)
  return { state: state.ledger.state, operations: state.ledger.operations, digest: digest ?? '' }
}

async function paid({ folder }: LabSeat, from: string, to: string): Promise<boolean> {
  await using owner = await connectToOwner(folder)
  const receipt = await owner.run('pay', { from, to, amountMicroCredit: 1, memo: 'lab' }, silent)
  return receipt.standing === 'final'
}

function silent(): void {
  // The lab tells its own story.
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
