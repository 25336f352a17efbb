import process from 'node:process'
import { createInterface } from 'node:readline/promises'

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
    ask: async (question) => {
      if (!process.stdin.isTTY) return undefined
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await lines.question(question)
      } finally {
        lines.close()
      }
    },
  }
}
