import type { Terminal } from './terminal.ts'

const BAR_CELLS = 24
const REDRAW_STEPS = 100
const LOG_STEPS = 4

/** How far a long piece of work, such as `reading`, has come. */
export type Progress = (title: string, done: number, of: number) => void

/**
 * A bar on a screen; in a log, one plain line at each quarter of the way.
 *
 * @param terminal writes to its messages, never to its data
 */
export function progressOf(terminal: Terminal, quiet: boolean): Progress {
  const shown = new Map<string, number>()
  return (title, done, of) => {
    if (quiet || of <= 0 || done <= 0) return
    const share01 = Math.min(1, done / of)
    const step = Math.floor(share01 * (terminal.isScreen ? REDRAW_STEPS : LOG_STEPS))
    if (step === shown.get(title)) return
    shown.set(title, step)
    const percent = `${Math.floor(share01 * 100)} %`
    if (!terminal.isScreen) return terminal.err(`  ${title} ${percent}\n`)
    const filled = Math.round(share01 * BAR_CELLS)
    const bar = '#'.repeat(filled) + '.'.repeat(BAR_CELLS - filled)
    terminal.err(`\r  ${title} [${bar}] ${percent}${share01 === 1 ? '\n' : ''}`)
  }
}
