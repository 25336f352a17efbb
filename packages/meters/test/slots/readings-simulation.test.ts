import { describe, expect, test } from 'vitest'

import { simulateReadings } from '../../simulate/readings-simulation.ts'
import { READING_PLANTS } from '../../simulate/reading-plants.ts'

/** Histories played here; `npm run simulate -- --what readings --seeds 10000` plays the rest. */
const SEEDS = 120
/** A planted mistake is found within so many, or the simulation is of no use. */
const SEEDS_UNTIL_FOUND = 300

function traceOf(seed: number): string {
  const lines: string[] = []
  simulateReadings({ seed, trace: (line) => void lines.push(line) })
  return lines.join('\n')
}

describe('a household’s readings, with everything that goes wrong', () => {
  test(`give slots that the truth bears out, in ${SEEDS} histories`, () => {
    const counts: Record<string, number> = {}
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = simulateReadings({ seed })
      expect(report.broken?.message, `npm run simulate -- --what readings --seed ${seed}`).toBeUndefined()
      for (const [what, count] of Object.entries(report.counts)) counts[what] = (counts[what] ?? 0) + count
    }
    // A history in which nothing goes wrong proves nothing.
    for (const what of [
      'slots measured',
      'slots estimated: interpolated',
      'slots gap: silence',
      'late readings',
    ])
      expect(counts[what], what).toBeGreaterThan(100)
    for (const what of [
      'wrong values',
      'repeated readings',
      'restarts',
      'clock storms',
      'resets and replacements',
    ])
      expect(counts[what], what).toBeGreaterThan(10)
  })

  test('are the same again from the same seed', () => {
    expect(traceOf(5)).toBe(traceOf(5))
    expect(traceOf(5)).not.toBe(traceOf(6))
  })
})

describe('a planted mistake', () => {
  test.each(READING_PLANTS)('is found when a gateway %s', (plant) => {
    let seed = 1
    while (simulateReadings({ seed, plant }).broken === undefined && seed < SEEDS_UNTIL_FOUND) seed++
    expect(simulateReadings({ seed, plant }).broken?.invariant).toBeDefined()
    expect(simulateReadings({ seed }).broken).toBeUndefined()
  })
})
