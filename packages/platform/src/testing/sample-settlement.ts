import type { RingName } from '@tri/contract'
import { present, splitExactly } from '@tri/units'

import { pathToRoot, sampleMeters, sampleNodes } from './sample-community.ts'

/** Rings in which the sample can match, nearest first, with their price in µCC per Wh. */
export const samplePrices = { building: 100, street: 110, transformer: 120 } as const satisfies Partial<
  Record<RingName, number>
>
/** The community's fee in µCC per Wh received. */
export const SAMPLE_FEE = 2

export type SampleRing = keyof typeof samplePrices
export const sampleRings: readonly SampleRing[] = ['building', 'street', 'transformer']

/** One slot's flows, by ring and meter, in the order of `sampleMeters`. */
export interface SampleFlows {
  readonly givenWh: Readonly<Record<SampleRing, readonly number[]>>
  readonly receivedWh: Readonly<Record<SampleRing, readonly number[]>>
  readonly gridImportWh: readonly number[]
  readonly gridExportWh: readonly number[]
}

interface Group {
  readonly ring: SampleRing
  readonly meters: readonly number[]
}

const near: readonly Group[] = sampleRings.flatMap((ring) =>
  sampleNodes.filter(({ kind }) => kind === ring).map(({ id }) => ({ ring, meters: metersBelow(id) })),
)
const asOne: readonly Group[] = [{ ring: 'transformer', meters: sampleMeters.map((_, i) => i) }]

/** The meters below a node, as places in `sampleMeters`. */
export function metersBelow(node: string): readonly number[] {
  return sampleMeters.flatMap(({ site }, i) => (pathToRoot(site).includes(node) ? [i] : []))
}

/**
 * Matches one slot: nearest first, or pro rata over everyone.
 *
 * @param netWh need positive, surplus negative, in the order of `sampleMeters`
 */
export function sampleFlows(netWh: readonly number[], rule: 'neighbour-first' | 'pro-rata'): SampleFlows {
  const surplus = netWh.map((net) => Math.max(0, -net))
  const need = netWh.map((net) => Math.max(0, net))
  const givenWh = zeroes(netWh.length)
  const receivedWh = zeroes(netWh.length)
  for (const { ring, meters } of rule === 'neighbour-first' ? near : asOne) {
    const matched = Math.min(sumAt(surplus, meters), sumAt(need, meters))
    if (matched === 0) continue
    take(matched, surplus, meters, givenWh[ring])
    take(matched, need, meters, receivedWh[ring])
  }
  return { givenWh, receivedWh, gridImportWh: need, gridExportWh: surplus }
}

function take(matched: number, from: number[], meters: readonly number[], into: number[]): void {
  const parts = splitExactly(
    matched,
    meters.map((i) => from[i] ?? 0),
  )
  meters.forEach((meter, i) => {
    const part = parts[i] ?? 0
    from[meter] = present(from[meter], 'a meter has its rest') - part
    into[meter] = present(into[meter], 'a meter has its share') + part
  })
}

function zeroes(meters: number): Record<SampleRing, number[]> {
  const none = () => Array.from({ length: meters }, () => 0)
  return { building: none(), street: none(), transformer: none() }
}

function sumAt(values: readonly number[], at: readonly number[]): number {
  return at.reduce((sum, i) => sum + (values[i] ?? 0), 0)
}
