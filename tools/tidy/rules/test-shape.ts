import type { Finding } from '../finding.ts'
import type { CodeFile, Tree } from '../tree.ts'

const TITLE_WORDS_MIN = 3
/** A title that is only a blank is a column of the table it is filled from. */
const BLANK = /^(?:%\w|\$[\w.]+)$/
const SLEEPS = /^(?:setTimeout|setInterval|sleep|delay|wait)$|\.waitForTimeout$|^timers\./
const CLOCKS = new Set(['Date.now', 'performance.now', 'Math.random', 'process.hrtime'])
const LEFT_BEHIND = /^(?:test|it|describe)\.(?:only|todo)$/

/** A test is named by the promise it keeps, waits for no clock, and does not depend on the hour. */
export function testShape(tree: Tree): Finding[] {
  return tree.code.filter(({ role }) => role === 'test').flatMap((file) => [...titles(file), ...clocks(file)])
}

function titles({ path, facts }: CodeFile): Finding[] {
  return facts.titles.flatMap(({ title, line }) => {
    if (BLANK.test(title)) return []
    const words = title.trim().split(/\s+/)
    if (words.length < TITLE_WORDS_MIN)
      return [
        { rule: 'test-title', path, line, message: `“${title}” is not a sentence: say what is promised` },
      ]
    if (/^(?:should|test|check|works)\b/i.test(title))
      return [{ rule: 'test-title', path, line, message: `“${title}” names the test, not the promise` }]
    return []
  })
}

function clocks({ path, facts }: CodeFile): Finding[] {
  const slept = facts.calls.filter(({ name }) => SLEEPS.test(name))
  const read = facts.members.filter(({ name }) => CLOCKS.has(name))
  const left = facts.calls.filter(({ name }) => LEFT_BEHIND.test(name))
  const timers = facts.imports.filter(({ from }) => from.startsWith('node:timers'))
  return [
    ...slept.map(({ name, line }) => ({
      rule: 'test-clock',
      path,
      line,
      message: `${name} sleeps: wait for the event`,
    })),
    ...read.map(({ name, line }) => ({
      rule: 'test-clock',
      path,
      line,
      message: `${name} is not the same twice`,
    })),
    ...timers.map(({ from, line }) => ({
      rule: 'test-clock',
      path,
      line,
      message: `${from} sleeps: wait for the event`,
    })),
    ...left.map(({ name, line }) => ({
      rule: 'test-left',
      path,
      line,
      message: `${name} hides other tests`,
    })),
  ]
}
