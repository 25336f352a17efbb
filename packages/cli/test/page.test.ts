import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { EXIT } from '../src/exit-code.ts'
import { programFor } from '../src/program.ts'
import { silent } from './silent-terminal.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')

/** The words of every command that does something, such as `settle publish`. */
function commandsOf(command: Command, path: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(' ')]
  return command.commands.flatMap((child) => commandsOf(child, [...path, child.name()]))
}

const examples = [...page.matchAll(/^\.\/tri (.+)$/gm)].map(([, line = '']) => line)

describe('the page of the command line', () => {
  it('has an example of every command', () => {
    for (const path of commandsOf(programFor(silent, () => undefined)))
      expect([path, examples.some((line) => line === path || line.startsWith(`${path} `))]).toEqual([
        path,
        true,
      ])
  })

  it.each(examples)('its example is read as it stands: tri %s', (line) => {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
    let command = programFor(silent, () => undefined)
    for (;;) {
      const child = command.commands.find((one) => one.name() === words[0])
      if (child === undefined) break
      command = child
      words.shift()
    }
    const { operands, unknown } = command.parseOptions(words)
    expect(unknown).toEqual([])
    const wanted = command.registeredArguments.filter(({ required }) => required)
    expect(operands.length).toBeGreaterThanOrEqual(wanted.length)
    for (const { long, mandatory } of command.options) if (mandatory) expect(line).toContain(long)
  })

  it('names every exit code', () => {
    for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
  })
})
