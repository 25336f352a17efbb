import { expect, test } from 'vitest'

import { deadLinks, type LinkSighting } from '../../src/cometbft/dead-links.ts'

/** Sightings of one second each. */
function seen(many: number, of: Partial<LinkSighting>, from = 0): LinkSighting[] {
  return Array.from({ length: many }, (_, i) => ({
    nowMs: (from + i) * 1000,
    height: 10,
    waiting: 1,
    isQuorum: true,
    ...of,
  }))
}

const told = (sightings: readonly LinkSighting[]): number[] => {
  const isDead = deadLinks()
  return sightings.filter(isDead).map(({ nowMs }) => nowMs / 1000)
}

test('a quorum that seems connected and makes nothing of what waits is dead after seven seconds, and told once', () => {
  expect(told(seen(300, {}))).toEqual([7])
})

test('an idle quorum is well, and so is one that goes on', () => {
  expect(told(seen(100, { waiting: 0 }))).toEqual([])
  expect(told(seen(100, {}).map((one, i) => ({ ...one, height: Math.floor(i / 6) })))).toEqual([])
})

test('stewards who are seen to be gone are waited for', () => {
  expect(told(seen(100, { isQuorum: false }))).toEqual([])
})

test('another silence is told again, but not within a minute', () => {
  const next = [...seen(8, {}), ...seen(10, { height: 11 }, 8), ...seen(10, { height: 12 }, 18)]
  expect(told(next)).toEqual([7])
  expect(told([...next, ...seen(60, { height: 13 }, 28)])).toEqual([7, 67])
})
