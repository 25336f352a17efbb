import { must } from '@tri/units'

import type { Apportion } from './apportion.ts'
import type { RuleInterval, RuleParts } from './sharing-rule.ts'

/** One producer's keys over the consumers. */
export interface PairRow {
  readonly producer: number
  /** By column, >= 0, not all 0. */
  readonly keys: Int32Array
}

// A row's seed is its producer's column, beyond the seeds of the fills.
const KEY_ROWS = 0x1000_0000
const KEY_CAPS = 0x2000_0000

/**
 * Producer-consumer pair matrix (France, "full dynamic"): each producer has her own keys.
 *
 *     Q_ij = c_ij x G_j     A_i = min(sum_j Q_ij, L_i)     A_ij = A_i x Q_ij / sum_j Q_ij
 *
 * What a consumer cannot use goes back to her producers in proportion to what each offered her, so the result does not
 * depend on the order of the producers.
 */
export function pairMatrix(
  apportion: Apportion,
  rows: readonly PairRow[],
): (interval: RuleInterval, parts: RuleParts) => void {
  const offers = rows.map(({ keys }) => new Int32Array(keys.length))
  const offered = new Int32Array(rows.length)
  const used = new Int32Array(rows.length)
  return ({ interval, needWh, surplusWh }, { takenWh, givenWh }) => {
    givenWh.fill(0)
    for (const [r, { producer, keys }] of rows.entries()) {
      const offer = offers[r]
      must(offer !== undefined, 'every row has its offers')
      apportion(surplusWh[producer] ?? 0, keys, offer, { interval, key: KEY_ROWS + producer })
    }
    for (let i = 0; i < needWh.length; i++) {
      let sum = 0
      for (let r = 0; r < rows.length; r++) {
        offered[r] = offers[r]?.[i] ?? 0
        sum += offered[r] ?? 0
      }
      const taken = Math.min(sum, needWh[i] ?? 0)
      takenWh[i] = taken
      if (taken === 0) continue
      apportion(taken, offered, used, { interval, key: KEY_CAPS + i })
      for (const [r, { producer }] of rows.entries())
        givenWh[producer] = (givenWh[producer] ?? 0) + (used[r] ?? 0)
    }
  }
}
