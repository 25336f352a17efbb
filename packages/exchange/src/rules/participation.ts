import type { Slot } from '@tri/units'

import type { Split } from '../rounding.ts'
import { roundingKey, roundingOffset } from '../rounding.ts'

/**
 * Participation factors (Austria): G.01T = G.01 x f / 100, f a whole percentage per meter.
 *
 * No source says where the fraction of a Wh goes. With the split `systematic` the offset of the rounding is drawn anew
 * for each meter and interval, so that over a month neither the meter nor the community gains; with
 * `largest-remainder` the nearest Wh is taken, a half going up.
 *
 * @param percents by column, 1 to 100
 * @returns        writes the factored values of one interval into `factored`
 */
export function participation(
  split: Split,
  percents: Int32Array,
  meters: readonly string[],
): (valuesWh: Int32Array, factored: Int32Array, interval: Slot) => void {
  const keys = Uint32Array.from(meters, (meter) => roundingKey('home', meter))
  return (valuesWh, factored, interval) => {
    for (let i = 0; i < valuesWh.length; i++) {
      const value = valuesWh[i] ?? 0
      const percent = percents[i] ?? 0
      const offset = split === 'systematic' ? roundingOffset(interval, keys[i] ?? 0, 100) : 50
      factored[i] = percent === 100 ? value : Math.floor((value * percent + offset) / 100)
    }
  }
}
