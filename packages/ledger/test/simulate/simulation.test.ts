import { describe, expect, test } from 'vitest'

import type { RunOptions } from '../../simulate/empty-world.ts'
import { shrink } from '../../simulate/shrink.ts'
import { simulate } from '../../simulate/simulation.ts'
import { PLANTS, TROUBLES } from '../../simulate/trouble.ts'

/** Seeds played here; `npm run simulate -- --seeds 10000` plays the rest. */
const SEEDS = 150
/** A planted mistake is found within so many seeds, or the simulator is of no use. */
const SEEDS_UNTIL_FOUND = 200

function traceOf(options: RunOptions): string {
  const lines: string[] = []
  simulate({ ...options, trace: (line) => void lines.push(line) })
  return lines.join('\n')
}

describe('a simulated community', () => {
  test(`keeps every rule of the ledger through ${SEEDS} storms`, () => {
    const counts: Record<string, number> = {}
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = simulate({ seed })
      expect(report.broken?.message, `npm run simulate -- --seed ${seed}`).toBeUndefined()
      for (const [what, count] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + count
    }
    // A storm in which nothing happens proves nothing.
    const happened = [
      'messages lost',
      'messages doubled',
      'messages forged',
      'partitions',
      'falls: power-cut',
    ]
    for (const what of [...happened, 'lies seen through', 'steward sets', 'final: energy.settle'])
      expect(counts[what], what).toBeGreaterThan(10)
  })

  test('lives the same life again from the same seed, and another from another', () => {
    const once = traceOf({ seed: 44 })
    expect(traceOf({ seed: 44 })).toBe(once)
    expect(traceOf({ seed: 45 })).not.toBe(once)
  })

  test('comes to rest when nothing goes wrong', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const report = simulate({ seed, without: new Set(TROUBLES) })
      expect(report.broken?.message).toBeUndefined()
      expect(report.counts['messages lost']).toBeUndefined()
    }
  })
})

describe('a planted mistake', () => {
  test.each(PLANTS)('is found when a steward %s', (plant) => {
    let seed = 1
    while (simulate({ seed, plant }).broken === undefined && seed < SEEDS_UNTIL_FOUND) seed++
    const { broken } = simulate({ seed, plant })
    expect(broken?.invariant).toBeDefined()
    expect(broken?.invariant).not.toBe('it comes to rest')
    expect(simulate({ seed }).broken).toBeUndefined()
  })

  test('is cut down to the trouble that it takes', () => {
    const { report, without } = shrink({ seed: 1, plant: 'says-final-early' })
    expect(report.broken?.invariant).toBe('an honest steward says what is so')
    expect(without).toEqual([...TROUBLES])
  })
})
