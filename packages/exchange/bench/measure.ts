/** What a benchmark found: one row of docs/benchmarks.md. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: 's' | 'ms' | 'us' | 'ns' | 'MB' | 'ratio'
  /** The most it may be on one idle core (for a ratio to a yardstick: the least); left out where none is promised. */
  readonly bar?: number
}

const WARM_MS = 250

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Median time of a run in ms. It is run for a while before, so that the engine has compiled what it runs. */
export function medianMs(run: () => void, { runs }: { readonly runs: number }): number {
  const warm = performance.now() + WARM_MS
  do run()
  while (performance.now() < warm)
  return median(
    Array.from({ length: runs }, () => {
      const start = performance.now()
      run()
      return performance.now() - start
    }),
  )
}
