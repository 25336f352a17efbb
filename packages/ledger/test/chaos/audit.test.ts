import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { audit, type Audit } from '../../chaos/audit.ts'
import type { TrailLine } from '../../chaos/box-words.ts'
import { chaosTrials, QUICK, reportLines, reportTable } from '../../chaos/chaos.ts'
import type { Acknowledged } from '../../chaos/payments.ts'
import { percentile } from '../../chaos/trial.ts'

const folder = mkdtempSync(join(tmpdir(), 'tri-audit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const line = (height: number, changes: Partial<TrailLine> = {}): TrailLine => ({
  height,
  time: height * 1000,
  root: `root-${height}`,
  sum: 0,
  operations: [`op-${height}`],
  evidence: 0,
  ...changes,
})
const told = (height: number, digest = `op-${height}`): Acknowledged => ({ digest, height, box: 0, ms: 1 })

let files = 0

function auditOf(
  trails: readonly (readonly TrailLine[])[],
  acknowledged: readonly Acknowledged[] = [],
  end = '',
): Audit {
  const paths = trails.map((lines) => {
    const path = join(folder, `${++files}.trail`)
    writeFileSync(path, lines.map((one) => `${JSON.stringify(one)}\n`).join('') + end)
    return path
  })
  return audit(paths, acknowledged)
}

describe('the audit of what boxes wrote down', () => {
  test('finds nothing wrong where all boxes tell the same, some of them less', () => {
    const found = auditOf([[line(1), line(2)], [line(1)], []], [told(1), told(2)])
    expect(found).toEqual({ heights: 2, lines: 3, operations: 2, evidence: 0, broken: [] })
  })

  test('finds a block that a box made anew in another way after a crash', () => {
    expect(auditOf([[line(1), line(2), line(2, { root: 'other' })]]).broken).toEqual([
      'box 0: another block is final at height 2',
    ])
  })

  test.each([{ root: 'other' }, { time: 1 }, { operations: [] }])(
    'finds two boxes that differ in %o',
    (changes) => {
      expect(auditOf([[line(1)], [line(1, changes)]]).broken).toContain(
        'box 1: another block is final at height 1',
      )
    },
  )

  test('finds balances that do not sum to 0', () => {
    expect(auditOf([[line(1, { sum: 3 })]]).broken).toEqual(['box 0: the balances sum to 3 at height 1'])
  })

  test('finds an operation that is final twice', () => {
    expect(auditOf([[line(1), line(2, { operations: ['op-1'] })]]).broken).toEqual([
      'op-1 is final at 1 and again at 2',
    ])
  })

  test('finds an operation that was told to be final and is not, or is elsewhere', () => {
    expect(auditOf([[line(1), line(2)]], [told(3), told(1, 'op-2')]).broken).toEqual([
      'box 0 said op-3 is final at 3; the chain has it at undefined',
      'box 0 said op-2 is final at 1; the chain has it at 2',
    ])
  })

  test('a line that was cut off in the middle is not read', () => {
    expect(auditOf([[line(1)]], [], '{"height":2,"ti')).toMatchObject({ heights: 1, broken: [] })
  })
})

function namesOf(skewed?: string): string[] {
  return chaosTrials(QUICK, skewed).map(({ name }) => name)
}

describe('the report of a run', () => {
  const report = {
    name: 'a trial',
    seconds: 3.4,
    counts: { kills: 2 },
    broken: ['something'],
    late: ['slow'],
  }

  test('names what is broken', () => {
    expect(reportLines(report)).toEqual([
      'BROKEN  a trial (3 s)',
      '        kills 2',
      '        broken: something',
      '        late: slow',
    ])
    expect(reportTable({ trials: [report], seconds: 3, broken: 1 })).toContain(
      '| a trial | NO | 3 | kills 2 |',
    )
  })

  test('clocks go wrong only where there is an engine that can be told so', () => {
    expect(namesOf().some((name) => name.startsWith('clocks'))).toBe(false)
    expect(namesOf('engine').filter((name) => name.startsWith('clocks'))).toHaveLength(1)
  })

  test('a percentile is a value that was measured', () => {
    expect(percentile([3, 1, 2], 0.5)).toBe(2)
    expect(percentile([3, 1, 2], 1)).toBe(3)
  })
})
