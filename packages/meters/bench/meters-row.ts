/** What a benchmark of the gateway found. */
export interface MetersRow {
  readonly name: string
  /** NaN for a row that is absent. */
  readonly value: number
  readonly unit: '/s' | 'ratio' | '%' | 'MB' | 'captures' | 'frames'
  /** Least of what is counted in a second, most of everything else, on one idle core. */
  readonly bar?: number
  /** Why there is no figure. */
  readonly absent?: string
}
