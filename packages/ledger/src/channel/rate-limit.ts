/** How often somebody may ask. */
export interface Rate {
  /** Requests that may come at once. */
  readonly burst: number
  readonly perSecond: number
}

/** Keys remembered at once; beyond it the longest silent are forgotten, whose bucket is full again anyway. */
const KEYS_MAX = 1_024
const MS = 1_000

/** Counts requests by key, so that one neighbour's broken box does not take everybody's steward. */
export function rateLimit(rate: Rate, now: () => number): { readonly mayAsk: (key: string) => boolean } {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    mayAsk(key) {
      const at = now()
      const { tokens: before, at: since } = buckets.get(key) ?? { tokens: rate.burst, at }
      const tokens = Math.min(rate.burst, before + (Math.max(0, at - since) / MS) * rate.perSecond)
      const isFree = tokens >= 1
      // Set anew at the end: the map's order is then who spoke last.
      buckets.delete(key)
      buckets.set(key, { tokens: isFree ? tokens - 1 : tokens, at })
      if (buckets.size > KEYS_MAX) for (const oldest of buckets.keys()) return forget(oldest, isFree)
      return isFree
    },
  }

  function forget(key: string, isFree: boolean): boolean {
    buckets.delete(key)
    return isFree
  }
}
