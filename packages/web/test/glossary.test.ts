import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { en } from '../src/language/en.ts'
import { it } from '../src/language/it.ts'

/** The glossary's rows: term and Italian word. */
const words = new Map(
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'glossary.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const cells = line.split('|').map((cell) => cell.trim())
      const [, term, , italian] = cells
      return term === undefined || italian === undefined ? [] : [[term, italian] as const]
    }),
)

/** English words that mean one thing wherever they stand on a page, their term, and letters of the Italian that never change. */
const WATCHED = [
  ['member', 'member', 4],
  ['meter', 'meter', 5],
  ['charter', 'charter', 6],
  ['coordinator', 'coordinator', 6],
  ['community', 'community', 6],
  ['objection', 'objection', 4],
  ['quarter hour', 'slot', 5],
  ['receipt', 'receipt', 6],
  ['steward', 'steward', 6],
  ['checkpoint', 'checkpoint', 11],
] as const

interface Sentence {
  readonly at: string
  readonly en: string
  readonly it: string
}

function sentences(at: string, english: unknown, italian: unknown): Sentence[] {
  if (typeof english === 'string' || typeof english === 'function')
    return [{ at, en: String(english), it: String(italian) }]
  if (typeof english !== 'object' || english === null) return []
  const theirs: Record<string, unknown> = Object.fromEntries(Object.entries(Object(italian)))
  return Object.entries(english).flatMap(([name, inner]) => sentences(`${at}.${name}`, inner, theirs[name]))
}

describe('the words of the pages', () => {
  test('the marks are called as in the glossary, in both languages', () => {
    for (const mark of ['live', 'provisional', 'certified', 'promised', 'final', 'refused'] as const) {
      expect(en.mark[mark]).toBe(mark)
      expect(it.mark[mark]).toBe(words.get(mark))
    }
  })
  test.each(WATCHED)(
    'where the English says “%s”, the Italian says the glossary’s word',
    (said, term, letters) => {
      const stem = words.get(term)?.slice(0, letters)
      expect(stem).toHaveLength(letters)
      const inEnglish = new RegExp(`(?<![{.(\\w])${said.replace(/y$/, '(?:y|ie)')}s?(?!\\w|\\s*[:=)}])`, 'i')
      const inItalian = new RegExp(`(?<!\\w)${stem}`, 'i')
      const missing = sentences('', en, it).filter((one) => inEnglish.test(one.en) && !inItalian.test(one.it))
      expect(missing).toEqual([])
    },
  )
})
