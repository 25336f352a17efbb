import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { contractRefusals } from '@tri/contract'
import { faultTexts } from '@tri/node'
import { describe, expect, it } from 'vitest'

import { dataFolder } from '../src/context.ts'
import { cliFaults } from '../src/faults.ts'
import { credits, creditsFrom, kilowattHours } from '../src/quantities.ts'
import { progressOf } from '../src/progress.ts'
import { tableLines } from '../src/table.ts'
import { languageOf, type Terminal } from '../src/terminal.ts'
import { tri } from './listening-terminal.ts'

const terminal = (
  environment: Terminal['environment'],
  err: (text: string) => void = () => undefined,
  isScreen = false,
): Terminal => ({
  out: () => undefined,
  err,
  isScreen,
  hasColour: false,
  columns: 80,
  environment,
  ask: async () => undefined,
  stopping: new AbortController().signal,
})

describe('a word that tri does not know', () => {
  it.each([
    [['setle'], 'settle'],
    [['settle', 'publsh', '2024-05'], 'publish'],
    [['status', '--jsn'], '--json'],
  ])('%j is answered with the nearest one', async (words, nearest) => {
    const { exit, out, err } = await tri(words)
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain(nearest)
  })

  it.each([
    [['settle', 'check']],
    [['settle', 'check', 'May']],
    [['settle', 'check', '2024-13']],
    [['demo', '--port', '70000']],
    [['demo', '--speed', 'fast']],
    [['export', 'everything', '-o', 'x']],
    [['completion', 'tcsh']],
    [['credit', 'pay', 'home-2', '5']],
  ])('%j is a matter of usage', async (words) => {
    const { exit, out, err } = await tri(words)
    expect([exit, out]).toEqual([2, ''])
    expect(err).not.toBe('')
  })

  it('help and version are answers', async () => {
    expect((await tri(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    const { exit, out } = await tri(['settle', 'run', '--help'])
    expect(exit).toBe(0)
    expect(out).toContain('Examples:')
  })
})

describe('the completion script', () => {
  it.each(['bash', 'zsh', 'fish'])('of %s knows every noun and verb', async (shell) => {
    const { exit, out } = await tri(['completion', shell])
    expect(exit).toBe(0)
    for (const word of ['demo', 'settle', 'publish', 'restate', 'ledger', 'import'])
      expect(out).toContain(word)
  })

  it.runIf(existsSync('/bin/bash'))('of bash is read by bash, and completes a verb', async () => {
    const { out } = await tri(['completion', 'bash'])
    const ask = `COMP_WORDS=(tri settle pub); COMP_CWORD=2; _tri; echo "\${COMPREPLY[@]}"`
    const bash = spawnSync('/bin/bash', ['--norc'], { input: `${out}\n${ask}\n`, encoding: 'utf8' })
    expect([bash.status, bash.stderr, bash.stdout]).toEqual([0, '', 'publish\n'])
  })
})

describe('what a command takes from its surroundings', () => {
  it('is the language: of the option, else of TRI_LANG, else of the system', () => {
    expect(languageOf(terminal({ LANG: 'it_IT.UTF-8' }))).toBe('it')
    expect(languageOf(terminal({ LANG: 'it_IT.UTF-8', TRI_LANG: 'en' }))).toBe('en')
    expect(languageOf(terminal({ TRI_LANG: 'en' }), 'it')).toBe('it')
    expect(languageOf(terminal({ LANG: 'de_DE.UTF-8' }))).toBe('en')
    expect(languageOf(terminal({}))).toBe('en')
  })

  it('is the folder: of the option, else of TRI_DATA, else the user’s own', () => {
    expect(dataFolder(terminal({ TRI_DATA: '/b', HOME: '/h' }), '/a')).toBe('/a')
    expect(dataFolder(terminal({ TRI_DATA: '/b', HOME: '/h' }))).toBe('/b')
    expect(dataFolder(terminal({ HOME: '/h' }))).toBe('/h/.local/share/tri')
    expect(dataFolder(terminal({ HOME: '/h', XDG_DATA_HOME: '/x' }))).toBe('/x/tri')
  })

  it('is Italian in every message when asked for', async () => {
    const { exit, err } = await tri(['settle', 'check', 'maggio', '--lang', 'it'])
    expect(exit).toBe(2)
    expect(err).toContain('non è un mese')
    expect((await tri(['settle', 'check', 'maggio', '--lang=it'])).err).toBe(err)
    expect((await tri(['settle', 'check', 'maggio'], { environment: { TRI_LANG: 'it' } })).err).toBe(err)
  })
})

describe('every fault that a command can show', () => {
  it('has a sentence in both languages', () => {
    for (const [code, text] of Object.entries({ ...faultTexts, ...cliFaults })) {
      for (const language of ['en', 'it'] as const)
        expect([code, text[language]]).toEqual([code, expect.stringMatching(/\S/)])
    }
    expect(Object.keys(contractRefusals).length).toBeGreaterThan(10)
  })
})

describe('credit for people', () => {
  it.each([
    [33_000, 'CC +0.033'],
    [-33_000, 'CC -0.033'],
    [0, 'CC 0.00'],
    [12_500_000, 'CC +12.50'],
    [1, 'CC +0.000001'],
    [-1_234_567, 'CC -1.234567'],
  ])('%i µCC is %s', (amount, text) => {
    expect(credits(amount, true)).toBe(text)
  })

  it.each([
    ['12', 12_000_000],
    ['12.5', 12_500_000],
    ['12,50', 12_500_000],
    ['0.000001', 1],
    ['999999999.999999', 999_999_999_999_999],
  ])('typed as %s is %i µCC', (text, amount) => {
    expect(creditsFrom(text)).toBe(amount)
  })

  it.each(['0', '0.0', '-1', '1e3', '', 'x', '0.0000001', '1000000000', '1.2.3'])(
    'is not typed as "%s"',
    (text) => {
      expect(creditsFrom(text)).toBeUndefined()
    },
  )

  it('energy has its three decimals, exact', () => {
    expect(kilowattHours(1)).toBe('0.001 kWh')
    expect(kilowattHours(1_234_567)).toBe('1234.567 kWh')
  })
})

/** What a long piece of work draws on its way. */
function drawn(isScreen: boolean): string[] {
  const told: string[] = []
  const progress = progressOf(
    terminal({}, (text) => void told.push(text), isScreen),
    false,
  )
  for (let done = 0; done <= 1000; done++) progress('reading', done, 1000)
  return told
}

describe('a table and a bar', () => {
  it('numbers stand at the right, words at the left, accents count once', () => {
    const rows = [
      { name: 'Niccolò', sum: '5' },
      { name: 'Ada', sum: '1250' },
    ]
    const lines = tableLines(
      [
        { title: 'NAME', of: ({ name }) => name },
        { title: 'SUM', of: ({ sum }) => sum, align: 'right' },
      ],
      rows,
    )
    expect(lines).toEqual(['NAME      SUM', 'Niccolò     5', 'Ada      1250'])
  })

  it('a bar redraws its line on a screen, and is four plain lines in a log', () => {
    expect(drawn(false)).toEqual([
      '  reading 0 %\n',
      '  reading 25 %\n',
      '  reading 50 %\n',
      '  reading 75 %\n',
      '  reading 100 %\n',
    ])
    expect(drawn(true).every((text) => text.startsWith('\r'))).toBe(true)
    expect(drawn(true).at(-1)).toContain('100 %\n')
  })

  it('a quiet command tells nothing of its way', () => {
    const told: string[] = []
    progressOf(
      terminal({}, (text) => void told.push(text)),
      true,
    )('reading', 1, 2)
    expect(told).toEqual([])
  })
})
