import { describe, expect, it } from 'vitest'

import { en } from '../src/language/en.ts'
import { it as italian } from '../src/language/it.ts'

/** Every sentence of a language by its path; one with parameters is said with the parameters' numbers. */
function sentences(of: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(of) as [string, unknown][]) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') found.set(here, value)
    else if (typeof value === 'function') found.set(here, said(value as (...given: unknown[]) => string))
    else for (const [below, text] of sentences(value as object, here)) found.set(below, text)
  }
  return found
}

/** Answers every field with its own name; used as a text or a number it is the first parameter. */
const named = new Proxy(
  {},
  { get: (_, name) => (name === Symbol.toPrimitive ? () => '{0}' : `{${String(name)}}`) },
)

function said(sentence: (...given: unknown[]) => string): string {
  const given = Array.from({ length: sentence.length }, (_, at) =>
    sentence.length === 1 ? named : `{${at}}`,
  )
  return sentence(...given)
}

const parametersOf = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))

const english = sentences(en)
const translated = sentences(italian)

/** Words that give away an English sentence. */
const STOP = /\b(the|of|and|with|from|your|you|this|that|is|are|not|to the|home|neighbours?|grid|settled?)\b/i
/** Words that are the same in both languages, or names. */
const SAME = new Set(['frame.switchLanguage', 'answer.noData'])

describe('the languages', () => {
  it('have the same sentences', () => {
    expect([...translated.keys()]).toEqual([...english.keys()])
    expect(english.size).toBeGreaterThan(250)
  })

  it('leave none empty', () => {
    for (const [key, text] of [...english, ...translated]) expect(text.trim(), key).not.toBe('')
  })

  it('take the same parameters', () => {
    for (const [key, text] of english) {
      expect(parametersOf(translated.get(key) ?? ''), key).toEqual(parametersOf(text))
    }
  })

  it('say nothing in English in Italian', () => {
    for (const [key, text] of translated)
      if (!SAME.has(key)) expect(STOP.test(text.replaceAll(/\{\w+\}/g, '')), `${key}: ${text}`).toBe(false)
  })

  it('translate what can be translated', () => {
    const equal = [...english].filter(([key, text]) => translated.get(key) === text).map(([key]) => key)
    // A step and its month need no word between them, and no is no.
    expect(equal).toEqual(['settle.titleOf', 'settle.check.no'])
  })
})
