import type { ExitCode } from '../src/exit-code.ts'
import { main } from '../src/main.ts'
import type { Terminal } from '../src/terminal.ts'

/** What a command said, and how it ended. */
export interface Said {
  readonly exit: ExitCode
  readonly out: string
  readonly err: string
}

export interface Wishes {
  readonly typed?: string
  readonly environment?: Terminal['environment']
  readonly isScreen?: boolean
  /** Presses Ctrl-C once the command has said something on stdout. */
  readonly stopsAtAnswer?: boolean
}

/** Everything that any command of a test file has said: no secret may stand in it. */
export const everythingSaid: string[] = []

/** Runs a command in this process, on a terminal that keeps what it is told. */
export async function tri(words: readonly string[], wishes: Wishes = {}): Promise<Said> {
  let [out, err] = ['', '']
  const stopping = new AbortController()
  const exit = await main(words, {
    out: (text) => {
      out += text
      if (wishes.stopsAtAnswer === true) stopping.abort()
    },
    err: (text) => {
      err += text
    },
    isScreen: wishes.isScreen === true,
    hasColour: false,
    columns: 80,
    environment: wishes.environment ?? {},
    ask: async () => wishes.typed,
    stopping: stopping.signal,
  })
  everythingSaid.push(out, err)
  return { exit, out, err }
}

/** The one JSON document that a command gave. */
export function documentOf({ out }: Said): Readonly<Record<string, unknown>> {
  return JSON.parse(out) as Readonly<Record<string, unknown>>
}
