import type { FaultText } from '@tri/units'

/** Where a command writes and what it may know of the world; handed in, so that tests run commands in process. */
export interface Terminal {
  /** Data: what another program reads. */
  readonly out: (text: string) => void
  /** Messages and progress: what a person reads. */
  readonly err: (text: string) => void
  /** Whether `err` is a screen that can redraw a line. */
  readonly isScreen: boolean
  /** Whether `err` shows colours. */
  readonly hasColour: boolean
  readonly columns: number
  readonly environment: Readonly<Record<string, string | undefined>>
  /** One line typed by the person, or undefined where nobody can type. A secret is not shown while it is typed. */
  readonly ask: (question: string, options?: { readonly isSecret: boolean }) => Promise<string | undefined>
  readonly stopping: AbortSignal
}

export type Language = keyof FaultText

/** The language people asked for: `--lang`, then TRI_LANG, then the system's. */
export function languageOf(terminal: Terminal, asked?: string): Language {
  const { environment } = terminal
  const name =
    asked ??
    environment['TRI_LANG'] ??
    environment['LC_ALL'] ??
    environment['LC_MESSAGES'] ??
    environment['LANG']
  return name?.toLowerCase().startsWith('it') === true ? 'it' : 'en'
}
