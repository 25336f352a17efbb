import { resolve } from 'node:path'
import { homedir } from 'node:os'

import { languageOf, type Language, type Terminal } from './terminal.ts'
import { progressOf, type Progress } from './progress.ts'

/** The options that every command takes. */
export interface CommonOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly lang?: string
  readonly data?: string
  readonly yes?: boolean
}

/** What a command works with: its terminal, the common options, and how it answers. */
export interface Context {
  readonly terminal: Terminal
  readonly language: Language
  readonly folder: string
  readonly isJson: boolean
  readonly isQuiet: boolean
  /** The answer: an object for programs with `--json`, else lines for people. */
  readonly answer: (value: unknown, lines: readonly string[]) => void
  /** A message for people; nothing with `--quiet`. */
  readonly say: (line: string) => void
  readonly progress: Progress
}

/** Where a node keeps its data unless `--data` or TRI_DATA say otherwise. */
export function dataFolder(terminal: Terminal, asked?: string): string {
  const { environment } = terminal
  const base = environment['XDG_DATA_HOME'] ?? `${environment['HOME'] ?? homedir()}/.local/share`
  return resolve(asked ?? environment['TRI_DATA'] ?? `${base}/tri`)
}

export function contextOf(terminal: Terminal, options: CommonOptions): Context {
  const isJson = options.json === true
  const isQuiet = options.quiet === true
  return {
    terminal,
    language: languageOf(terminal, options.lang),
    folder: dataFolder(terminal, options.data),
    isJson,
    isQuiet,
    answer: (value, lines) => terminal.out(isJson ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`),
    say: (line) => {
      if (!isQuiet) terminal.err(`${line}\n`)
    },
    progress: progressOf(terminal, isQuiet),
  }
}
