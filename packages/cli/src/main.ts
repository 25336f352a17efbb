import { contractRefusals } from '@tri/contract'
import { faultTexts } from '@tri/node'
import { Fault, faultSentence, type FaultDetails } from '@tri/units'
import { CommanderError } from 'commander'

import { utc } from './commands/settle-lines.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { exitCodeOf } from './exit-code-of.ts'
import { cliFaults } from './faults.ts'
import { programFor } from './program.ts'
import { languageOf, type Terminal } from './terminal.ts'

/**
 * Runs one `tri` command.
 *
 * @param words    the command line after `tri`
 * @param terminal where it reads and writes
 * @returns        the exit code; nothing is thrown for what somebody else did wrong
 */
export async function main(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  const program = programFor(terminal, (code) => {
    exit = code
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return terminal.stopping.aborted ? EXIT.interrupted : exit
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.ok : EXIT.usage
    if (terminal.stopping.aborted) return EXIT.interrupted
    terminal.err(`${errorText(cause, words, terminal)}\n`)
    return cause instanceof Fault ? exitCodeOf(cause.code) : EXIT.failed
  }
}

/** The whole sentence: what failed, on which thing, what to do; with `--json` the code and details for programs. */
function errorText(cause: unknown, words: readonly string[], terminal: Terminal): string {
  const language = languageOf(terminal, languageIn(words))
  if (!(cause instanceof Fault)) {
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    return `tri: ${faultSentence(cliFaults, 'unexpected', { reason }, language)}`
  }
  const texts = { ...faultTexts, ...cliFaults }
  const next = isOfContract(cause.code) ? nextSentence(cause, language) : ''
  const sentence = `${faultSentence(texts, cause.code, withTimes(cause.details), language)}${next}`
  const more = cause.details['problems']
  const listed = Array.isArray(more) ? more.map((line) => `\n  ${String(line)}`).join('') : ''
  if (!words.includes('--json')) return `tri: ${sentence}${listed}`
  return JSON.stringify({ error: { code: cause.code, message: sentence, details: cause.details } })
}

const SLOT_DETAILS = new Set(['slot', 'firstSlot'])

/** What stands behind `--lang`, wherever it is on the line: a fault may come before the options are read. */
function languageIn(words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith('--lang='))
  if (joined !== undefined) return joined.slice('--lang='.length)
  const at = words.indexOf('--lang')
  return at < 0 ? undefined : words[at + 1]
}

/** Slots as people write them: a number of quarter hours since 1970 tells nobody anything. */
function withTimes(details: FaultDetails): FaultDetails {
  const shown = Object.entries(details).map(([name, value]) =>
    SLOT_DETAILS.has(name) && typeof value === 'number' ? [name, `${utc(value)} UTC`] : [name, value],
  )
  return Object.fromEntries(shown)
}

/** Whether the sentence is the contract's: where another package says it, what to do stands in it already. */
function isOfContract(code: string): boolean {
  return Object.entries(contractRefusals).some(([name, text]) => name === code && faultTexts[code] === text)
}

/** What to do next, as a page would say it. */
function nextSentence({ code, details }: Fault, language: 'en' | 'it'): string {
  const nexts = Object.fromEntries(Object.entries(contractRefusals).map(([name, { next }]) => [name, next]))
  return ` ${faultSentence(nexts, code, details, language)}`
}
