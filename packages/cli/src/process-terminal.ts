import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

import type { Terminal } from './terminal.ts'

const COLUMNS_DEFAULT = 80

/** The terminal of this process. Ctrl-C stops what is running; a second one ends the process at once. */
export function processTerminal(): Terminal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(signal)
      process.once(signal, () => process.exit(130))
    })
  }
  // A reader that closes early (`tri ... | head`) ends the command quietly.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EPIPE') process.exit(0)
    throw cause
  })
  const isScreen = process.stderr.isTTY
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isScreen,
    hasColour: isScreen && process.env['NO_COLOR'] === undefined,
    columns: process.stderr.columns ?? COLUMNS_DEFAULT,
    environment: process.env,
    stopping: stopping.signal,
    ask: async (question, { isSecret } = { isSecret: false }) => {
      if (!process.stdin.isTTY) return undefined
      try {
        return isSecret ? await secretLine(question) : await line(question, process.stderr, isScreen)
      } catch (cause) {
        // While a line is typed the line editor hears Ctrl-C, and no signal comes.
        if (!(cause instanceof Error && cause.name === 'AbortError')) throw cause
        stopping.abort('SIGINT')
        return undefined
      }
    },
  }
}

async function line(question: string, output: NodeJS.WritableStream, terminal: boolean): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** What is typed is written nowhere: the line editor keeps the screen from echoing it, and has no screen of its own. */
async function secretLine(question: string): Promise<string> {
  process.stderr.write(question)
  try {
    return await line('', new Writable({ write: (_chunk, _encoding, done) => done() }), true)
  } finally {
    process.stderr.write('\n')
  }
}
