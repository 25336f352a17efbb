import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { programFor } from '../src/program.ts'
import { silent } from './silent-terminal.ts'

/** The commands that the pages for volunteers tell them to type. */
const told = ['steward-guide', 'ledger', 'threat-model', 'proofs', 'member-box'].flatMap((name) => {
  const page = readFileSync(join(import.meta.dirname, `../../../docs/${name}.md`), 'utf8')
  return [...page.matchAll(/^ *\.\/tri (.+)$/gm)].map(([, line = '']) => ({ name, line }))
})

describe('the pages about the ledger', () => {
  it.each(told)('tell a command that is there, with what it needs ($name): tri $line', ({ line }) => {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
    let command = programFor(silent, () => undefined)
    for (;;) {
      const child = command.commands.find((one) => one.name() === words[0])
      if (child === undefined) break
      command = child
      words.shift()
    }
    const { operands, unknown } = command.parseOptions(words)
    // `--data` may stand behind any command; the program itself knows it.
    const others = unknown.filter((word, i) => word !== '--data' && unknown[i - 1] !== '--data')
    expect(others).toEqual([])
    const wanted = command.registeredArguments.filter(({ required }) => required)
    expect(operands.length).toBeGreaterThanOrEqual(wanted.length)
    for (const { long, mandatory } of command.options) if (mandatory) expect(line).toContain(long)
  })
})
