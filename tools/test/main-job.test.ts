import { describe, expect, test } from 'vitest'

import { printedAddress } from '../ci/printed-address.ts'
import { stateProblems } from '../ci/state-problems.ts'
import { countLine } from '../ci/test-count-line.ts'

const STATE = {
  community: { id: 'borgo-sole', name: 'Borgo Sole', timezone: 'Europe/Rome' },
  node: { version: '0.1.0', mode: 'demo', startedAt: 1_790_000_000_000 },
  clock: { nowMs: 1_790_000_000_000, slot: 1_988_888, speed: 60 },
  ledger: {
    operations: 12,
    lastSettledSlot: 1_988_887,
    certifiedUntilSlot: null,
    sumMicroCredit: 0,
    settlementRoot: 'a'.repeat(64),
    state: 'running',
    mark: 'provisional',
  },
  meters: { total: 44, reporting: 44 },
  energy: { lastSlot: null, today: null },
  checks: [{ name: 'the balances sum to zero', ok: true }],
}

describe('the state of a started demo', () => {
  test('a settled month of Borgo Sole with a book that sums to zero has no problem', () => {
    expect(stateProblems(STATE)).toEqual([])
  })
  test.each([
    ['an answer of another shape', { ok: true }, 'not the shape'],
    [
      'another community',
      { ...STATE, community: { ...STATE.community, name: 'Altrove' } },
      'the community is Altrove',
    ],
    ['a node that is no demo', { ...STATE, node: { ...STATE.node, mode: 'node' } }, 'the node runs as node'],
    [
      'a book with a credit too many',
      { ...STATE, ledger: { ...STATE.ledger, sumMicroCredit: 1 } },
      'sum to 1 µCC',
    ],
    [
      'a demo without a settled slot',
      { ...STATE, ledger: { ...STATE.ledger, lastSettledSlot: null } },
      'nothing is settled',
    ],
    ['a demo without meters', { ...STATE, meters: { total: 0, reporting: 0 } }, 'no meter'],
    [
      'a failed check of the node itself',
      { ...STATE, checks: [{ name: 'energy', ok: false }] },
      'own check failed: energy',
    ],
  ])('%s is reported as a problem', (_, state, problem) => {
    expect(stateProblems(state).join()).toContain(problem)
  })
})

describe('the address that is printed', () => {
  test('the address of this machine is read from the line that names it', () => {
    expect(printedAddress('  Open   http://localhost:8080  (phone: use --lan)\n')).toBe(
      'http://localhost:8080',
    )
    expect(printedAddress('http://127.0.0.1:18091/\n')).toBe('http://127.0.0.1:18091')
  })
  test('an address that is still being printed, or another machine’s, is not taken', () => {
    expect(printedAddress('Open http://localhost:80')).toBeUndefined()
    expect(printedAddress('see http://example.org/ ')).toBeUndefined()
  })
})

describe('the count of tests', () => {
  test('passed, failed and skipped tests are counted in one line', () => {
    const report = { numPassedTests: 8, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1 }
    expect(countLine(report)).toEqual({ line: '8 passed, 0 failed, 2 skipped', isGood: true })
  })
  test('a run without a test, or with a failed one, is not good', () => {
    expect(countLine({ numPassedTests: 0 }).isGood).toBe(false)
    expect(countLine({ numPassedTests: 8, numFailedTests: 1 }).isGood).toBe(false)
    expect(countLine('no report')).toEqual({ line: '0 passed, 0 failed, 0 skipped', isGood: false })
  })
})
