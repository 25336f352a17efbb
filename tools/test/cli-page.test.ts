import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const COMMON = new Set(['--json', '--quiet', '--lang', '--data', '--help', '--version'])

/** A noun has verbs; a command has only options. */
function isNoun(words: readonly string[]): boolean {
  return words.some((word) => !word.startsWith('--'))
}

/** Every command with its own options, from the completion script, which is made from the commands themselves. */
function commands(): Map<string, string[]> {
  const script = execFileSync(join(ROOT, 'tri'), ['completion', 'bash'], { encoding: 'utf8' })
  const cases = [...script.matchAll(/^ {4}'([^']*)'\) words='([^']*)'/gm)]
  const found = cases.map(([, path = '', words = '']) => [path, words.split(' ')] as const)
  return new Map(
    found
      .filter(([, words]) => !isNoun(words))
      .map(([path, words]) => [path, words.filter((word) => !COMMON.has(word))]),
  )
}

/** The rows of the page: command without its arguments, and the options named beside it. */
function rows(): Map<string, string[]> {
  const lines = readFileSync(join(ROOT, 'docs', 'cli.md'), 'utf8').split('\n')
  return new Map(
    lines.flatMap((line) => {
      const path = /^\| `tri ([a-z]+(?: [a-z]+)*)/.exec(line)?.[1]
      return path === undefined
        ? []
        : [[path, [...line.matchAll(/`(--[a-z-]+)`/g)].map(([, option = '']) => option)] as const]
    }),
  )
}

describe('the page of the command line', () => {
  test('it names every command with its options, and none that is not there', () => {
    const page = rows()
    const program = commands()
    expect([...page.keys()].toSorted()).toEqual([...program.keys()].toSorted())
    for (const [path, options] of program)
      expect([path, page.get(path)?.toSorted()]).toEqual([path, options.toSorted()])
  })
})
