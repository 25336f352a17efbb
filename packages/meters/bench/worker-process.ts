import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that is asked by a line of JSON and answers with one. */
export interface WorkerProcess extends AsyncDisposable {
  /** The next line it says, parsed; throws when it ended instead. */
  heard(): Promise<unknown>
  ask(question: object): Promise<unknown>
}

/** Starts a process; what it says on its error output is shown. */
export function workerProcess(command: string, args: readonly string[]): WorkerProcess {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('a worker has an input and an output')
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  const heard = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${command} ended before it answered`)
    return JSON.parse(line.value)
  }
  return {
    heard,
    ask: async (question) => {
      stdin.write(`${JSON.stringify(question)}\n`)
      return await heard()
    },
    [Symbol.asyncDispose]: async () => {
      stdin.end()
      await ended
    },
  }
}
